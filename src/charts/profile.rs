//! Which specifications are taken: those within `profile.schema.json`, whose parts fit together and whose columns exist.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use crate::warehouse::cells::CellColumn;

use super::problems::{SpecProblem, TOLD};
use super::sentences;
use super::spec::chart::Spec;
use known::Known;

mod consistency;
mod definitions;
mod fields;
mod known;
mod steps;

/// Bytes of a specification, as JSON.
pub const MAX_BYTES: usize = 64 * 1024;
/// Objects and lists within one another.
pub const MAX_DEPTH: usize = 24;

/// The subset of Vega-Lite that is taken, as a JSON Schema (2020-12).
pub const SCHEMA: &str = include_str!("profile.schema.json");

struct Profile {
    schema: Value,
    /// `None` if the schema were none, which a test rules out; then nothing is taken.
    validator: Option<Validator>,
}

static PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap_or(Value::Bool(false));
    let validator = jsonschema::draft202012::new(&schema).ok();
    Profile { schema, validator }
});

/// Holds a specification against the profile. Data, expressions and addresses are outside of it.
///
/// # Errors
///
/// The first [`TOLD`] problems, each with its place and a sentence.
pub fn check(spec: &Value) -> Result<Spec, Vec<SpecProblem>> {
    let whole = |message: String| Err(vec![SpecProblem::new("", message)]);
    if depth_exceeds(spec, MAX_DEPTH) {
        return whole(format!("The specification is nested more than {MAX_DEPTH} levels deep."));
    }
    if spec.to_string().len() > MAX_BYTES {
        return whole("The specification is longer than 64 KiB.".to_owned());
    }
    let Some(validator) = &PROFILE.validator else { return whole("No specification can be read.".to_owned()) };
    let mut problems: Vec<SpecProblem> = Vec::new();
    for error in validator.iter_errors(spec) {
        for problem in sentences::problems(&PROFILE.schema, &error) {
            if problems.len() < TOLD && !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        if problems.len() >= TOLD {
            break;
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let read = match Spec::read(spec) {
        Ok(read) => read,
        Err(error) => return whole(format!("The specification cannot be read: {error}.")),
    };
    let problems = told(spec, consistency::problems(&read));
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

/// Holds the columns that a specification names against those of a result. Two of one name are none, since nobody could say which is meant.
///
/// # Errors
///
/// The first [`TOLD`] names that there are not, each with the nearest one that there is.
pub fn check_fields(spec: &Spec, columns: &[CellColumn]) -> Result<(), Vec<SpecProblem>> {
    let mut known = Known::of(columns);
    let mut problems = Vec::new();
    fields::transforms(&spec.transform, "/transform", &mut known, &mut problems);
    for layer in &spec.layers {
        let mut known = known.clone();
        fields::transforms(&layer.transform, &format!("{}/transform", layer.pointer), &mut known, &mut problems);
        fields::encoding(layer, &known, &mut problems);
    }
    let problems = told(&spec.value, problems);
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The first problems. What layers share is told once, and where it stands.
fn told(spec: &Value, problems: Vec<SpecProblem>) -> Vec<SpecProblem> {
    let mut told: Vec<SpecProblem> = Vec::new();
    for mut problem in problems {
        let shared = problem.pointer.strip_prefix("/layer/").and_then(|rest| rest.split_once('/'));
        if let Some((_, rest)) = shared
            && spec.pointer(&problem.pointer).is_none()
            && spec.pointer(&format!("/{rest}")).is_some()
        {
            problem.pointer = format!("/{rest}");
        }
        if told.len() < TOLD && !told.contains(&problem) {
            told.push(problem);
        }
    }
    told
}

/// Without recursion: a value made by hand may be deeper than any stack.
fn depth_exceeds(value: &Value, most: usize) -> bool {
    let mut waiting = vec![(value, 1)];
    while let Some((value, depth)) = waiting.pop() {
        if depth > most {
            return true;
        }
        match value {
            Value::Array(items) => waiting.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(entries) => waiting.extend(entries.values().map(|item| (item, depth + 1))),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn the_schema_is_one() {
        assert!(PROFILE.validator.is_some());
        assert!(jsonschema::meta::is_valid(&PROFILE.schema));
    }
}
