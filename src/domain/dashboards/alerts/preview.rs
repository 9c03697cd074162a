//! What an alert would say now, from the newest result that there is: nothing is run, and nothing is kept.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};

use super::judging::{Verdict, judge};
use super::observed::observe;
use super::policy::checked;
use super::rule::Content;
use super::wording;
use crate::app::App;
use crate::domain::data::queries::latest::{self, Asked};
use crate::domain::data::saved::{reading as queries, values};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::SavedQueryId;

/// What it would say.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    pub verdict: Verdict,
    pub value: Option<BigDecimal>,
    pub message: String,
    /// When the result was there.
    pub computed_at: DateTime<Utc>,
}

/// Holds the newest result of a query against a condition. What a change is measured from is not known: it is not met.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown query, BAD_USER_INPUT for content that does not do, CONFLICT while there is no result with these
/// values.
pub async fn preview(app: &App, actor: &Actor, query: SavedQueryId, content: &Content) -> Result<Preview> {
    actor.require_may(Permission::ReadOwnData)?;
    let query = queries::query(app, actor, query).await?;
    let content = checked(content)?;
    let asked = Asked::new(query.id, &values::given(&query.declared()?, &content.values)?)?;
    let standing = latest::load(app, actor, &[asked]).await?.into_values().next();
    let Some(ended) = standing.and_then(|standing| standing.result) else {
        return Err(Error::conflict("There is no result with these values yet. Please run the query first."));
    };
    let observation = observe(app, &content.rule, Some(&ended.run)).await?;
    let condition = &content.rule.condition;
    let verdict = judge(condition, false, &observation, None, app.clock.now());
    Ok(Preview {
        verdict,
        value: observation.value().cloned(),
        message: wording::message(condition, &observation, None, verdict),
        computed_at: ended.run.ended_at.unwrap_or(ended.run.started_at),
    })
}
