//! What an operation costs, told to whoever asks, and to whom it is too much.
//!
//! A client asks with `extensions: { cost: true }` beside its document; the answer is in `extensions.cost`.

use async_graphql::{ErrorExtensionValues, Name, Response, ServerError, Value};

use super::failure::coded;
use super::gateway::Operation;
use crate::error::ErrorCode;
use crate::graphql::cost::Cost;

/// The name of the entry, asked and answered.
const COST: &str = "cost";

/// What is to be told with the answer; nothing unless the client asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked(Option<(u64, u64)>);

impl Asked {
    #[must_use]
    pub fn by(operation: &Operation, limit: u64) -> Self {
        let asked = operation.request.extensions.get(COST) == Some(&Value::Boolean(true));
        match operation.cost {
            Cost::Counted(cost) if asked => Self(Some((cost, limit))),
            _ => Self(None),
        }
    }

    /// Tells it.
    pub fn tell(self, response: &mut Response) {
        if let Some((cost, limit)) = self.0 {
            response.extensions.insert(COST.to_owned(), figures(cost, limit));
        }
    }
}

fn figures(cost: u64, limit: u64) -> Value {
    let entries = [("requested", cost), ("limit", limit)];
    Value::Object(entries.into_iter().map(|(name, figure)| (Name::new(name), Value::from(figure))).collect())
}

/// What the caller is told whose operation asks for too much.
#[must_use]
pub fn too_high(cost: u64, limit: u64) -> ServerError {
    let message = format!(
        "The operation asks for up to {cost} objects: at most {limit} allowed. Ask for smaller pages, or fewer in one go."
    );
    let mut error = coded(message, ErrorCode::QueryTooComplex, None);
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(COST, figures(cost, limit));
    error
}

/// What the caller is told whose introspection goes in circles.
#[must_use]
pub fn endless() -> ServerError {
    coded("The introspection goes too deep.", ErrorCode::QueryTooComplex, None)
}
