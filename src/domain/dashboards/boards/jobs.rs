//! Dashboards in the background: those that are run at intervals, and what changed under those that somebody follows.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::claimed::{self, Claim};
use super::model::RefreshPolicy;
use super::{claim_store, interrupted, running, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::error::Result;
use crate::ids::DashboardId;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::jobs::queue;

/// How long a dashboard that nobody reads is run at intervals.
const UNREAD: TimeDelta = TimeDelta::days(7);
/// How long it is known for which data a query was run; longer than results are kept.
const CLAIMS_KEPT: TimeDelta = TimeDelta::days(60);
/// Dashboards that one transaction takes.
const AT_ONCE: i32 = 50;

/// Queues the run of each dashboard that is due.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshDashboards {}

impl Job<App> for RefreshDashboards {
    const KIND: &'static str = "dashboards.refresh";

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        while take(&app).await? > 0 {}
        Ok(())
    }
}

/// Queues some that are due, and says how many.
async fn take(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let due = store::take_due(conn, now, now - UNREAD, AT_ONCE).await?;
        for dashboard_id in &due {
            let refresh = RefreshDashboard { dashboard_id: *dashboard_id };
            queue::enqueue::<App, _>(conn, &app.clock, &refresh).await?;
        }
        Ok(due.len())
    })
    .await
}

/// Whether any dashboard is due: what [`RefreshDashboards`] would find.
///
/// # Errors
/// When Postgres does not answer.
pub async fn is_any_due(app: &App) -> Result<bool> {
    let now: DateTime<Utc> = app.clock.now();
    store::is_any_due(&*app.db.read().await?, now, now - UNREAD).await
}

/// Runs the tiles of one dashboard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshDashboard {
    pub dashboard_id: DashboardId,
}

impl Job<App> for RefreshDashboard {
    const KIND: &'static str = "dashboards.refresh_one";

    /// One that has not come to it yet is not run twice.
    fn dedupe_key(&self) -> Option<String> {
        Some(self.dashboard_id.to_string())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let found = store::find(&*app.db.write().await?, self.dashboard_id).await?;
        let due = found.filter(|dashboard| dashboard.refresh_policy == RefreshPolicy::Interval);
        match due {
            Some(dashboard) => Ok(running::keep_up(&app, &dashboard).await?),
            None => Ok(()),
        }
    }
}

/// Runs queries of dashboards that somebody follows, whose data changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunClaimed {
    pub claims: Vec<Claim>,
}

impl Job<App> for RunClaimed {
    const KIND: &'static str = "dashboards.run_claimed";
    /// Somebody looks at it.
    const PRIORITY: i16 = 5;

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(claimed::run(&app, &self.claims).await?)
    }
}

/// Forgets for which data queries were run that nobody has followed for long.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PruneClaims {}

impl Job<App> for PruneClaims {
    const KIND: &'static str = "dashboards.prune_claims";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let old = app.clock.now() - CLAIMS_KEPT;
        claim_store::prune(&*app.db.write().await?, old).await?;
        Ok(())
    }
}

/// Sees once more to what dashboards ran by themselves on a server that stopped.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunInterrupted {}

impl Job<App> for RunInterrupted {
    const KIND: &'static str = "dashboards.run_interrupted";

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(interrupted::run_again(&app).await?)
    }
}
