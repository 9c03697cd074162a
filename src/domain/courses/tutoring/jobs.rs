//! Sessions are ended on time though nobody watches, and forgotten when they were kept long enough.

use serde::{Deserialize, Serialize};

use super::{ending, removal, store};
use crate::app::App;
use crate::domain::courses::recordings::removal as recordings;
use crate::ids::TutoringSessionId;
use crate::jobs::job::{Attempt, Job, JobError};

/// Overdue sessions that one upkeep ends.
const OVERDUE: i64 = 1000;

/// Ends a session when its time is over. Queued with it, to run then.
#[derive(Debug, Serialize, Deserialize)]
pub struct EndSession {
    pub session: TutoringSessionId,
}

impl Job<App> for EndSession {
    const KIND: &'static str = "tutoring.end_session";
    /// Somebody may be waiting for the last word.
    const PRIORITY: i16 = 10;

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        // Clocks of this machine and of Postgres may differ a little: then it is due a moment later.
        let mut tries = 0;
        while ending::end_if_due(&app, self.session).await? && tries < 5 {
            tries += 1;
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        Ok(())
    }
}

/// Ends what is overdue all the same, and deletes what courses do not keep any longer, recordings too.
#[derive(Debug, Serialize, Deserialize)]
pub struct TendSessions {}

impl Job<App> for TendSessions {
    const KIND: &'static str = "tutoring.tend_sessions";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let overdue = store::overdue(&*app.db.read().await?, app.clock.now(), OVERDUE).await?;
        for session in overdue {
            ending::end_if_due(&app, session).await?;
        }
        while removal::remove_outlived(&app).await? > 0 {}
        while recordings::remove_outlived(&app).await? > 0 {}
        Ok(())
    }
}
