//! Running a statement that somebody wrote.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::identity::{self, Given};
use super::model::{Failure, QueryRun, Running};
use super::run_store::{self as store, NewRun};
use super::running::{self, WAIT};
use super::{following, result_store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::data::external::model::StoredConnection;
use crate::domain::data::external::store as connection_store;
use crate::domain::data::model::{DataSource, SourceKind};
use crate::domain::data::reading::missing_source;
use crate::domain::data::source_store;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, FieldError, Result};
use crate::ids::{DataSourceId, QueryRunId};
use crate::sql::check;
use crate::sql::checked::Checked;
use crate::sql::parameters::Parameter;
use crate::sql::refusal::Refusal;
use crate::sql::relations::Relations;
use crate::trace::work;
use crate::warehouse::session::Statement;

/// Parameters of one statement.
const PARAMETERS_MAX: usize = 50;
/// Characters of a value.
const VALUE_MAX: usize = 10_000;
/// Between the end of a statement and the end of its run.
const GRACE: Duration = Duration::from_secs(30);
/// How long somebody may wait for the answer of a call.
pub const WAIT_MAX: Duration = Duration::from_secs(10);

/// A statement to be run.
#[derive(Debug, Clone)]
pub struct Ask {
    pub source: DataSourceId,
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
    require_parameters(&ask.parameters)?;
    let conn = app.db.read().await?;
    let source = source_store::load(&conn, asker, &[ask.source]).await?.pop().ok_or_else(missing_source)?;
    let tables = source_store::table_names(&conn, source.id).await?;
    let outside = connection(&conn, &source).await?;
    let now = app.clock.now();
    let id = QueryRunId::generate(now);
    let mut new = NewRun {
        id,
        source: source.id,
        asker,
        sql: &ask.sql,
        checked_sql: None,
        parameters: serde_json::to_value(&ask.parameters).map_err(Error::internal)?,
        now,
        leased_until: None,
        result: None,
        failure: None,
    };
    let checked = match checked(app, &source, outside.as_ref(), &tables, &ask) {
        Ok(checked) => checked,
        Err(refusal) => {
            let failure = failure(&refusal);
            // Postgres takes no NUL in a text.
            let sql = ask.sql.replace('\0', "\u{FFFD}").chars().take(check_length()).collect::<String>();
            store::insert(&*app.db.write().await?, &NewRun { sql: &sql, failure: Some(&failure), ..new }).await?;
            return following::run(app, actor, id).await;
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
        return following::run(app, actor, id).await;
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
    let running = Running { id, source, outside, statement, key };
    // In a task of its own: whoever asked may go away, the answer is kept.
    tokio::spawn(work::within(work::current(), running::run(app.clone(), running)));
    following::wait(app, actor, id, ask.wait.min(WAIT_MAX)).await
}

/// Characters of a statement that are kept.
const fn check_length() -> usize {
    20_000
}

/// How a database of somebody else's is reached; `None` for uploads.
async fn connection(conn: &Connection, source: &DataSource) -> Result<Option<StoredConnection>> {
    match source.kind {
        SourceKind::Uploads => Ok(None),
        SourceKind::Postgres => connection_store::find(conn, source.id).await?.ok_or_else(missing_source).map(Some),
    }
}

/// What is served again was computed after this moment. The version of uploads says whether they changed; of another's database nobody
/// knows, and what was seen there counts for a while only.
fn oldest(app: &App, kind: SourceKind, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    match kind {
        SourceKind::Uploads => Ok(DateTime::UNIX_EPOCH),
        SourceKind::Postgres => Ok(now - TimeDelta::from_std(app.config.data.external_cache).map_err(Error::internal)?),
    }
}

fn checked(
    app: &App,
    source: &DataSource,
    outside: Option<&StoredConnection>,
    tables: &[(Option<String>, String)],
    ask: &Ask,
) -> Result<Checked, Refusal> {
    // Uploads are in the schema of their workspace, whatever that is called.
    let own = app.warehouse.tenant(source.workspace_id.uuid()).schema;
    let declared: Vec<(Option<&str>, &str)> = tables
        .iter()
        .map(|(schema, table)| (Some(schema.as_deref().unwrap_or(own.as_str())), table.as_str()))
        .collect();
    let relations = Relations::new(&declared);
    let relations = match outside.and_then(|outside| outside.connection.schemas.first()) {
        Some(first) => relations.first_in(first),
        None => relations,
    };
    let parameters: Vec<Parameter> =
        ask.parameters.iter().map(|given| Parameter { name: given.name.clone(), kind: given.kind.into() }).collect();
    check::check(&ask.sql, &relations, &parameters)
}

fn failure(refusal: &Refusal) -> Failure {
    let place = refusal.line.zip(refusal.column);
    let number = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
    Failure {
        code: refusal.code.as_str().to_owned(),
        message: refusal.message.clone(),
        hint: None,
        place: place.map(|(line, column)| (number(line), number(column))),
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
        let mut chars = given.name.chars();
        let is_name = chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
            && given.name.len() <= 63;
        if !is_name {
            refuse("name", "A name is a letter and up to 62 letters, digits and underscores.".to_owned());
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
