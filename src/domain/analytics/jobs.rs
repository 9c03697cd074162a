//! Summing up, regularly.

use serde::{Deserialize, Serialize};

use super::actions;
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// Sums up what changed since the last time. Nothing waits for it: what is not summed up yet is read as it is.
#[derive(Debug, Serialize, Deserialize)]
pub struct RollUpUsage {}

impl Job<App> for RollUpUsage {
    const KIND: &'static str = "analytics.roll_up";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        actions::roll_up(&app, None, usize::MAX).await?;
        Ok(())
    }
}
