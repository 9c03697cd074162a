//! A statement at work, and the end of its run.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;

use super::model::{Failure, NewResult, RunStatus};
use super::run_store as store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::external::model::StoredConnection;
use crate::domain::data::external::trying;
use crate::domain::data::model::DataSource;
use crate::error::{Error, ErrorCode, Result};
use crate::events::fact::{Fact, Topic};
use crate::ids::{QueryResultId, QueryRunId};
use crate::warehouse::cells::CellColumn;
use crate::warehouse::refusal::RunError;
use crate::warehouse::session::{Finished, Part, Statement};

/// How long a run may wait for its turn.
pub(super) const WAIT: Duration = Duration::from_secs(30);
/// How long to wait for news before looking at the row itself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Parts of a result under way between the database and whoever collects them.
const PARTS: usize = 4;

/// A run that begins.
#[derive(Debug)]
pub(super) struct Running {
    pub id: QueryRunId,
    pub source: DataSource,
    /// How the database is reached that is somebody else's; `None` for uploads.
    pub outside: Option<StoredConnection>,
    pub statement: Statement,
    pub key: [u8; 32],
}

/// What came of a statement.
struct Outcome {
    columns: Vec<CellColumn>,
    rows: Vec<Vec<Value>>,
    finished: Finished,
}

/// Runs a statement and writes down how it ended; nothing is left of a result that is not whole.
pub(super) async fn run(app: App, running: Running) {
    let id = running.id;
    let outcome = outcome(&app, &running).await;
    let ended = match outcome {
        Ok(outcome) => match succeed(&app, running, outcome).await {
            Err(error) if error.code() != ErrorCode::Conflict => {
                tracing::warn!(run = %id, error = %error.chain(), "a result could not be kept");
                end(&app, id, RunStatus::Failed, Some(&not_kept())).await
            }
            kept => kept,
        },
        Err(RunError::Cancelled) => end(&app, id, RunStatus::Cancelled, None).await,
        Err(error) => end(&app, id, RunStatus::Failed, Some(&failure(error))).await,
    };
    if let Err(error) = ended {
        // Upkeep ends it when its lease is over.
        tracing::warn!(run = %id, error = %error.chain(), "the end of a statement could not be written down");
    }
}

async fn outcome(app: &App, running: &Running) -> Result<Outcome, RunError> {
    let (sender, mut parts) = mpsc::channel(PARTS);
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
    let collect = async {
        let (mut columns, mut rows) = (Vec::new(), Vec::new());
        while let Some(part) = parts.recv().await {
            match part {
                Part::Columns(found) => columns = found,
                Part::Rows(found) => rows.extend(found),
            }
        }
        (columns, rows)
    };
    let (finished, (columns, rows)) = tokio::join!(run, collect);
    Ok(Outcome { columns, rows, finished: finished? })
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

async fn succeed(app: &App, running: Running, outcome: Outcome) -> Result<()> {
    let now = app.clock.now();
    let Outcome { columns, rows, finished } = outcome;
    let result = NewResult {
        id: QueryResultId::generate(now),
        source_id: running.source.id,
        key: running.key,
        // Read before the statement began: should the data have changed since, nobody takes the result for theirs.
        data_version: running.source.data_version,
        columns: serde_json::to_value(columns).map_err(Error::internal)?,
        rows,
        byte_size: i64::try_from(finished.bytes).map_err(Error::internal)?,
        is_truncated: finished.is_truncated,
        duration_ms: i32::try_from(finished.duration.as_millis()).unwrap_or(i32::MAX),
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::insert_result(conn, &result, now).await?;
        if !store::end(conn, running.id, RunStatus::Succeeded, Some(result.id), None, now).await? {
            // Upkeep was faster: the run is over, and its result nobody's.
            return Err(Error::conflict("The run is over."));
        }
        app.bus.publish(conn, &Fact::QueryRunChanged { run: running.id }).await
    })
    .await
}

async fn end(app: &App, id: QueryRunId, status: RunStatus, failure: Option<&Failure>) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::end(conn, id, status, None, failure, app.clock.now()).await?;
        app.bus.publish(conn, &Fact::QueryRunChanged { run: id }).await
    })
    .await
}

fn not_kept() -> Failure {
    let message = "The result could not be kept. Please run it again.".to_owned();
    Failure { code: ErrorCode::Internal.as_str().to_owned(), message, hint: None, place: None }
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
