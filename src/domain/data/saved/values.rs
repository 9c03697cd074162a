//! What a run of a kept statement is given: its declared parameters, with the values of whoever runs it or else their defaults.

use super::model::Declared;
use super::policy::{is_value, no_value};
use crate::domain::data::queries::identity::Given;
use crate::error::{Error, FieldError, Result};

/// The declared parameters with these values by name; one without a value has its default.
///
/// # Errors
/// BAD_USER_INPUT at `input.parameters` for names that are not declared or come twice, and for texts that are no values.
pub fn given(declared: &[Declared], values: &[(String, Option<String>)]) -> Result<Vec<Given>> {
    let mut wrong = Vec::new();
    for (place, (name, value)) in values.iter().enumerate() {
        let mut refuse = |part: &str, message: String| {
            wrong.push(FieldError { path: format!("input.parameters.{place}.{part}"), message });
        };
        if !declared.iter().any(|declared| declared.name == *name) {
            refuse("name", "The query asks for no parameter of this name.".to_owned());
        }
        if values.iter().take(place).any(|(other, _)| other == name) {
            refuse("name", "There is another parameter of this name.".to_owned());
        }
        if value.as_deref().is_some_and(|value| !is_value(value)) {
            refuse("value", no_value());
        }
    }
    if !wrong.is_empty() {
        return Err(Error::bad_inputs(wrong));
    }
    let value = |declared: &Declared| match values.iter().find(|(name, _)| *name == declared.name) {
        Some((_, value)) => value.clone(),
        None => declared.default.clone(),
    };
    let given =
        |declared: &Declared| Given { name: declared.name.clone(), kind: declared.kind, value: value(declared) };
    Ok(declared.iter().map(given).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::data::queries::identity::GivenType;

    fn declared(name: &str, default: Option<&str>) -> Declared {
        let default = default.map(str::to_owned);
        Declared { name: name.to_owned(), kind: GivenType::Number, label: None, default }
    }

    fn value(name: &str, value: Option<&str>) -> (String, Option<String>) {
        (name.to_owned(), value.map(str::to_owned))
    }

    #[test]
    fn what_is_not_said_is_the_default_and_null_is_said() {
        let declared = [declared("a", Some("1")), declared("b", Some("2")), declared("c", None)];
        let run = given(&declared, &[value("b", None)]).unwrap();
        let values: Vec<_> = run.iter().map(|given| (given.name.as_str(), given.value.as_deref())).collect();
        assert_eq!(values, [("a", Some("1")), ("b", None), ("c", None)]);
        assert!(run.iter().all(|given| given.kind == GivenType::Number));
    }

    #[test]
    fn what_is_not_asked_for_is_refused() {
        let declared = [declared("a", None)];
        let values = [value("a", Some("\0")), value("b", None), value("a", None)];
        let refused = given(&declared, &values).unwrap_err();
        let paths: Vec<&str> = refused.fields().iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["input.parameters.0.value", "input.parameters.1.name", "input.parameters.2.name"]);
    }
}
