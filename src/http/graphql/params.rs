//! The parameters of a GraphQL request, wherever they come from.

use async_graphql::{Request, Variables};
use serde_json::{Map, Value};

use super::distinct;
use super::failure::Failure;
use crate::graphql::measure::UPLOAD_MARK;
use crate::graphql::persisted::queries::Named;

/// `query` or `documentId`, `operationName`, `variables` and `extensions` as a client sent them.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Params {
    pub query: Option<String>,
    /// `documentId`: the name of a document that the server has.
    pub document_id: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Map<String, Value>,
    pub extensions: Map<String, Value>,
}

impl Params {
    /// From the body of a POST request.
    ///
    /// # Errors
    /// When it is not JSON, or not an object of these parameters.
    pub fn from_json(body: &[u8]) -> Result<Self, Failure> {
        // Some programs begin every text in UTF-8 with a mark that says so; RFC 8259 lets readers pass over it.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        if body.trim_ascii().is_empty() {
            return Err(Failure::malformed("The body is empty: send a JSON object with `query`."));
        }
        let value = distinct::from_slice(body)
            .map_err(|error| Failure::malformed(format!("The body is not valid JSON: {error}.")))?;
        Self::from_value(value)
    }

    /// From a JSON value: a body, the `operations` of an upload, or the payload of a message.
    ///
    /// # Errors
    /// When it is not an object of these parameters.
    pub fn from_value(value: Value) -> Result<Self, Failure> {
        let mut object = match value {
            Value::Object(object) => object,
            Value::Array(_) => {
                return Err(Failure::malformed("Batches are not taken: send one operation in one request."));
            }
            _ => return Err(Failure::malformed("A request must be a JSON object with `query`.")),
        };
        let params = Self {
            query: text(object.remove("query"), "query")?,
            document_id: text(object.remove("documentId"), "documentId")?,
            operation_name: text(object.remove("operationName"), "operationName")?,
            variables: map(object.remove("variables"), "variables")?,
            extensions: map(object.remove("extensions"), "extensions")?,
        };
        params.checked()
    }

    /// From the query string of a GET request, where `variables` and `extensions` are JSON.
    ///
    /// # Errors
    /// When a parameter is there twice, or is not what it should be.
    pub fn from_query(query: &str) -> Result<Self, Failure> {
        let mut object = Map::new();
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = match key.as_ref() {
                "query" | "documentId" | "operationName" => Value::String(value.into_owned()),
                "variables" | "extensions" if value.is_empty() => Value::Null,
                "variables" | "extensions" => serde_json::from_str(&value)
                    .map_err(|error| Failure::malformed(format!("`{key}` is not valid JSON: {error}.")))?,
                _ => continue,
            };
            if object.insert(key.clone().into_owned(), value).is_some() {
                return Err(Failure::malformed(format!("`{key}` is there more than once.")));
            }
        }
        Self::from_value(Value::Object(object))
    }

    fn checked(self) -> Result<Self, Failure> {
        if self.variables.values().any(holds_upload) {
            return Err(Failure::malformed("A file can only be sent as a part of a multipart request."));
        }
        Ok(self)
    }

    /// Whether there is anything that a document could be found by.
    #[must_use]
    pub fn names_document(&self) -> bool {
        self.query.is_some() || self.document_id.is_some() || self.sha256().is_some()
    }

    /// The hash in `extensions.persistedQuery`.
    fn sha256(&self) -> Option<&str> {
        self.extensions.get("persistedQuery")?.get("sha256Hash")?.as_str()
    }

    /// How the document is named; takes its text.
    #[must_use]
    pub fn take_document(&mut self) -> Named {
        let sha256 = self.sha256().map(str::to_owned);
        Named { document: self.query.take(), sha256, id: self.document_id.take() }
    }

    /// The engine's request, still without its document.
    #[must_use]
    pub fn into_request(self, query: &str) -> Request {
        let mut request = Request::new(query).variables(Variables::from_json(Value::Object(self.variables)));
        for (name, value) in self.extensions {
            if let Ok(value) = async_graphql::Value::from_json(value) {
                request.extensions.insert(name, value);
            }
        }
        request
    }
}

fn text(value: Option<Value>, name: &str) -> Result<Option<String>, Failure> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Failure::malformed(format!("`{name}` must be a string."))),
    }
}

fn map(value: Option<Value>, name: &str) -> Result<Map<String, Value>, Failure> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(Failure::malformed(format!("`{name}` must be an object."))),
    }
}

/// The engine finds uploads by a mark in a string; a client that writes the mark would reach for another's file.
fn holds_upload(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with(UPLOAD_MARK),
        Value::Array(items) => items.iter().any(holds_upload),
        Value::Object(fields) => fields.values().any(holds_upload),
        _ => false,
    }
}
