//! The end of questions that nobody works on any more, because a server went at the wrong moment: each once, by whoever sees it first.

use chrono::TimeDelta;

use super::answering;
use super::ending::{self, fail};
use super::model::{DataQuestion, QuestionStatus};
use super::store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::error::Result;

/// How long nothing has happened to a question that is looked at. A statement ends before, and a job that comes back to one has come.
const SILENT: TimeDelta = TimeDelta::minutes(10);
/// Questions looked at together.
const AT_ONCE: i64 = 100;

/// Questions that nothing has happened to for long, and that wait for neither a model nor a statement.
///
/// # Errors
/// When Postgres does not answer.
pub async fn left_behind(app: &App) -> Result<Vec<DataQuestion>> {
    store::left_behind(&*app.db.write().await?, app.clock.now() - SILENT, AT_ONCE).await
}

/// Ends one of them that no job is about any more: by what its statement came to, or, where there is nothing that it could end by, as
/// INTERRUPTED.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end(app: &App, left: &DataQuestion) -> Result<()> {
    if left.status == QuestionStatus::Running && left.run_id.is_some() {
        match answering::answer(app, left.id, left.attempts).await {
            // What it has come to by now is looked at below.
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                tracing::warn!(question = %left.id, error = %error.chain(), "a question is ended without its answer");
            }
        }
    }
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let is_as_left = |question: &DataQuestion| {
            (question.status, question.attempts, question.updated_at) == (left.status, left.attempts, left.updated_at)
        };
        let found = store::lock(conn, left.id).await?.filter(is_as_left);
        let Some(mut question) = found else { return Ok(()) };
        let message = "The server that worked on this stopped. Please ask again.";
        fail(&mut question, "INTERRUPTED", message, app.clock.now());
        ending::save(app, conn, &question).await?;
        tracing::info!(question = %question.id, "ended a question that nobody worked on");
        Ok(())
    })
    .await
}
