//! Files of recordings that are gone are removed.

use serde::{Deserialize, Serialize};

use super::store;
use crate::app::App;
use crate::domain::documents::orphans;
use crate::error::Error;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::storage::key::{ObjectKey, RECORDINGS};

/// Removes files whose rows are gone.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveRecordings {
    pub keys: Vec<String>,
}

impl Job<App> for RemoveRecordings {
    const KIND: &'static str = "tutoring.remove_recordings";
    const PRIORITY: i16 = -5;
    /// Over more than half a day: a store of files may be away for a while.
    const MAX_ATTEMPTS: i32 = 20;

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        for key in self.keys {
            let key: ObjectKey = key.parse().map_err(|error| JobError::Fail(Error::internal(error)))?;
            app.storage.delete(&key).await?;
        }
        Ok(())
    }
}

/// Removes recordings that have had no row for a day: of uploads whose process died between the two.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveOrphanRecordings {}

impl Job<App> for RemoveOrphanRecordings {
    const KIND: &'static str = "tutoring.remove_orphan_recordings";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        orphans::remove(&app, RECORDINGS, async |conn, keys| {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            store::known(conn, &keys).await
        })
        .await?;
        Ok(())
    }
}
