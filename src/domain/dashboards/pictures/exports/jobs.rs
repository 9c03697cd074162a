//! Work on pictures in the background.

use serde::{Deserialize, Serialize};

use super::{keeping, writing};
use crate::app::App;
use crate::error::Error;
use crate::ids::PictureExportId;
use crate::jobs::job::{Attempt, Job, JobError};

/// Draws a picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WritePictureExport {
    pub id: PictureExportId,
}

impl Job<App> for WritePictureExport {
    const KIND: &'static str = "dashboards.write_picture";
    /// Somebody looks at its progress.
    const PRIORITY: i16 = 5;

    async fn run(self, app: App, attempt: Attempt) -> Result<(), JobError> {
        // Whoever held the job died of it, or beside it, each time.
        if attempt.number > Self::MAX_ATTEMPTS {
            let error = Error::internal("the process died at every try");
            writing::give_up(&app, self.id).await?;
            return Err(JobError::Fail(error));
        }
        match Box::pin(writing::write(&app, self.id)).await {
            Err(error) if attempt.is_last => {
                writing::give_up(&app, self.id).await?;
                Err(JobError::Fail(error))
            }
            written => Ok(written?),
        }
    }
}

/// Removes pictures whose time is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemovePictureExports {}

impl Job<App> for RemovePictureExports {
    const KIND: &'static str = "dashboards.remove_pictures";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(keeping::remove_expired(&app).await?)
    }
}
