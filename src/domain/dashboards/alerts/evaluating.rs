//! An evaluation: its query is run, and what comes of it is concluded. Whoever died at it is followed by another, who finds what was begun.

use std::time::Duration;

use super::claim_store::{self, Claimed};
use super::concluding::{Outcome, conclude};
use super::machine::is_current;
use super::model::Alert;
use super::store;
use crate::app::App;
use crate::domain::dashboards::boards::running::knows_changes;
use crate::domain::data::queries::following;
use crate::domain::data::reading as sources;
use crate::domain::data::saved::{actions, reading as queries};
use crate::error::{ErrorCode, Result};
use crate::ids::{AlertId, QueryRunId};

/// How long a job waits for the end of a run: other jobs wait for the job.
const MOMENT: Duration = Duration::from_millis(500);

/// What has become of an evaluation after a moment.
#[derive(Debug)]
pub enum Evaluated {
    /// It is concluded, or does not count any more.
    Done,
    /// Its query takes longer: whoever called this has it waited for beside all jobs, and comes back should that process end before.
    Running(Box<Running>),
}

/// An evaluation whose query runs.
#[derive(Debug)]
pub struct Running {
    alert: Alert,
    sequence: i64,
    run: QueryRunId,
}

impl Running {
    /// Waits for the end of the query, and concludes the evaluation.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn conclude(&self, app: &App) -> Result<()> {
        let ended = following::end_of(app, self.run).await?;
        conclude(app, &self.alert, self.sequence, Outcome::Ended(ended.map(Box::new))).await
    }
}

/// Evaluates an alert, if this evaluation still counts, as far as that is done in a moment.
///
/// # Errors
/// When a database does not answer; the same may be tried again.
pub async fn evaluate(app: &App, id: AlertId, sequence: i64) -> Result<Evaluated> {
    let found = store::find(&*app.db.write().await?, id).await?;
    let Some(alert) = found.filter(|alert| is_current(alert.sequence, alert.claimed_until.is_some(), sequence)) else {
        return Ok(Evaluated::Done);
    };
    let run = match alert.run_id {
        Some(run) => run,
        None => match begin(app, &alert).await? {
            Ok(run) => {
                claim_store::note_run(&*app.db.write().await?, Claimed { id, sequence }, run).await?;
                run
            }
            Err(why) => {
                conclude(app, &alert, sequence, Outcome::Unable(why)).await?;
                return Ok(Evaluated::Done);
            }
        },
    };
    // Only the run is waited for that long: what is begun to be written down is written down.
    let Ok(ended) = tokio::time::timeout(MOMENT, following::end_of(app, run)).await else {
        return Ok(Evaluated::Running(Box::new(Running { alert, sequence, run })));
    };
    conclude(app, &alert, sequence, Outcome::Ended(ended?.map(Box::new))).await?;
    Ok(Evaluated::Done)
}

/// Begins the run, on the server's own authority; or says why it cannot be.
async fn begin(app: &App, alert: &Alert) -> Result<std::result::Result<QueryRunId, String>> {
    // Not from a replica: what was changed a moment ago is what is to be looked at.
    let conn = app.db.write().await?;
    let Some(query) = queries::find_many(&conn, &[alert.query_id]).await?.pop() else {
        return Ok(Err("The query is gone.".to_owned()));
    };
    let Some(source) = sources::find_many(&conn, &[query.source_id]).await?.pop() else {
        return Ok(Err("The data source is gone.".to_owned()));
    };
    drop(conn);
    let is_fresh = !knows_changes(source.kind);
    match actions::run(app, &source, &query, &alert.values()?, None, is_fresh).await {
        Ok(run) => Ok(Ok(run)),
        // The query asks for something else by now.
        Err(error) if error.code() == ErrorCode::BadUserInput => {
            Ok(Err("The query asks for other values than the alert gives.".to_owned()))
        }
        Err(error) => Err(error),
    }
}
