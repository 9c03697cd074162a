//! Following a file while it is made, whatever it is a file of.

use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;

use super::model::{ExportStatus, ResultExport};
use crate::error::Result;
use crate::events::bus::Listener;

/// How long to wait for news before looking at the row itself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Something that is made in the background.
pub trait Made: Clone + Send + 'static {
    /// How far it has come.
    fn status(&self) -> ExportStatus;

    /// 0 to 1.
    fn progress(&self) -> f32;

    /// Whether nothing more happens before its time is over.
    fn is_ended(&self) -> bool {
        !matches!(self.status(), ExportStatus::Pending | ExportStatus::Running)
    }
}

impl Made for ResultExport {
    fn status(&self) -> ExportStatus {
        self.status
    }

    fn progress(&self) -> f32 {
        self.progress
    }
}

/// It as `look` sees it when it has ended, or after this time. `listener` hears of it since before it was made.
///
/// # Errors
/// Those of `look`.
pub async fn wait<T: Made, F: Future<Output = Result<T>>>(
    mut listener: Listener,
    longest: Duration,
    look: impl Fn() -> F,
) -> Result<T> {
    let ended = async {
        loop {
            let now = look().await?;
            if now.is_ended() {
                return Ok(now);
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
        }
    };
    match tokio::time::timeout(longest, ended).await {
        Ok(ended) => ended,
        Err(_) => look().await,
    }
}

/// It as it was `first` seen, then again whenever its status or progress changes, until it has ended. `listener` hears of it since before
/// that, so that nothing falls between the two.
pub fn follow<T, F>(
    mut listener: Listener,
    first: T,
    look: impl Fn() -> F + Send + 'static,
) -> impl Stream<Item = Result<T>> + Send
where
    T: Made,
    F: Future<Output = Result<T>> + Send + 'static,
{
    try_stream! {
        let mut now = first;
        let mut shown = None;
        loop {
            let state = (now.status(), now.progress().to_bits());
            if shown != Some(state) {
                shown = Some(state);
                yield now.clone();
            }
            if now.is_ended() {
                return;
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
            now = look().await?;
        }
    }
}
