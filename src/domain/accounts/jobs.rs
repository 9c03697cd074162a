//! Work on accounts in the background.

use serde::{Deserialize, Serialize};

use super::{keeping, purge, writing};
use crate::app::App;
use crate::ids::DataExportId;
use crate::jobs::job::{Attempt, Job, JobError};

/// Removes what is left of accounts that were deleted `ACCOUNT_PURGE_DAYS` ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct PurgeAccounts {}

impl Job<App> for PurgeAccounts {
    const KIND: &'static str = "accounts.purge";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(purge::purge_accounts(&app).await?)
    }
}

/// Writes a copy of all that is one person's.
#[derive(Debug, Serialize, Deserialize)]
pub struct WriteExport {
    pub id: DataExportId,
}

impl Job<App> for WriteExport {
    const KIND: &'static str = "accounts.write_export";
    const PRIORITY: i16 = -5;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), JobError> {
        match Box::pin(writing::write(&app, self.id)).await {
            Err(error) if attempt.is_last => {
                tracing::warn!(export = %self.id, error = %error.chain(), "a copy of an account could not be written");
                Ok(writing::give_up(&app, self.id).await?)
            }
            written => Ok(written?),
        }
    }
}

/// Removes copies whose time is over.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveExports {}

impl Job<App> for RemoveExports {
    const KIND: &'static str = "accounts.remove_exports";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(keeping::remove_expired(&app).await?)
    }
}
