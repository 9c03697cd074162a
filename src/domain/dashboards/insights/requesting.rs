//! A model is asked for a text: for the first time, and again with what does not follow from the result.

use serde::{Deserialize, Serialize};

use super::model::Insight;
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::actions::{self as generations, Request};
use crate::domain::generation::expense::Estimate;
use crate::domain::generation::model::Generation;
use crate::domain::users::budgets::model::Payer;
use crate::error::{Error, Result};
use crate::ids::{GenerationId, InsightId};

/// Stands in `generations.purpose`.
pub const INSIGHT: &str = "INSIGHT";
/// Times that a model is asked for one text.
pub const ATTEMPTS: i32 = 3;
/// Tokens that a call writes at most.
pub const OUTPUT_TOKENS: u32 = 1500;
/// Tokens that a call reads at most, guessed high: what is told is bounded in characters.
const INPUT_TOKENS: u32 = 16_000;

/// What a run is for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Task {
    pub insight: InsightId,
}

/// Asks for a text that the same transaction stores.
///
/// # Errors
/// `QUOTA_EXCEEDED` when a budget of the payer's does not cover it.
pub async fn first(app: &App, conn: &Connection, payer: Payer, id: InsightId) -> Result<GenerationId> {
    generations::request(app, conn, payer, request(id)?).await
}

/// Asks again in the caller's transaction; `false` when the model was asked often enough, or nobody pays for more.
///
/// # Errors
/// When Postgres does not answer.
pub async fn again(app: &App, conn: &Connection, insight: &mut Insight, before: &Generation) -> Result<bool> {
    if insight.attempts >= ATTEMPTS {
        return Ok(false);
    }
    let Some(generation) = generations::request_after(app, conn, before, request(insight.id)?).await? else {
        return Ok(false);
    };
    insight.attempts += 1;
    insight.generation_id = Some(generation);
    Ok(true)
}

fn request(id: InsightId) -> Result<Request<'static>> {
    let input = serde_json::to_value(Task { insight: id }).map_err(Error::internal)?;
    let estimate = Estimate { input_tokens: INPUT_TOKENS, output_tokens: OUTPUT_TOKENS };
    Ok(Request { purpose: INSIGHT, input, conversation: None, model: None, estimate })
}
