//! An extraction ends, however its themes were found.

use super::model::{ExtractionMethod, ExtractionStatus, Found, Task};
use super::store;
use crate::app::App;
use crate::db::pool::Connection;
use crate::error::Result;

/// Ends an extraction in the caller's transaction with what was found; nothing is changed when another one has taken its
/// place, or the readings are others by now.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end(app: &App, conn: &Connection, task: &Task, method: ExtractionMethod, found: &[Found]) -> Result<()> {
    let (hash, now) = (task.hash()?, app.clock.now());
    let status = if found.is_empty() { ExtractionStatus::Failed } else { ExtractionStatus::Ready };
    let is_current = store::fingerprint(conn, task.week, task.wanted).await?.as_ref() == Some(&hash);
    if store::end(conn, task.week, &hash, (status, Some(method)), now).await? && is_current && !found.is_empty() {
        store::replace_extracted(conn, task.week, found, now).await?;
    }
    Ok(())
}
