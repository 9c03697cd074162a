//! The values of an operation's variables, checked before anything runs.
//!
//! The engine looks at a variable only where a field uses it, so that one of two mutations may already have run when a
//! missing value is found. Here every variable is looked at first, as far as that is possible without the schema: what
//! must not be null, lists, and the five scalars of the specification. Enums and input objects are the engine's.

use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Pos, Value, Variables};

use super::measure::UPLOAD_MARK;

/// A variable whose value does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadVariable {
    /// The variable without its `$`, and the index within a list: `ids.2`.
    pub path: String,
    pub message: String,
    pub at: Pos,
}

/// Checks the values that an operation asks for.
///
/// # Errors
/// Names the first variable that is missing, null, or of another shape than its type.
pub fn check(operation: &OperationDefinition, variables: &Variables) -> Result<(), BadVariable> {
    for definition in &operation.variable_definitions {
        let name = definition.node.name.node.as_str();
        let wanted = &definition.node.var_type.node;
        let problem = match variables.get(name) {
            None if definition.node.default_value.is_some() || wanted.nullable => None,
            None => Some((name.to_owned(), format!("Variable \"${name}\" of type \"{wanted}\" is missing."))),
            Some(value) => misfit(wanted, value, name).map(|path| {
                let message = format!("Variable \"${path}\" is not a valid value of type \"{wanted}\".");
                (path, message)
            }),
        };
        if let Some((path, message)) = problem {
            return Err(BadVariable { path, message, at: definition.pos });
        }
    }
    Ok(())
}

/// Where within the value the type is not kept to.
fn misfit(wanted: &Type, value: &Value, path: &str) -> Option<String> {
    if *value == Value::Null {
        return (!wanted.nullable).then(|| path.to_owned());
    }
    match &wanted.base {
        BaseType::List(item) => match value {
            Value::List(items) => {
                items.iter().enumerate().find_map(|(index, value)| misfit(item, value, &format!("{path}.{index}")))
            }
            single => misfit(item, single, path),
        },
        BaseType::Named(name) => {
            let fits = match name.as_str() {
                "Int" => matches!(value, Value::Number(number) if !number.is_f64()),
                "Float" => matches!(value, Value::Number(_)),
                "String" => matches!(value, Value::String(_)),
                "Boolean" => matches!(value, Value::Boolean(_)),
                "ID" => match value {
                    Value::Number(number) => !number.is_f64(),
                    Value::String(_) => true,
                    _ => false,
                },
                "Upload" => matches!(value, Value::String(text) if text.starts_with(UPLOAD_MARK)),
                _ => true,
            };
            (!fits).then(|| path.to_owned())
        }
    }
}
