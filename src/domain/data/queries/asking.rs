//! Running a statement that somebody wrote.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::gating;
use super::identity::{self, Given, PARAMETERS_MAX, VALUE_MAX};
use super::model::{QueryRun, Running};
use super::result_store;
use super::run_store::{self as store, NewRun};
use super::running::{self, WAIT};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::following;
use crate::domain::data::model::{DataSource, SourceKind};
use crate::domain::data::reading::missing_source;
use crate::domain::data::source_store;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, FieldError, Result};
use crate::ids::{DataSourceId, QueryRunId, SavedQueryId, UserId};
use crate::sql::parameters::Parameter;
use crate::trace::work;
use crate::warehouse::session::Statement;

/// Between the end of a statement and the end of its run.
const GRACE: Duration = Duration::from_secs(30);
/// Characters of a statement that are kept.
const KEPT: usize = 20_000;
/// How long somebody may wait for the answer of a call.
pub const WAIT_MAX: Duration = Duration::from_secs(10);

/// A statement to be run.
#[derive(Debug, Clone)]
pub struct Ask {
    pub source: DataSourceId,
    /// What it was kept as; `None` for one that was written for this run.
    pub saved: Option<SavedQueryId>,
    pub sql: String,
    pub parameters: Vec<Given>,
    /// Run anew what is there already.
    pub is_fresh: bool,
    /// Answer when it has ended, or after this time.
    pub wait: Duration,
}

/// Runs a statement about a source of the actor's. What the gate refuses is a run as well, that failed: it is part of the history, and says
/// why. A result that is there already for the same statement and data is given at once.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown source, BAD_USER_INPUT for parameters that are none.
pub async fn ask(app: &App, actor: &Actor, ask: Ask) -> Result<QueryRun> {
    let asker = actor.require_may(Permission::ReadOwnData)?.user.id;
    require_verified(app, actor)?;
    let found = source_store::load(&*app.db.read().await?, asker, &[ask.source]).await?.pop();
    let source = found.ok_or_else(missing_source)?;
    let wait = ask.wait.min(WAIT_MAX);
    let id = begin(app, &source, Some(asker), ask).await?;
    following::wait(app, actor, id, wait).await
}

/// Begins what [`ask`] waits for, for the domain's own use: **nothing is authorised here**. Whoever calls this has found out that `asker`
/// may ask `source`, which is the one that `ask` names, as it was read just now: it says which results are of today's data. Without
/// `asker` the run is the server's own. How long somebody waits is not looked at.
///
/// # Errors
/// BAD_USER_INPUT for parameters that are none.
pub async fn begin(app: &App, source: &DataSource, asker: Option<UserId>, ask: Ask) -> Result<QueryRunId> {
    require_parameters(&ask.parameters)?;
    let conn = app.db.read().await?;
    let known = gating::known(&conn, source).await?;
    let now = app.clock.now();
    let id = QueryRunId::generate(now);
    let mut new = NewRun {
        id,
        source: source.id,
        asker,
        saved: ask.saved,
        sql: &ask.sql,
        checked_sql: None,
        parameters: serde_json::to_value(&ask.parameters).map_err(Error::internal)?,
        now,
        leased_until: None,
        result: None,
        failure: None,
    };
    let parameters: Vec<Parameter> =
        ask.parameters.iter().map(|given| Parameter { name: given.name.clone(), kind: given.kind.into() }).collect();
    let checked = match gating::checked(app, source, &known, &ask.sql, &parameters) {
        Ok(checked) => checked,
        Err(refusal) => {
            let failure = gating::failure(&refusal);
            // Postgres takes no NUL in a text.
            let sql = ask.sql.replace('\0', "\u{FFFD}").chars().take(KEPT).collect::<String>();
            store::insert(&*app.db.write().await?, &NewRun { sql: &sql, failure: Some(&failure), ..new }).await?;
            return Ok(id);
        }
    };
    let values: Vec<Option<String>> = checked
        .parameters
        .iter()
        .map(|name| ask.parameters.iter().find(|given| given.name == *name).and_then(|given| given.value.clone()))
        .collect();
    let key = identity::key(&checked.sql, &values);
    new.checked_sql = Some(&checked.sql);
    if !ask.is_fresh && identity::is_stable(&checked.sql, &values) {
        let oldest = oldest(app, source.kind, now)?;
        new.result = result_store::cached(&conn, source.id, &key, source.data_version, oldest).await?;
    }
    drop(conn);
    if new.result.is_some() {
        store::insert(&*app.db.write().await?, &new).await?;
        return Ok(id);
    }
    let config = &app.config.data;
    let lease = WAIT.saturating_add(config.statement_timeout).saturating_add(GRACE);
    new.leased_until = Some(now + TimeDelta::from_std(lease).map_err(Error::internal)?);
    let mut write = app.db.write().await?;
    write.transaction(async |conn| store::insert(conn, &new).await).await?;
    drop(write);
    let statement = Statement {
        sql: checked.sql,
        parameters: values,
        timeout: config.statement_timeout,
        max_rows: config.max_rows,
        max_bytes: config.max_bytes,
    };
    let running = Running { id, source: source.clone(), outside: known.outside, statement, key };
    // In a task of its own: whoever asked may go away, the answer is kept.
    tokio::spawn(work::within(work::current(), running::run(app.clone(), running)));
    Ok(id)
}

/// What is served again was computed after this moment. The version of uploads says whether they changed; of another's database nobody
/// knows, and what was seen there counts for a while only.
fn oldest(app: &App, kind: SourceKind, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    match kind {
        SourceKind::Uploads => Ok(DateTime::UNIX_EPOCH),
        SourceKind::Postgres => Ok(now - TimeDelta::from_std(app.config.data.external_cache).map_err(Error::internal)?),
    }
}

fn require_parameters(parameters: &[Given]) -> Result<()> {
    if parameters.len() > PARAMETERS_MAX {
        return Err(Error::bad_input("input.parameters", format!("At most {PARAMETERS_MAX} parameters.")));
    }
    let mut wrong = Vec::new();
    for (place, given) in parameters.iter().enumerate() {
        let mut refuse = |field: &str, message: String| {
            wrong.push(FieldError { path: format!("input.parameters.{place}.{field}"), message });
        };
        if !identity::is_name(&given.name) {
            refuse("name", identity::NO_NAME.to_owned());
        }
        if parameters.iter().take(place).any(|other| other.name == given.name) {
            refuse("name", "There is another parameter of this name.".to_owned());
        }
        if given.value.as_ref().is_some_and(|value| value.chars().count() > VALUE_MAX || value.contains('\0')) {
            refuse("value", format!("At most {VALUE_MAX} characters, and not U+0000."));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::bad_inputs(wrong)) }
}
