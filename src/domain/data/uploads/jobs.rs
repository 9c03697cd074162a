//! Work on uploads in the background.

use serde::{Deserialize, Serialize};

use super::{leavings, loading};
use crate::app::App;
use crate::domain::data::source_store;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, DatasetUploadId, WorkspaceId};
use crate::jobs::job::{Attempt, Job, JobError};
use crate::storage::key::ObjectKey;

/// Looks at a file, and loads it if that is wanted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadDataset {
    pub upload_id: DatasetUploadId,
    /// The revision that it was queued for: another plan queues another, and this one has nothing more to do.
    pub revision: i32,
}

impl Job<App> for LoadDataset {
    const KIND: &'static str = "data.load_dataset";
    /// Somebody looks at its progress.
    const PRIORITY: i16 = 5;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), JobError> {
        // Whoever held the job died of it, or beside it, each time.
        if attempt.number > Self::MAX_ATTEMPTS {
            let error = Error::internal("the process died at every try");
            loading::give_up(&app, self.upload_id, self.revision, &error).await?;
            return Err(JobError::Fail(error));
        }
        let done = loading::process(&app, self.upload_id, self.revision).await;
        match done {
            Err(error) if attempt.is_last => {
                loading::give_up(&app, self.upload_id, self.revision, &error).await?;
                Err(JobError::Fail(error))
            }
            done => Ok(done?),
        }
    }
}

/// Removes the rows of a table that was deleted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DropTable {
    pub source_id: DataSourceId,
    pub workspace_id: WorkspaceId,
    pub table: String,
}

impl Job<App> for DropTable {
    const KIND: &'static str = "data.drop_table";

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        // A table of that name may be there again.
        let is_gone = async {
            let conn = app.db.write().await?;
            Ok(source_store::table_named(&conn, self.source_id, &self.table).await?.is_none())
        };
        app.warehouse.drop_table(self.workspace_id.uuid(), &self.table, is_gone).await?;
        Ok(())
    }
}

/// Removes files of uploads that are gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveDatasetFiles {
    pub keys: Vec<String>,
}

impl Job<App> for RemoveDatasetFiles {
    const KIND: &'static str = "data.remove_files";

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        for key in &self.keys {
            let Ok(key) = key.parse::<ObjectKey>() else {
                tracing::error!(key, "an upload had a key that is none");
                continue;
            };
            app.storage.delete(&key).await?;
        }
        Ok(())
    }
}

/// Removes what uploads and workspaces that are gone have left outside of the main database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveLeavings {}

impl Job<App> for RemoveLeavings {
    const KIND: &'static str = "data.remove_leavings";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        while leavings::clear(&app).await? > 0 {}
        Ok(leavings::remove_orphans(&app).await?)
    }
}
