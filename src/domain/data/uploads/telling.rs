//! How far a file has come while it is loaded, told about once a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::model::{DatasetUpload, UploadStatus};
use super::store::{self, Progressed};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::error::Result;
use crate::events::fact::Fact;

/// How often it is told.
const PACE: Duration = Duration::from_secs(1);
/// The part of the work that is done when a file was looked at: it is read once more.
const LOOKED_AT: f32 = 0.5;

/// Rows of a file, and how many were read.
#[derive(Debug)]
pub(super) struct Course {
    rows: u64,
    read: AtomicU64,
}

impl Course {
    pub(super) fn new(rows: u64) -> Self {
        Self { rows, read: AtomicU64::new(0) }
    }

    /// A row was read.
    pub(super) fn step(&self) {
        self.read.fetch_add(1, Ordering::Relaxed);
    }

    /// How far the file has come, 0 to 1: less than 1 until all of it is there.
    pub(super) fn progress(&self) -> f32 {
        let read = self.read.load(Ordering::Relaxed).min(self.rows);
        let permille = read.saturating_mul(999).checked_div(self.rows).and_then(|it| u16::try_from(it).ok());
        LOOKED_AT + (1.0 - LOOKED_AT) * f32::from(permille.unwrap_or(0)) / 1000.0
    }
}

/// Tells how far a file has come until that is over. What cannot be told is told the next time.
pub(super) async fn follow(app: &App, upload: &DatasetUpload, course: &Course, over: &CancellationToken) {
    let mut told = LOOKED_AT;
    while tokio::time::timeout(PACE, over.cancelled()).await.is_err() {
        let progress = course.progress();
        if progress > told {
            told = progress;
            if let Err(error) = advance(app, upload, progress).await {
                tracing::debug!(upload = %upload.id, error = %error.chain(), "how far a file has come is not told");
            }
        }
    }
}

async fn advance(app: &App, upload: &DatasetUpload, progress: f32) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if !store::advance(conn, upload.id, upload.revision, progress, app.clock.now()).await? {
            return Ok(());
        }
        app.bus.publish(conn, &Fact::DatasetProgressed { upload: upload.id }).await
    })
    .await
}

/// Writes down and tells what has become of an upload; nothing, and false, where another worker has ended it or another plan is followed.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn tell(
    app: &App,
    upload: &DatasetUpload,
    status: UploadStatus,
    progressed: Progressed,
) -> Result<bool> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if !store::progress(conn, upload.id, upload.revision, status, &progressed, app.clock.now()).await? {
            return Ok(false);
        }
        app.bus.publish(conn, &Fact::DatasetProgressed { upload: upload.id }).await?;
        Ok(true)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_from_half_to_almost_all() {
        let course = Course::new(4);
        let mut seen = Vec::new();
        for _ in 0..5 {
            seen.push(course.progress());
            course.step();
        }
        assert!(seen.is_sorted() && (seen[0] - 0.5).abs() < 1e-6, "{seen:?}");
        assert!((seen[2] - 0.7495).abs() < 1e-4 && (seen[4] - 0.9995).abs() < 1e-4, "{seen:?}");
        assert!(course.progress() < 1.0, "a row more than there were");
        assert!((Course::new(0).progress() - 0.5).abs() < 1e-6);
    }
}
