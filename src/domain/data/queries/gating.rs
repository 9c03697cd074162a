//! A statement at the gate: what of it may be run on a source.

use super::model::Failure;
use crate::app::App;
use crate::domain::data::model::DataSource;
use crate::sql::check;
use crate::sql::checked::Checked;
use crate::sql::parameters::Parameter;
use crate::sql::refusal::Refusal;
use crate::sql::relations::Relations;

/// What of a statement may be run on a source with these tables and these parameters.
///
/// # Errors
/// A refusal for everything that is not on the lists of the gate.
pub fn checked(
    app: &App,
    source: &DataSource,
    tables: &[String],
    sql: &str,
    parameters: &[Parameter],
) -> Result<Checked, Refusal> {
    let schema = app.warehouse.tenant(source.workspace_id.uuid()).schema;
    let declared: Vec<(Option<&str>, &str)> =
        tables.iter().map(|table| (Some(schema.as_str()), table.as_str())).collect();
    check::check(sql, &Relations::new(&declared), parameters)
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
