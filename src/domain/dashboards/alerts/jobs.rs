//! Alerts in the background: who evaluates which, what that is, and upkeep.
//!
//! A claim gives an evaluation its number, and is made in the transaction that queues the job for it: what was claimed is evaluated even if
//! the server goes the next moment. An alert that is claimed is not due, so that one whose query takes long is not evaluated twice at once.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::claim_store::{self, AtOnce, Claimed};
use super::evaluating::{self, Evaluated};
use super::event_store;
use super::times::{CLAIMED, EVENTS_KEPT, VALUES_KEPT};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::error::{Error, Result};
use crate::ids::AlertId;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::jobs::queue;
use crate::trace::work;

/// Alerts that one transaction claims. A file that changes what every alert of a workspace looks at leaves turns for its people.
const AT_ONCE: AtOnce = AtOnce { all: 50, in_a_workspace: 4 };
/// Rows that one statement removes.
const REMOVED_AT_ONCE: i64 = 1000;
/// When a run has ended that took long, unless it takes longer still or its server was killed: then it is looked at again and again.
const LATER: Duration = Duration::from_secs(150);

/// Claims all alerts that are due.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeAlerts {
    /// What made somebody look, which is looked at once; empty for the time.
    pub because: String,
}

impl Job<App> for TakeAlerts {
    const KIND: &'static str = "alerts.take";
    const PRIORITY: i16 = 5;

    fn dedupe_key(&self) -> Option<String> {
        Some(self.because.clone())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        while take_some(&app).await? > 0 {}
        Ok(())
    }
}

async fn take_some(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let claimed = claim_store::take_due(conn, now, now + CLAIMED, AT_ONCE).await?;
        for one in &claimed {
            enqueue(app, conn, *one).await?;
        }
        Ok(claimed.len())
    })
    .await
}

/// Claims a locked alert now, in the caller's transaction; gives the number of the evaluation.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn take(app: &App, conn: &Connection, id: AlertId) -> Result<i64> {
    let claimed = claim_store::take(conn, id, app.clock.now() + CLAIMED).await?;
    enqueue(app, conn, claimed).await?;
    Ok(claimed.sequence)
}

async fn enqueue(app: &App, conn: &Connection, claimed: Claimed) -> Result<()> {
    let evaluate = EvaluateAlert { alert_id: claimed.id, sequence: claimed.sequence, is_late: false };
    queue::enqueue::<App, _>(conn, &app.clock, &evaluate).await?;
    Ok(())
}

/// Has a locked alert that is due evaluated once the caller's transaction commits.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn look(app: &App, conn: &Connection, id: AlertId) -> Result<()> {
    let take = TakeAlerts { because: id.to_string() };
    queue::enqueue::<App, _>(conn, &app.clock, &take).await?;
    Ok(())
}

/// Whether any alert is due: what [`TakeAlerts`] would find.
///
/// # Errors
/// When Postgres does not answer.
pub async fn is_any_due(app: &App) -> Result<bool> {
    let now = app.clock.now();
    claim_store::is_any_due(&*app.db.write().await?, now).await
}

/// Makes an evaluation that was claimed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvaluateAlert {
    pub alert_id: AlertId,
    /// The number of the evaluation: when another was claimed since, this one has nothing more to do.
    pub sequence: i64,
    /// Whether this comes back to a run that took long.
    #[serde(default)]
    pub is_late: bool,
}

impl Job<App> for EvaluateAlert {
    const KIND: &'static str = "alerts.evaluate";
    /// The last of them is later than upkeep, which ends what a killed server ran.
    const MAX_ATTEMPTS: i32 = 11;

    fn dedupe_key(&self) -> Option<String> {
        let late = if self.is_late { ":late" } else { "" };
        Some(format!("{}:{}{late}", self.alert_id, self.sequence))
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let running = match evaluating::evaluate(&app, self.alert_id, self.sequence).await? {
            Evaluated::Done => return Ok(self.make_room(&app).await?),
            // Somebody waits already, unless they are gone; then this comes back.
            Evaluated::Running(_) if self.is_late => {
                return Err(JobError::Retry(Error::unavailable("The run goes on.")));
            }
            Evaluated::Running(running) => running,
        };
        let late = Self { is_late: true, ..self.clone() };
        queue::enqueue_in::<App, _>(&*app.db.write().await?, &app.clock, &late, LATER).await?;
        tokio::spawn(work::within(work::current(), async move {
            let concluded: Result<()> = async {
                running.conclude(&app).await?;
                self.make_room(&app).await
            }
            .await;
            if let Err(error) = concluded {
                tracing::warn!(alert = %self.alert_id, error = %error.chain(), "the end of an evaluation could not be written down");
            }
        }));
        Ok(())
    }
}

impl EvaluateAlert {
    /// Others of the workspace have waited for this one to end, and data that changed while it was evaluated are looked at once more: at once.
    async fn make_room(&self, app: &App) -> Result<()> {
        if claim_store::is_any_due_beside(&*app.db.write().await?, self.alert_id, app.clock.now()).await? {
            let take = TakeAlerts { because: format!("{}:{}", self.alert_id, self.sequence) };
            queue::enqueue::<App, _>(&*app.db.write().await?, &app.clock, &take).await?;
        }
        Ok(())
    }
}

/// Forgets what happened to alerts a year ago, and what was seen longer ago than any change looks back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PruneAlerts {}

impl Job<App> for PruneAlerts {
    const KIND: &'static str = "alerts.prune";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let now = app.clock.now();
        let conn = app.db.write().await?;
        while event_store::prune_events(&conn, now - EVENTS_KEPT, REMOVED_AT_ONCE).await? > 0 {}
        while event_store::prune_values(&conn, now - VALUES_KEPT, REMOVED_AT_ONCE).await? > 0 {}
        Ok(())
    }
}
