//! Where pictures are made: on threads of their own, and few at once.

use std::time::Duration;

use tokio::sync::Semaphore;

use crate::charts::failure::RenderError;
use crate::error::{Error, Result};

/// Pictures that one process makes at once.
static PRESSES: Semaphore = Semaphore::const_new(2);
/// How long to wait for one of them.
const PATIENCE: Duration = Duration::from_secs(20);

/// Does what takes long off the threads that serve. It holds its place until it has ended, even when nobody waits for it any more.
///
/// # Errors
/// `UPSTREAM_UNAVAILABLE` when others took all places for too long, INTERNAL when it panicked.
pub async fn press<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let busy = || Error::unavailable("Too many pictures are being drawn. Please try again in a moment.");
    let place = tokio::time::timeout(PATIENCE, PRESSES.acquire()).await.map_err(|_| busy())?;
    let place = place.map_err(Error::internal)?;
    let work = move || {
        let done = work();
        drop(place);
        done
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// What is said of a picture that there is not.
#[must_use]
pub fn refused(error: RenderError) -> Error {
    match error {
        RenderError::Picture(_) => Error::internal(error),
        _ => Error::conflict(error.to_string()).with_detail("reason", error.code()),
    }
}
