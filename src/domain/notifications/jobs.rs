//! Upkeep of notifications.

use serde::{Deserialize, Serialize};

use super::policy::{KEPT, READ_KEPT};
use super::store;
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// Notifications that one statement removes.
const AT_ONCE: i64 = 1000;

/// Removes notifications that were read or deleted and are 90 days old, and all that are a year old.
#[derive(Debug, Serialize, Deserialize)]
pub struct PruneNotifications {}

impl Job<App> for PruneNotifications {
    const KIND: &'static str = "notifications.prune";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let now = app.clock.now();
        let conn = app.db.write().await?;
        while store::prune(&conn, now - KEPT, now - READ_KEPT, AT_ONCE).await? > 0 {}
        Ok(())
    }
}
