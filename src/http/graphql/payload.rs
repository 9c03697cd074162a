//! The response as clients see it: errors first and always with a code, no `data` where nothing ran.

use std::collections::BTreeMap;

use async_graphql::{Name, PathSegment, Response, ServerError, Value};
use serde::Serialize;

use super::failure::{INTERNAL_MESSAGE, code_of, set_code};
use crate::error::ErrorCode;

/// Errors shown of one response: a hostile document can earn thousands.
const MAX_ERRORS: usize = 50;
/// How the engine begins what it says of a value that does not fit its argument.
const INPUT_MESSAGES: [&str; 2] = ["Failed to parse \"", "Invalid value for argument"];

#[derive(Serialize)]
struct Wire<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

/// Gives every error a code and its field a null, hides what is not for clients, and bounds the number of errors.
pub fn normalise(response: &mut Response) {
    for error in &response.errors {
        give_null(&mut response.data, &error.path);
    }
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        if code_of(error).is_some() {
            continue;
        }
        let about_input = INPUT_MESSAGES.iter().any(|start| error.message.starts_with(start));
        if error.path.is_empty() || about_input {
            set_code(error, ErrorCode::BadUserInput);
        } else {
            tracing::error!(error = %error.message, path = ?error.path, "a field failed without a code");
            INTERNAL_MESSAGE.clone_into(&mut error.message);
            error.extensions = None;
            set_code(error, ErrorCode::Internal);
        }
    }
}

/// Puts a null where a field failed: the engine leaves such a field out, and clients that keep a cache take a field that
/// is not there for a broken answer.
fn give_null(data: &mut Value, path: &[PathSegment]) {
    let (Some((last, parents)), mut parent) = (path.split_last(), data) else { return };
    for segment in parents {
        let child = match (parent, segment) {
            (Value::Object(fields), PathSegment::Field(name)) => fields.get_mut(name.as_str()),
            (Value::List(items), PathSegment::Index(index)) => items.get_mut(*index),
            _ => None,
        };
        let Some(child) = child else { return };
        parent = child;
    }
    if let (Value::Object(fields), PathSegment::Field(name)) = (parent, last) {
        fields.entry(Name::new(name)).or_insert(Value::Null);
    }
}

/// Whether the operation ran: an error on the way there has no path.
#[must_use]
pub fn executed(response: &Response) -> bool {
    response.data != Value::Null
        || response.errors.is_empty()
        || response.errors.iter().any(|error| !error.path.is_empty())
}

/// The response as JSON.
#[must_use]
pub fn to_json(response: &Response) -> String {
    let data = executed(response).then_some(&response.data);
    write(&Wire { errors: &response.errors, data, extensions: &response.extensions })
}

/// The errors alone as a JSON list.
#[must_use]
pub fn errors_to_json(response: &Response) -> String {
    write(&response.errors)
}

fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| {
        tracing::error!(%error, "a response could not be written as JSON");
        format!(r#"{{"errors":[{{"message":"{INTERNAL_MESSAGE}","extensions":{{"code":"INTERNAL"}}}}]}}"#)
    })
}

/// The cursor of an event: the text at `data.*.cursor`.
#[must_use]
pub fn cursor(response: &Response) -> Option<&str> {
    let Value::Object(roots) = &response.data else { return None };
    roots.values().find_map(|root| match root {
        Value::Object(fields) => match fields.get("cursor")? {
            Value::String(cursor) if !cursor.contains(['\n', '\r', '\0']) => Some(cursor.as_str()),
            _ => None,
        },
        _ => None,
    })
}
