//! Upkeep of conversations.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::store;
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// Time between deletion and purge.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Removes what was deleted 30 days ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct PurgeConversations {}

impl Job<App> for PurgeConversations {
    const KIND: &'static str = "conversations.purge";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let before = app.clock.now() - KEPT;
        let conn = app.db.write().await?;
        while store::purge(&conn, before).await? > 0 {}
        Ok(())
    }
}
