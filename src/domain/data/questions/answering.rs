//! The statement of a question is run, and what comes of it ends the question or goes back to the model. Whoever died at it is followed by
//! another, who finds what was begun.

use std::time::Duration;

use super::ending::{self, fail};
use super::model::{DataQuestion, QuestionMethod, QuestionStatus};
use super::verified::same;
use super::{requesting, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::data::queries::asking::{self, Ask};
use crate::domain::data::queries::following;
use crate::domain::data::queries::model::{QueryRun, RunStatus};
use crate::domain::data::saved::model::SavedQuery;
use crate::domain::data::saved::{actions as saved, reading as saved_reading};
use crate::domain::data::source_store;
use crate::domain::generation::reading as generations;
use crate::error::{ErrorCode, Result};
use crate::ids::{DataQuestionId, QueryRunId};
use crate::trace::work;

/// How long a job waits for the end of a run: other jobs wait for the job.
const MOMENT: Duration = Duration::from_millis(500);

/// A question that cannot be run, and why.
type Unable = (ErrorCode, &'static str);

/// Runs the statement of a question that is RUNNING since a model was asked so often, and writes down what came of it. What takes longer
/// than a moment is waited for beside all jobs; `false` then, and should this process end before the run does, somebody has to come back.
///
/// # Errors
/// When a database does not answer; the same may be tried again.
pub async fn answer(app: &App, id: DataQuestionId, attempts: i32) -> Result<bool> {
    let found = store::find(&*app.db.read().await?, id).await?;
    let Some(question) = found.filter(|question| is_current(question, attempts)) else { return Ok(true) };
    let run = match question.run_id {
        Some(run) => run,
        None => match begin(app, &question).await? {
            Ok(run) => {
                let note = |question: &mut DataQuestion| question.run_id = Some(run);
                change(app, id, attempts, note).await?;
                run
            }
            Err((code, message)) => {
                let now = app.clock.now();
                change(app, id, attempts, |question| fail(question, code.as_str(), message, now)).await?;
                return Ok(true);
            }
        },
    };
    if let Ok(ended) = tokio::time::timeout(MOMENT, following::end_of(app, run)).await {
        conclude(app, id, attempts, ended?).await?;
        return Ok(true);
    }
    let app = app.clone();
    tokio::spawn(work::within(work::current(), async move {
        let concluded = async { conclude(&app, id, attempts, following::end_of(&app, run).await?).await };
        let concluded: Result<()> = concluded.await;
        if let Err(error) = concluded {
            tracing::warn!(question = %id, error = %error.chain(), "the end of a question could not be written down");
        }
    }));
    Ok(false)
}

/// Ends a question that could not be run at any try.
///
/// # Errors
/// When Postgres does not answer.
pub async fn give_up(app: &App, id: DataQuestionId, attempts: i32) -> Result<()> {
    let now = app.clock.now();
    let message = "The statement could not be run. Please ask again.";
    change(app, id, attempts, |question| fail(question, "PROCESSING_FAILED", message, now)).await
}

fn is_current(question: &DataQuestion, attempts: i32) -> bool {
    question.status == QuestionStatus::Running && question.attempts == attempts
}

/// Begins the run, as whoever asked: what they may not see by now is not run.
async fn begin(app: &App, question: &DataQuestion) -> Result<std::result::Result<QueryRunId, Unable>> {
    let conn = app.db.read().await?;
    let Some(asker) = question.asker_id else {
        return Ok(Err((ErrorCode::NotFound, "Whoever asked is gone.")));
    };
    let Some(source) = source_store::load(&conn, asker, &[question.source_id]).await?.pop() else {
        return Ok(Err((ErrorCode::NotFound, "Whoever asked does not see the data source any more.")));
    };
    let sql = question.sql.clone().unwrap_or_default();
    if question.method == QuestionMethod::Verified {
        let saved: Vec<_> = question.saved_query_id.into_iter().collect();
        // It may have waited for long, to be looked at. Nothing is run in the name of a query that nobody vouches for by now, or not for this.
        let stands = |query: &SavedQuery| {
            query.is_verified && query.sql == sql && same(&question.question, std::slice::from_ref(query)).is_some()
        };
        let Some(query) = saved_reading::find_many(&conn, &saved).await?.pop().filter(stands) else {
            let message =
                "The verified query was changed or deleted, or nobody vouches for it any more. Please ask again.";
            return Ok(Err((ErrorCode::Conflict, message)));
        };
        drop(conn);
        return Ok(Ok(saved::run(app, &source, &query, &[], Some(asker), false).await?));
    }
    drop(conn);
    let ask =
        Ask { source: source.id, saved: None, sql, parameters: Vec::new(), is_fresh: false, wait: Duration::ZERO };
    Ok(Ok(asking::begin(app, &source, Some(asker), ask).await?))
}

/// Changes a question that still runs.
async fn change(
    app: &App,
    id: DataQuestionId,
    attempts: i32,
    how: impl Fn(&mut DataQuestion) + Send + Sync,
) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let found = store::lock(conn, id).await?.filter(|question| is_current(question, attempts));
        let Some(mut question) = found else { return Ok(()) };
        how(&mut question);
        ending::save(app, conn, &question).await
    })
    .await
}

