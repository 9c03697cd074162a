//! Where copies of accounts are kept, and for how long.

use chrono::TimeDelta;

use super::store;
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::{DataExportId, UserId};
use crate::storage::key::{EXPORTS, ObjectKey};

/// How long a copy can be fetched.
pub const KEPT: TimeDelta = TimeDelta::days(7);
/// Rows looked at at once.
const BATCH: i64 = 100;

/// Removes copies whose time is over.
///
/// # Errors
/// When Postgres or the store of files does not answer; what is left then is left to another try.
pub async fn remove_expired(app: &App) -> Result<()> {
    loop {
        let over = store::over(&*app.db.write().await?, app.clock.now(), BATCH).await?;
        if over.is_empty() {
            return Ok(());
        }
        for (id, owner) in over {
            remove(app, id, owner).await?;
        }
    }
}

/// Removes a copy: its file, then its row.
pub(super) async fn remove(app: &App, id: DataExportId, owner: UserId) -> Result<()> {
    app.storage.delete(&key(owner, id)?).await?;
    store::remove(&*app.db.write().await?, id).await
}

/// Where a copy is kept.
pub(super) fn key(owner: UserId, id: DataExportId) -> Result<ObjectKey> {
    ObjectKey::of(EXPORTS, owner.uuid(), id.uuid()).map_err(Error::internal)
}
