//! Specifications of charts: which are taken, and which are proposed.

use serde_json::Value;

use super::proposals;
use crate::charts::problems::SpecProblem;
use crate::charts::profile;
use crate::domain::data::queries::model::Sample;
use crate::error::{Error, FieldError, Result};
use crate::warehouse::cells::CellColumn;

/// The input that holds a specification.
const FIELD: &str = "input.spec";

/// A specification as it is kept: without data, which are the query's. Where there is a result, the columns that it names are looked for.
///
/// # Errors
/// BAD_USER_INPUT with every place in the specification that does not do.
pub fn checked(spec: &Value, sample: Option<&Sample>) -> Result<Value> {
    let read = profile::check(spec).map_err(|problems| refused(&problems))?;
    if let Some(sample) = sample {
        let columns: Vec<CellColumn> = serde_json::from_value(sample.columns.clone()).map_err(Error::internal)?;
        profile::check_fields(&read, &columns).map_err(|problems| refused(&problems))?;
    }
    if has_nul(spec) {
        return Err(Error::bad_input(FIELD, "U+0000 cannot be kept."));
    }
    let mut kept = spec.clone();
    if let Some(parts) = kept.as_object_mut() {
        parts.remove("data");
    }
    Ok(kept)
}

/// What is proposed first for a result.
///
/// # Errors
/// CONFLICT when there is no result, or nothing that would show it.
pub fn proposed(sample: Option<&Sample>) -> Result<Value> {
    let Some(sample) = sample else {
        return Err(Error::conflict("Run the query first, or say how it is to be drawn.").with_field(FIELD));
    };
    let first = proposals::of(sample)?.into_iter().next();
    let first = first.ok_or_else(|| {
        Error::conflict("Nothing fits this result by itself. Please say how it is to be drawn.").with_field(FIELD)
    })?;
    checked(&first.spec, Some(sample))
}

fn refused(problems: &[SpecProblem]) -> Error {
    let field = |problem: &SpecProblem| FieldError { path: path(&problem.pointer), message: problem.message.clone() };
    Error::bad_inputs(problems.iter().map(field).collect())
}

/// A place in the specification as a path of the input: `/encoding/x` is `input.spec.encoding.x`.
fn path(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    std::iter::once(FIELD.to_owned()).chain(parts).collect::<Vec<_>>().join(".")
}

/// Whether there is a NUL in any text of it, which `jsonb` refuses. It is of bounded depth by now.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_become_paths() {
        assert_eq!(path(""), "input.spec");
        assert_eq!(path("/encoding/x/field"), "input.spec.encoding.x.field");
        assert_eq!(path("/layer/0/a~1b~0c"), "input.spec.layer.0.a/b~c");
    }
}
