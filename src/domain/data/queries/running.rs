//! A statement at work, and the end of its run.

use std::time::Duration;

use tokio::sync::mpsc;

use super::collecting::{self, Collected};
use super::model::{Failure, NewResult, RunStatus, Running, Whole};
use super::{result_store, run_store as store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::external::trying;
use crate::domain::data::following::LOOK_AGAIN;
use crate::error::{Error, ErrorCode, Result};
use crate::events::fact::{Fact, Topic};
use crate::ids::QueryRunId;
use crate::warehouse::refusal::RunError;
use crate::warehouse::session::Finished;

/// How long a run may wait for its turn.
pub(super) const WAIT: Duration = Duration::from_secs(30);
/// Parts of a result under way between the database and whoever collects them.
const PARTS: usize = 4;

/// Runs a statement and writes down how it ended. What was shown of its rows stays, however that was.
pub(super) async fn run(app: App, running: Running) {
    let id = running.id;
    let (finished, collected) = at_work(&app, &running).await;
    let ended = match (finished, collected) {
        (_, Err(error)) => not_kept(&app, id, &error).await,
        (Ok(finished), Ok(collected)) => match succeed(&app, &running, collected, finished).await {
            Err(error) if error.code() != ErrorCode::Conflict => not_kept(&app, id, &error).await,
            kept => kept,
        },
        (Err(error), Ok(_)) => {
            let (status, failure) = match error {
                RunError::Cancelled => (RunStatus::Cancelled, None),
                error => (RunStatus::Failed, Some(failure(error))),
            };
            end(&app, id, status, failure.as_ref()).await
        }
    };
    if let Err(error) = ended {
        // Upkeep ends it when its lease is over.
        tracing::warn!(run = %id, error = %error.chain(), "the end of a statement could not be written down");
    }
}

/// How the statement ended, and its rows, which are stored as they come.
async fn at_work(app: &App, running: &Running) -> (Result<Finished, RunError>, Result<Collected>) {
    let (sender, parts) = mpsc::channel(PARTS);
    let workspace = running.source.workspace_id.uuid();
    let run = async {
        let cancelled = cancelled(app, running.id);
        let longest = WAIT.saturating_add(running.statement.timeout);
        // In a box, as connecting makes a large future.
        let finished = match &running.outside {
            None => {
                let run = Box::pin(app.warehouse.run(workspace, &running.statement, &sender, cancelled));
                tokio::time::timeout(longest, run).await
            }
            Some(stored) => match trying::target(app, stored) {
                Ok(target) => {
                    let run = Box::pin(app.warehouse.run_outside(&target, &running.statement, &sender, cancelled));
                    tokio::time::timeout(longest, run).await
                }
                Err(problem) => Ok(Err(RunError::Outside(problem))),
            },
        };
        let finished = finished.unwrap_or(Err(RunError::TimedOut));
        drop(sender);
        finished
    };
    tokio::join!(run, collecting::collect(app, running, parts))
}

/// Ready when somebody wants the run to stop, on whichever instance they say so.
async fn cancelled(app: &App, id: QueryRunId) {
    let mut listener = app.bus.listen(Topic::QueryRun(id));
    loop {
        let stops = async { store::is_to_stop(&*app.db.read().await?, id).await };
        let stops: Result<bool> = stops.await;
        if stops.unwrap_or(false) {
            return;
        }
        // No news for long is a reason to look as well.
        drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
    }
}

async fn succeed(app: &App, running: &Running, collected: Collected, finished: Finished) -> Result<()> {
    let whole = Whole {
        byte_size: i64::try_from(finished.bytes).map_err(Error::internal)?,
        is_truncated: finished.is_truncated,
        duration_ms: i32::try_from(finished.duration.as_millis()).unwrap_or(i32::MAX),
    };
    let now = app.clock.now();
    let result = NewResult { whole: Some(whole), ..collected.next(running)? };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        result_store::keep_result(conn, &result, now).await?;
        if !store::end(conn, running.id, RunStatus::Succeeded, Some(result.id), None, now).await? {
            // Upkeep was faster: the run is over, and the rest of its result nobody's.
            return Err(Error::conflict("The run is over."));
        }
        app.bus.publish(conn, &Fact::QueryRunChanged { run: running.id }).await
    })
    .await
}

/// Ends a run that has no whole result. Rows that came and were not stored yet are shown to nobody, and dropped.
async fn end(app: &App, id: QueryRunId, status: RunStatus, failure: Option<&Failure>) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::end(conn, id, status, None, failure, app.clock.now()).await?;
        app.bus.publish(conn, &Fact::QueryRunChanged { run: id }).await
    })
    .await
}

async fn not_kept(app: &App, id: QueryRunId, error: &Error) -> Result<()> {
    tracing::warn!(run = %id, error = %error.chain(), "a result could not be kept");
    let message = "The result could not be kept. Please run it again.".to_owned();
    let failure = Failure { code: ErrorCode::Internal.as_str().to_owned(), message, hint: None, place: None };
    end(app, id, RunStatus::Failed, Some(&failure)).await
}

/// Where Postgres saw it is of no use: it saw the statement as the gate wrote it.
fn failure(error: RunError) -> Failure {
    let message = error.to_string();
    let (code, hint) = match error {
        RunError::Refused { state, hint, .. } => (state, hint),
        RunError::TimedOut => (ErrorCode::Timeout.as_str().to_owned(), None),
        RunError::Cancelled => ("CANCELLED".to_owned(), None),
        RunError::Unavailable(cause) => {
            tracing::warn!(cause, "a statement could not be run");
            (ErrorCode::UpstreamUnavailable.as_str().to_owned(), None)
        }
        // The message says it all: nobody but the source's owner can see to it.
        RunError::Outside(_) => (ErrorCode::UpstreamUnavailable.as_str().to_owned(), None),
    };
    Failure { code, message, hint, place: None }
}
