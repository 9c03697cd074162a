//! Runs of reports in the background.

use serde::{Deserialize, Serialize};

use super::running::{self, Step};
use crate::app::App;
use crate::error::Error;
use crate::ids::ReportRunId;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::jobs::queue;

/// Has a report's dashboard run, comes back until its queries have ended, and writes the letter. Other jobs do not wait for them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunReport {
    pub run_id: ReportRunId,
    /// How often it was looked whether the queries have ended.
    pub looks: u32,
}

impl Job<App> for RunReport {
    const KIND: &'static str = "reports.run";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.run_id, self.looks))
    }

    async fn run(self, app: App, attempt: Attempt) -> Result<(), JobError> {
        // Whoever held the job died of it each time.
        if attempt.number > Self::MAX_ATTEMPTS {
            running::give_up(&app, self.run_id).await?;
            return Err(JobError::Fail(Error::internal("the process died at every try")));
        }
        match running::step(&app, self.run_id, self.looks).await {
            Ok(Step::Done) => Ok(()),
            Ok(Step::Later(wait)) => {
                let next = Self { looks: self.looks.saturating_add(1), ..self };
                queue::enqueue_in::<App, _>(&*app.db.write().await?, &app.clock, &next, wait).await?;
                Ok(())
            }
            Err(error) if attempt.is_last => {
                running::give_up(&app, self.run_id).await?;
                Err(JobError::Fail(error))
            }
            Err(error) => Err(error.into()),
        }
    }
}
