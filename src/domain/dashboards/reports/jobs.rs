//! Reports in the background: what is due, and what is forgotten. A run is in [`run_job`](super::run_job), its letters are in
//! [`letter_job`](super::letter_job).

use serde::{Deserialize, Serialize};

use super::{claiming, upkeep};
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// Begins the run of each report whose time has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClaimReports {}

impl Job<App> for ClaimReports {
    const KIND: &'static str = "reports.claim";

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        while claiming::claim(&app).await? > 0 {}
        Ok(())
    }
}

/// Ends runs that nobody is at any more, and forgets old ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TendReports {}

impl Job<App> for TendReports {
    const KIND: &'static str = "reports.tend";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(upkeep::tend(&app).await?)
    }
}
