//! Upkeep of runs.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{result_store, run_store as store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::events::fact::Fact;
use crate::jobs::job::{Attempt, Job, JobError};

/// How long the rows of a result are kept; that it was asked for stays in the history.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Results that one statement removes.
const AT_ONCE: i64 = 20;

/// Ends runs whose server is gone, so that none is running for ever, and removes old results.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndLeftRuns {}

impl Job<App> for EndLeftRuns {
    const KIND: &'static str = "data.end_left_runs";

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let mut conn = app.db.write().await?;
        let ended: crate::error::Result<()> = conn
            .transaction(async |conn| {
                for run in store::end_left_behind(conn, app.clock.now()).await? {
                    app.bus.publish(conn, &Fact::QueryRunChanged { run }).await?;
                }
                Ok(())
            })
            .await;
        ended?;
        let old = app.clock.now() - KEPT;
        while result_store::remove_old_results(&*app.db.write().await?, old, AT_ONCE).await? > 0 {}
        Ok(())
    }
}

/// Whether there is a run that [`EndLeftRuns`] would end: whoever waits for it would wait for nothing.
///
/// # Errors
/// When Postgres does not answer.
pub async fn is_any_left(app: &App) -> crate::error::Result<bool> {
    store::is_any_left_behind(&*app.db.write().await?, app.clock.now()).await
}
