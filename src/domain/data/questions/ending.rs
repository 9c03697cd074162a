//! How a question ends, and how others hear of what becomes of it.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::model::{DataQuestion, QuestionStatus};
use super::store;
use crate::app::App;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::events::fact::Fact;

/// Says that nothing was run, as nothing would answer it.
pub fn refuse(question: &mut DataQuestion, code: &str, message: &str, suggestions: &[String], now: DateTime<Utc>) {
    end(question, QuestionStatus::Refused, now);
    question.refusal_code = Some(code.to_owned());
    question.refusal_message = Some(message.to_owned());
    question.suggestions = json!(suggestions);
}

/// Says that there is no answer, though there could have been one.
pub fn fail(question: &mut DataQuestion, code: &str, message: &str, now: DateTime<Utc>) {
    end(question, QuestionStatus::Failed, now);
    question.refusal_code = Some(code.to_owned());
    question.refusal_message = Some(message.to_owned());
}

/// Says that what was run is the answer.
pub fn answer(question: &mut DataQuestion, now: DateTime<Utc>) {
    end(question, QuestionStatus::Answered, now);
}

fn end(question: &mut DataQuestion, status: QuestionStatus, now: DateTime<Utc>) {
    question.status = status;
    question.ended_at = Some(now);
}

/// Writes down how far a locked question has come, and tells of it when the caller's transaction commits.
///
/// # Errors
/// When Postgres does not answer.
pub async fn save(app: &App, conn: &Connection, question: &DataQuestion) -> Result<()> {
    store::save(conn, question, app.clock.now()).await?;
    app.bus.publish(conn, &Fact::QuestionChanged { question: question.id }).await
}
