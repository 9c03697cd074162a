//! Webhooks in the background.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{delivering, tending};
use crate::app::App;
use crate::ids::WebhookId;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::jobs::queue;

/// Sends what is due first to an endpoint. There is one for each delivery, and none is bound to it: whoever finds the endpoint taken goes, and
/// whoever has it looks for more afterwards. So each endpoint is called by one at a time, and a slow one keeps nobody waiting.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeliverWebhook {
    pub webhook_id: WebhookId,
    /// By which this piece of work knows, when it is done anew, that it was itself that has the endpoint.
    pub claim: Uuid,
}

impl DeliverWebhook {
    /// A new piece of work.
    #[must_use]
    pub fn new(webhook_id: WebhookId) -> Self {
        Self { webhook_id, claim: Uuid::new_v4() }
    }
}

impl Job<App> for DeliverWebhook {
    const KIND: &'static str = "webhooks.deliver";

    async fn run(self, app: App, attempt: Attempt) -> Result<(), JobError> {
        // The process that tried died of it, or beside it, each time.
        let is_last = attempt.number > Self::MAX_ATTEMPTS;
        let again = Box::pin(delivering::deliver(&app, self.webhook_id, self.claim, is_last)).await?;
        // If the process dies here, this job is done anew, and tending finds what it does not.
        for wait in again {
            let next = Self::new(self.webhook_id);
            queue::enqueue_in::<App, _>(&*app.db.write().await?, &app.clock, &next, wait).await?;
        }
        Ok(())
    }
}

/// Removes old deliveries and old secrets, and finds what was to be delivered and is not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TendWebhooks {}

impl Job<App> for TendWebhooks {
    const KIND: &'static str = "webhooks.tend";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        tending::clean(&app).await?;
        let mut after = None;
        loop {
            let forgotten = tending::forgotten(&app, after).await?;
            let Some(last) = forgotten.last().copied() else { return Ok(()) };
            for id in forgotten {
                let next = DeliverWebhook::new(id);
                queue::enqueue::<App, _>(&*app.db.write().await?, &app.clock, &next).await?;
            }
            after = Some(last);
        }
    }
}
