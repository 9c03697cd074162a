//! What a validator finds, as a sentence that helps.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::names::nearest;
use super::problems::{SpecProblem, part, quoted};

/// Why words that Vega-Lite knows are not taken.
const REFUSED: &[(&str, &str)] = &[
    ("calculate", "expressions are not run; compute it in the statement"),
    ("lookup", "other data cannot be joined; do it in the statement"),
    ("joinaggregate", "compute it in the statement"),
    ("params", "charts here do not react"),
    ("selection", "charts here do not react"),
    ("expr", "expressions are not run"),
    ("signal", "expressions are not run"),
    ("condition", "values cannot depend on conditions; put the condition into a column of the statement"),
    ("url", "nothing is fetched"),
    ("href", "marks do not link"),
    ("values", "the data are the result"),
    ("datasets", "the data are the result"),
    ("usermeta", "there is nobody to read it"),
    ("labelExpr", "expressions are not run"),
    ("hconcat", "one specification is one chart"),
    ("vconcat", "one specification is one chart"),
    ("concat", "one specification is one chart"),
    ("repeat", "one specification is one chart"),
    ("facet", "one specification is one plot"),
    ("row", "one specification is one plot"),
    ("column", "one specification is one plot"),
    ("resolve", "layers share their scales"),
];

/// The problems that an error of the validator stands for.
pub(super) fn problems(schema: &Value, error: &ValidationError<'_>) -> Vec<SpecProblem> {
    let pointer = error.instance_path().as_str();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let known = properties(schema, error);
            let of = |name: &String| SpecProblem::new(format!("{pointer}/{}", part(name)), unknown(name, &known));
            let mut problems: Vec<SpecProblem> = unexpected.iter().map(of).collect();
            // What is refused for a reason first.
            let has_reason =
                |problem: &SpecProblem| REFUSED.iter().any(|(word, _)| problem.pointer.ends_with(&format!("/{word}")));
            problems.sort_by_key(|problem| !has_reason(problem));
            problems
        }
        ValidationErrorKind::FalseSchema => {
            vec![SpecProblem::new(pointer, "A chart has `mark`, or `layer` with a `mark` in each: not both.")]
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![SpecProblem::new(pointer, required(name))]
        }
        ValidationErrorKind::MinProperties { .. } | ValidationErrorKind::MaxProperties { .. } => {
            vec![SpecProblem::new(
                pointer,
                "A test has `field` and one of equal, lt, lte, gt, gte, range, oneOf and valid.",
            )]
        }
        ValidationErrorKind::MaxItems { limit } => {
            vec![SpecProblem::new(pointer, format!("There are more than {limit} entries here."))]
        }
        ValidationErrorKind::MinItems { limit } => {
            vec![SpecProblem::new(pointer, format!("There are fewer entries here than {limit}."))]
        }
        _ => vec![SpecProblem::new(pointer, unfitting(schema, error))],
    }
}

fn unknown(name: &str, known: &[&str]) -> String {
    if let Some((_, why)) = REFUSED.iter().find(|(word, _)| *word == name) {
        return format!("`{name}` is not taken: {why}.");
    }
    match nearest(name, known.iter().copied()) {
        Some(meant) => format!("{} is not known here. Is `{meant}` meant?", quoted(name)),
        None => format!("{} is not known here.", quoted(name)),
    }
}

fn required(name: &str) -> String {
    match name {
        // The last that a transform may be.
        "window" => "A transform here is one of filter, aggregate, bin, timeUnit, fold and window.".to_owned(),
        name => format!("`{name}` is missing."),
    }
}

/// What does not fit, with what would.
fn unfitting(schema: &Value, error: &ValidationError<'_>) -> String {
    let instance = error.instance();
    let shown = match instance.as_ref() {
        Value::String(text) => quoted(text),
        Value::Object(_) => "An object".to_owned(),
        Value::Array(_) => "A list".to_owned(),
        Value::Null => "null".to_owned(),
        other => quoted(&other.to_string()),
    };
    if error.instance_path().as_str().is_empty() {
        return "A specification is an object.".to_owned();
    }
    let wanted = node(schema, error).and_then(|node| node.get("description")).and_then(Value::as_str);
    match (wanted, error.kind()) {
        (Some(wanted), _) => format!("{shown} does not fit here. Wanted: {wanted}"),
        (None, ValidationErrorKind::Type { .. }) if !instance.is_object() => {
            format!("{shown} does not fit here. Wanted: an object or a list, as Vega-Lite has it.")
        }
        (None, _) => format!("{shown} does not fit here."),
    }
}

/// The part of the schema that refuses.
fn node<'a>(schema: &'a Value, error: &ValidationError<'_>) -> Option<&'a Value> {
    let (parent, _keyword) = error.schema_path().as_str().rsplit_once('/')?;
    schema.pointer(parent)
}

/// The names of the properties that are taken where one was refused.
fn properties<'a>(schema: &'a Value, error: &ValidationError<'_>) -> Vec<&'a str> {
    let properties = node(schema, error).and_then(|node| node.get("properties")).and_then(Value::as_object);
    properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
}
