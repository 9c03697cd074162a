//! Reports in the background: what is due, its run, its letters, and what is forgotten.

use serde::{Deserialize, Serialize};

use super::running::{self, Step};
use super::{claiming, sending, upkeep};
use crate::app::App;
use crate::error::Error;
use crate::ids::{ReportRunId, UserId};
use crate::jobs::job::{Attempt, Job, JobError};
use crate::jobs::queue;
use crate::mail::post::Failure;

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
