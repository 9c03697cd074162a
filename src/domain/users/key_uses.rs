//! How often API keys are used, counted in memory and written down once a minute, so that asking does not write.
//!
//! What an instance has counted since is lost when it is killed; when it stops in good order it is written first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::key_store::{self, Uses};
use crate::app::App;
use crate::error::Result;
use crate::ids::ApiKeyId;

/// How often what was counted is written down.
const EVERY: Duration = Duration::from_mins(1);

/// The uses since they were last written down. A clone counts the same.
#[derive(Debug, Clone, Default)]
pub struct KeyUses(Arc<Mutex<HashMap<ApiKeyId, Uses>>>);

impl KeyUses {
    /// Counts one use.
    pub fn note(&self, id: ApiKeyId, now: DateTime<Utc>) {
        self.add(id, Uses { count: 1, last: now });
    }

    fn add(&self, id: ApiKeyId, uses: Uses) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = counted.entry(id).or_insert(Uses { count: 0, last: uses.last });
        *all = Uses { count: all.count.saturating_add(uses.count), last: all.last.max(uses.last) };
    }

    /// Writes down what was counted. What cannot be written is counted on.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn flush(&self, app: &App) -> Result<()> {
        let counted: Vec<_> = self.0.lock().unwrap_or_else(PoisonError::into_inner).drain().collect();
        if counted.is_empty() {
            return Ok(());
        }
        let written = async { key_store::note_uses(&*app.db.write().await?, &counted).await }.await;
        if written.is_err() {
            for (id, uses) in counted {
                self.add(id, uses);
            }
        }
        written
    }

    /// Writes down what is counted, once a minute, until the process ends.
    pub async fn keep(self, app: App) {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.flush(&app).await {
                tracing::warn!(error = %error.chain(), "uses of API keys are not written down yet");
            }
        }
    }
}
