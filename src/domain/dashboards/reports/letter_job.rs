//! Letters of reports in the background.

use serde::{Deserialize, Serialize};

use super::sending;
use crate::app::App;
use crate::error::Error;
use crate::ids::{ReportRunId, UserId};
use crate::jobs::job::{Attempt, Job, JobError};
use crate::mail::post::Failure;

/// Sends the letter of a run to one person: one that cannot be reached keeps nobody else's, and makes nobody get theirs twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendReport {
    pub run_id: ReportRunId,
    pub user_id: UserId,
}

impl Job<App> for SendReport {
    const KIND: &'static str = "reports.send";
    /// Over a quarter of an hour and more.
    const MAX_ATTEMPTS: i32 = 8;

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.run_id, self.user_id))
    }

    async fn run(self, app: App, attempt: Attempt) -> Result<(), JobError> {
        let (run, person) = (self.run_id, self.user_id);
        if attempt.number > Self::MAX_ATTEMPTS {
            sending::give_up(&app, run, person, &Error::internal("the process died at every try")).await?;
            return Ok(());
        }
        match sending::send(&app, run, person).await {
            Ok(()) => Ok(()),
            Err(Failure::Later(error)) if !attempt.is_last => Err(JobError::Retry(error)),
            Err(Failure::Later(error) | Failure::Never(error)) => {
                sending::give_up(&app, run, person, &error).await?;
                Err(JobError::Fail(error))
            }
        }
    }
}
