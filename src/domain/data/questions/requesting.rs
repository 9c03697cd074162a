//! A model is asked for a statement: for the first time, and again with what was wrong.

use serde::{Deserialize, Serialize};

use super::ending::fail;
use super::model::{DataQuestion, QuestionStatus};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::actions::{self as generations, Request};
use crate::domain::generation::expense::Estimate;
use crate::domain::generation::model::Generation;
use crate::domain::users::budgets::model::Payer;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{DataQuestionId, GenerationId};

/// Stands in `generations.purpose`.
pub const DATA_QUESTION: &str = "DATA_QUESTION";
/// Times that a model is asked for one question.
pub const ATTEMPTS: i32 = 3;
/// Tokens that a call writes at most.
pub const OUTPUT_TOKENS: u32 = 1500;
/// Tokens that a call reads at most, guessed high: what is told is bounded in characters.
const INPUT_TOKENS: u32 = 12_000;

/// What a run is for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Task {
    pub question: DataQuestionId,
}

/// Asks for the statement of a question that the same transaction stores.
///
/// # Errors
/// `QUOTA_EXCEEDED` when a budget of the payer's does not cover it.
pub async fn first(app: &App, conn: &Connection, payer: Payer, id: DataQuestionId) -> Result<GenerationId> {
    generations::request(app, conn, payer, request(id)?).await
}

/// Asks again in the caller's transaction, with what was wrong with the statement that `before` wrote; the question fails of that when the
/// model was asked often enough, or nobody pays for more.
///
/// # Errors
/// When Postgres does not answer.
pub async fn again(
    app: &App,
    conn: &Connection,
    question: &mut DataQuestion,
    before: &Generation,
    (code, problem): (&str, &str),
) -> Result<()> {
    let now = app.clock.now();
    question.problem = Some(problem.to_owned());
    if question.attempts >= ATTEMPTS {
        fail(question, code, problem, now);
        return Ok(());
    }
    let Some(generation) = generations::request_after(app, conn, before, request(question.id)?).await? else {
        let message = "The statement failed, and no budget covers another one.";
        fail(question, ErrorCode::QuotaExceeded.as_str(), message, now);
        return Ok(());
    };
    question.status = QuestionStatus::Writing;
    question.attempts += 1;
    question.generation_id = Some(generation);
    question.run_id = None;
    Ok(())
}

fn request(id: DataQuestionId) -> Result<Request<'static>> {
    let input = serde_json::to_value(Task { question: id }).map_err(Error::internal)?;
    let estimate = Estimate { input_tokens: INPUT_TOKENS, output_tokens: OUTPUT_TOKENS };
    Ok(Request { purpose: DATA_QUESTION, input, conversation: None, model: None, estimate })
}
