//! A statement at the gate: what of it may be run on a source.

use super::model::Failure;
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::data::external::model::StoredConnection;
use crate::domain::data::external::store as connection_store;
use crate::domain::data::model::{DataSource, SourceKind};
use crate::domain::data::reading::missing_source;
use crate::domain::data::source_store;
use crate::error::Result;
use crate::sql::check;
use crate::sql::checked::Checked;
use crate::sql::parameters::Parameter;
use crate::sql::refusal::Refusal;
use crate::sql::relations::Relations;

/// What is known of a source that a statement may be about.
#[derive(Debug)]
pub struct Known {
    /// How the database is reached that is somebody else's; `None` for uploads.
    pub outside: Option<StoredConnection>,
    /// Schemas and names; no schema for those of uploads.
    tables: Vec<(Option<String>, String)>,
}

/// What there is to be asked in a source. Whoever calls this has found out that somebody may ask it.
///
/// # Errors
/// `NOT_FOUND` when the source goes away meanwhile.
pub async fn known(conn: &Connection, source: &DataSource) -> Result<Known> {
    let outside = match source.kind {
        SourceKind::Uploads => None,
        SourceKind::Postgres => Some(connection_store::find(conn, source.id).await?.ok_or_else(missing_source)?),
    };
    Ok(Known { outside, tables: source_store::table_names(conn, source.id).await? })
}

/// What of a statement may be run on a source with these parameters.
///
/// # Errors
/// A refusal for everything that is not on the lists of the gate.
pub fn checked(
    app: &App,
    source: &DataSource,
    known: &Known,
    sql: &str,
    parameters: &[Parameter],
) -> Result<Checked, Refusal> {
    // Uploads are in the schema of their workspace, whatever that is called.
    let own = app.warehouse.tenant(source.workspace_id.uuid()).schema;
    let declared: Vec<(Option<&str>, &str)> = known
        .tables
        .iter()
        .map(|(schema, table)| (Some(schema.as_deref().unwrap_or(own.as_str())), table.as_str()))
        .collect();
    let relations = Relations::new(&declared);
    let relations = match known.outside.as_ref().and_then(|outside| outside.connection.schemas.first()) {
        Some(first) => relations.first_in(first),
        None => relations,
    };
    check::check(sql, &relations, parameters)
}

/// A refusal as the end of a run.
#[must_use]
pub fn failure(refusal: &Refusal) -> Failure {
    let place = refusal.line.zip(refusal.column);
    let number = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
    Failure {
        code: refusal.code.as_str().to_owned(),
        message: refusal.message.clone(),
        hint: None,
        place: place.map(|(line, column)| (number(line), number(column))),
    }
}

/// A refusal in one sentence, with its code and its place.
#[must_use]
pub fn told(refusal: &Refusal) -> String {
    let (code, message) = (refusal.code.as_str(), &refusal.message);
    match refusal.line.zip(refusal.column) {
        Some((line, column)) => format!("{code} at line {line}, column {column}: {message}"),
        None => format!("{code}: {message}"),
    }
}
