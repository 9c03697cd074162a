//! Upkeep of courses.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{invitation_store, store};
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// Time between deletion and purge.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Removes courses that were deleted 30 days ago, and invitations that ended as long ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct PurgeCourses {}

impl Job<App> for PurgeCourses {
    const KIND: &'static str = "courses.purge";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let before = app.clock.now() - KEPT;
        let conn = app.db.write().await?;
        while store::purge(&conn, before).await? > 0 {}
        invitation_store::purge(&conn, before).await?;
        Ok(())
    }
}
