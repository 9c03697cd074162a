//! Answers in the background.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{answering, reaping};
use crate::app::App;
use crate::error::Error;
use crate::ids::DataQuestionId;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::jobs::queue;

/// When a run has ended that took long, unless its server was killed: then it has been ended by upkeep.
const LATER: Duration = Duration::from_secs(150);

/// Runs the statement of a question, and ends the question with what comes of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnswerQuestion {
    pub question_id: DataQuestionId,
    /// Times that a model had been asked when this was queued: another statement queues another, and this one has nothing more to do.
    pub attempts: i32,
    /// Whether this comes back to a run that took long.
    #[serde(default)]
    pub is_late: bool,
}

impl Job<App> for AnswerQuestion {
    const KIND: &'static str = "data.answer_question";
    /// Somebody waits for the answer.
    const PRIORITY: i16 = 5;

    fn dedupe_key(&self) -> Option<String> {
        let late = if self.is_late { ":late" } else { "" };
        Some(format!("{}:{}{late}", self.question_id, self.attempts))
    }

    async fn run(self, app: App, attempt: Attempt) -> Result<(), JobError> {
        // Whoever held the job died of it, or beside it, each time.
        if attempt.number > Self::MAX_ATTEMPTS {
            answering::give_up(&app, self.question_id, self.attempts).await?;
            return Err(JobError::Fail(Error::internal("the process died at every try")));
        }
        match answering::answer(&app, self.question_id, self.attempts).await {
            Err(error) if attempt.is_last => {
                answering::give_up(&app, self.question_id, self.attempts).await?;
                Err(JobError::Fail(error))
            }
            Ok(false) if self.is_late => Err(JobError::Retry(Error::unavailable("The run goes on."))),
            Ok(false) => {
                let late = Self { is_late: true, ..self };
                queue::enqueue_in::<App, _>(&*app.db.write().await?, &app.clock, &late, LATER).await?;
                Ok(())
            }
            done => Ok(done.map(drop)?),
        }
    }
}

/// Ends questions that nobody works on any more, so that none is open for ever.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndLeftQuestions {}

impl Job<App> for EndLeftQuestions {
    const KIND: &'static str = "data.end_left_questions";

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        for left in reaping::left_behind(&app).await? {
            let (question_id, attempts) = (left.id, left.attempts);
            let mut is_awaited = false;
            for is_late in [false, true] {
                let job = AnswerQuestion { question_id, attempts, is_late };
                is_awaited |= queue::is_there::<App, _>(&*app.db.write().await?, &job).await?;
            }
            if !is_awaited {
                reaping::end(&app, &left).await?;
            }
        }
        Ok(())
    }
}
