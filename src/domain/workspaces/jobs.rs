//! Upkeep of workspaces.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::store;
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// Time between deletion and purge.
pub const KEPT: TimeDelta = TimeDelta::days(30);
/// Workspaces that one statement removes.
const AT_ONCE: i64 = 100;

/// Removes workspaces that were deleted 30 days ago, with all that is in them.
#[derive(Debug, Serialize, Deserialize)]
pub struct PurgeWorkspaces {}

impl Job<App> for PurgeWorkspaces {
    const KIND: &'static str = "workspaces.purge";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let before = app.clock.now() - KEPT;
        let conn = app.db.write().await?;
        while store::purge(&conn, before, AT_ONCE).await? > 0 {}
        Ok(())
    }
}
