//! Upkeep of the history.

use serde::{Deserialize, Serialize};

use super::purging;
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// Removes runs and questions that have been kept for long enough.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PruneHistory {}

impl Job<App> for PruneHistory {
    const KIND: &'static str = "data.prune_history";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(purging::prune(&app).await?)
    }
}

/// Removes what was deleted with a history that is too long for one statement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeHistory {}

impl Job<App> for PurgeHistory {
    const KIND: &'static str = "data.purge_history";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(purging::purge(&app).await?)
    }
}