async fn conclude(app: &App, id: DataQuestionId, attempts: i32, run: Option<QueryRun>) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let found = store::lock(conn, id).await?.filter(|question| is_current(question, attempts));
        let Some(mut question) = found else { return Ok(()) };
        let now = app.clock.now();
        match &run {
            Some(run) if run.status == RunStatus::Succeeded => ending::answer(&mut question, now),
            Some(run) if run.status == RunStatus::Cancelled => {
                fail(&mut question, "CANCELLED", "The run was cancelled.", now);
            }
            Some(run) => failed(app, conn, &mut question, run).await?,
            None => fail(&mut question, ErrorCode::NotFound.as_str(), "The run is gone.", now),
        }
        ending::save(app, conn, &question).await
    })
    .await
}

/// A statement failed: its author may try again, if that is a model and the statement was at fault.
async fn failed(app: &App, conn: &Connection, question: &mut DataQuestion, run: &QueryRun) -> Result<()> {
    let code = run.error_code.as_deref().unwrap_or_else(|| ErrorCode::Internal.as_str());
    let message = run.error_message.as_deref().unwrap_or("The statement failed.");
    let author = match question.generation_id {
        Some(generation) if is_at_fault(code) => generations::find(conn, generation).await?,
        _ => None,
    };
    let Some(before) = author else {
        fail(question, code, message, app.clock.now());
        return Ok(());
    };
    // What a statement meets are people's data, which Postgres quotes: a model is told no more than which kind of trouble it was.
    let mut problem = if code.starts_with("22") {
        format!("{code}: a value of the data does not fit what the statement does with it")
    } else {
        format!("{code}: {message}")
    };
    if let Some(hint) = run.error_hint.as_ref().filter(|_| !code.starts_with("22")) {
        problem.push_str("\nHint: ");
        problem.push_str(hint);
    }
    requesting::again(app, conn, question, &before, (code, &problem)).await
}

/// Whether Postgres refused the statement for what it says (SQLSTATE classes 42, 0A and 21) or for what it met (22).
fn is_at_fault(code: &str) -> bool {
    code.len() == 5 && ["42", "22", "21", "0A"].iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_author_can_mend_goes_back() {
        for code in ["42703", "42P01", "22012", "22P02", "21000", "0A000"] {
            assert!(is_at_fault(code), "{code}");
        }
        for code in ["TIMEOUT", "INTERRUPTED", "UPSTREAM_UNAVAILABLE", "40001", "53300", "42"] {
            assert!(!is_at_fault(code), "{code}");
        }
    }
}
