//! The messages of `graphql-transport-ws`.

use async_graphql::Response;
use axum::extract::ws::Message;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::payload;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Pong {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// `connection_ack`.
#[must_use]
pub fn ack() -> Message {
    Message::text(r#"{"type":"connection_ack"}"#)
}

/// `pong`, with what came in the `ping`.
#[must_use]
pub fn pong(payload: Option<&Map<String, Value>>) -> Message {
    match payload.and_then(|payload| serde_json::to_string(payload).ok()) {
        Some(payload) => Message::text(format!(r#"{{"type":"pong","payload":{payload}}}"#)),
        None => Message::text(r#"{"type":"pong"}"#),
    }
}

/// `next`: one response of an operation.
#[must_use]
pub fn next(id: &str, response: &Response) -> Message {
    with_payload(id, "next", &payload::to_json(response))
}

/// `error`: the operation did not run, or runs no more; its last message.
#[must_use]
pub fn error(id: &str, response: &Response) -> Message {
    with_payload(id, "error", &payload::errors_to_json(response))
}

/// `complete`: the operation has ended.
#[must_use]
pub fn complete(id: &str) -> Message {
    Message::text(format!(r#"{{"id":{},"type":"complete"}}"#, Value::from(id)))
}

fn with_payload(id: &str, kind: &str, payload: &str) -> Message {
    Message::text(format!(r#"{{"id":{},"type":"{kind}","payload":{payload}}}"#, Value::from(id)))
}

/// The token in the payload of `connection_init`, in any of the places where clients put it, without `Bearer`.
/// `Err` when something else than text stands there.
pub fn token(payload: Option<&Map<String, Value>>) -> Result<Option<&str>, NotText> {
    let Some(payload) = payload else { return Ok(None) };
    let headers = payload.get("headers").and_then(Value::as_object);
    let places = [
        payload.get("Authorization"),
        payload.get("authorization"),
        payload.get("token"),
        headers.and_then(|headers| headers.get("Authorization")),
        headers.and_then(|headers| headers.get("authorization")),
    ];
    match places.into_iter().flatten().find(|value| !value.is_null()) {
        None => Ok(None),
        Some(Value::String(text)) => {
            let text = text.trim();
            let token = match text.get(..6) {
                Some(scheme) if scheme.eq_ignore_ascii_case("bearer") => text.get(6..).unwrap_or_default().trim(),
                _ => text,
            };
            Ok(Some(token).filter(|token| !token.is_empty()))
        }
        Some(_) => Err(NotText),
    }
}

/// A token that is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotText;
