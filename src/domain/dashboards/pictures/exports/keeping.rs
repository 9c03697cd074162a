//! How long pictures are kept, and their removal.

use chrono::TimeDelta;

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::storage::key::ObjectKey;

/// How long a picture can be fetched.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
/// How long it is remembered that there was one.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// Rows looked at at once.
const BATCH: i64 = 100;

/// Removes pictures whose time is over, and those that nobody can see any more: of accounts, charts and dashboards that are gone.
///
/// # Errors
/// When Postgres or the store of files does not answer; what is left then is left to another try.
pub(super) async fn remove_expired(app: &App) -> Result<()> {
    let now = app.clock.now();
    loop {
        let over = store::over(&*app.db.write().await?, now, BATCH).await?;
        if over.is_empty() {
            break;
        }
        for export in over {
            if let Ok(key) = export.storage_key.parse::<ObjectKey>() {
                app.storage.delete(&key).await?;
            } else {
                tracing::error!(export = %export.id, "a picture had a key that is none");
            }
            store::expire(&*app.db.write().await?, export.id).await?;
        }
    }
    store::forget(&*app.db.write().await?, now - REMEMBERED).await?;
    Ok(())
}
