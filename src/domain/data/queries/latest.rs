//! What there is already of kept statements with these values: the newest result, and whether a later try failed.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::identity::{self, Given};
use super::latest_store::{self as store, Ended};
use super::model::{QueryRun, RunStatus};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::SavedQueryId;

/// A kept statement with a value for everything that it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Asked {
    pub query: SavedQueryId,
    /// A list of [`Given`] in JSON, in the order in which the query declares them.
    values: String,
}

impl Asked {
    /// A query with these values: all that it declares, in its order.
    ///
    /// # Errors
    /// INTERNAL when they cannot be written as JSON.
    pub fn new(query: SavedQueryId, values: &[Given]) -> Result<Self> {
        Ok(Self { query, values: serde_json::to_string(values).map_err(Error::internal)? })
    }

    /// The values: a list of [`Given`] in JSON.
    #[must_use]
    pub fn values(&self) -> &str {
        &self.values
    }

    /// What tells these values from all others.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        Sha256::digest(self.values.as_bytes()).into()
    }
}

/// What there is of a query with these values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// The newest run whose whole result is there.
    pub result: Option<Ended>,
    /// The newest run that failed since.
    pub failure: Option<Ended>,
}

impl Standing {
    /// What is to be shown: the newest result, or else why there is none.
    #[must_use]
    pub fn into_shown(self) -> Option<QueryRun> {
        self.result.or(self.failure).map(|ended| ended.run)
    }

    /// Whether there is a result of the data as they are in this version.
    #[must_use]
    pub fn is_of(&self, data_version: i64) -> bool {
        self.result.as_ref().is_some_and(|ended| ended.data_version == Some(data_version))
    }

    /// Whether there is a result that would be the same if it was computed again from the data of this version.
    #[must_use]
    pub fn holds_for(&self, data_version: i64) -> bool {
        let is_stable = |ended: &Ended| {
            let given: Vec<Given> = serde_json::from_value(ended.run.parameters.clone()).unwrap_or_default();
            let values: Vec<Option<String>> = given.into_iter().map(|given| given.value).collect();
            ended.checked_sql.as_ref().is_some_and(|sql| identity::is_stable(sql, &values))
        };
        self.is_of(data_version) && self.result.as_ref().is_some_and(is_stable)
    }
}

/// What there is of each of these, as far as the actor sees the queries; one of which there is nothing is not there.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, asked: &[Asked]) -> Result<HashMap<Asked, Standing>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let (queries, values) = parts(asked);
    Ok(standing(asked, store::load(&*app.db.read().await?, reader, &queries, &values).await?))
}

/// As [`load`], for the domain's own use: **nothing is authorised here**.
///
/// # Errors
/// When Postgres does not answer.
pub async fn find(conn: &Connection, asked: &[Asked]) -> Result<HashMap<Asked, Standing>> {
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let (queries, values) = parts(asked);
    Ok(standing(asked, store::find(conn, &queries, &values).await?))
}

fn parts(asked: &[Asked]) -> (Vec<SavedQueryId>, Vec<&str>) {
    asked.iter().map(|asked| (asked.query, asked.values.as_str())).unzip()
}

fn standing(asked: &[Asked], found: Vec<Ended>) -> HashMap<Asked, Standing> {
    let mut standing: HashMap<Asked, Standing> = HashMap::new();
    for ended in found {
        let place = usize::try_from(ended.place).ok().and_then(|place| place.checked_sub(1));
        let Some(asked) = place.and_then(|place| asked.get(place)) else { continue };
        let of = standing.entry(asked.clone()).or_default();
        if ended.run.status == RunStatus::Succeeded {
            of.result = Some(ended);
        } else {
            of.failure = Some(ended);
        }
    }
    standing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::data::queries::identity::GivenType;

    fn given(value: Option<&str>) -> Given {
        Given { name: "a".to_owned(), kind: GivenType::Text, value: value.map(str::to_owned) }
    }

    #[test]
    fn values_are_told_apart() {
        let query = SavedQueryId::from_uuid(uuid::Uuid::nil());
        let asked = |value| Asked::new(query, &[given(value)]).unwrap();
        assert_eq!(asked(Some("'; DROP")), asked(Some("'; DROP")));
        assert_ne!(asked(None).key(), asked(Some("")).key());
        assert_eq!(asked(Some("x")).values, r#"[{"name":"a","type":"TEXT","value":"x"}]"#);
    }
}
