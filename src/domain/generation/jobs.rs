//! Upkeep of the logs.

use serde::{Deserialize, Serialize};

use super::store;
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// Removes the logs of runs that ended some time ago: their text answers every cursor.
#[derive(Debug, Serialize, Deserialize)]
pub struct PruneLogs {}

impl Job<App> for PruneLogs {
    const KIND: &'static str = "generation.prune_logs";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let before = app.clock.now() - app.config.generation.log_retention;
        let conn = app.db.write().await?;
        while store::prune_logs(&conn, before).await? > 0 {}
        Ok(())
    }
}
