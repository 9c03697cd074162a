//! A statement is there: it waits, or runs.

use serde_json::json;

use super::jobs::AnswerQuestion;
use super::model::{DataQuestion, QuestionStatus};
use crate::app::App;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::jobs::queue;

/// Characters of an explanation, as the table has it.
const EXPLANATION: usize = 2000;

/// Gives a question its statement, which runs at once if that was wanted: see [`start`].
pub fn written(question: &mut DataQuestion, sql: String, explanation: &str, assumptions: &[String]) {
    let explanation: String = explanation.chars().take(EXPLANATION).collect();
    question.sql = Some(sql);
    question.explanation = Some(explanation).filter(|text| !text.is_empty());
    question.assumptions = json!(assumptions);
    question.problem = None;
    question.status = if question.is_to_run { QuestionStatus::Running } else { QuestionStatus::Ready };
}

/// Has the statement of a question that is to run run, once the caller's transaction commits.
///
/// # Errors
/// When Postgres does not answer.
pub async fn start(app: &App, conn: &Connection, question: &DataQuestion) -> Result<()> {
    if question.status == QuestionStatus::Running {
        let job = AnswerQuestion { question_id: question.id, attempts: question.attempts, is_late: false };
        queue::enqueue::<App, _>(conn, &app.clock, &job).await?;
    }
    Ok(())
}
