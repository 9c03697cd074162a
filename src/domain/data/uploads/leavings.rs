//! What is left outside of the main database when its rows are gone: tables and roles in the warehouse, files in the store.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use uuid::Uuid;

use super::{store, tenant_store};
use crate::app::App;
use crate::error::Result;
use crate::storage::key::DATASETS;

/// An upload takes minutes between its file and its row at the most.
const KEPT: TimeDelta = TimeDelta::days(1);
/// Files that are looked up at once.
const BATCH: usize = 500;
/// Workspaces that are cleared in one go.
const AT_ONCE: i64 = 100;

/// Removes all that workspaces have left which are gone. Says of how many nothing is left.
///
/// # Errors
/// When the warehouse, the store of files or the database does not answer; what is left then is removed the next time.
pub(super) async fn clear(app: &App) -> Result<usize> {
    let left = tenant_store::left(&*app.db.write().await?, AT_ONCE).await?;
    if left.is_empty() {
        return Ok(0);
    }
    let gone: HashSet<Uuid> = left.iter().copied().collect();
    let mut files = app.storage.list(DATASETS, DateTime::<Utc>::MAX_UTC);
    while let Some(key) = files.try_next().await? {
        if gone.contains(&key.owner()) {
            app.storage.delete(&key).await?;
        }
    }
    let mut cleared = 0;
    for workspace in &left {
        // One that cannot be cleared is none of the others' business.
        if let Err(error) = app.warehouse.remove(*workspace).await {
            tracing::warn!(%workspace, error = %error.chain(), "the data of a workspace that is gone cannot be removed");
            continue;
        }
        tenant_store::forget(&*app.db.write().await?, *workspace).await?;
        tracing::info!(%workspace, "removed the data of a workspace that is gone");
        cleared += 1;
    }
    Ok(cleared)
}

/// Removes files that are older than a day and have no row: of uploads whose process died between the two. Those of workspaces that this
/// database does not know are left alone: they may belong to another installation that was given the same bucket.
///
/// # Errors
/// As [`clear`].
pub(super) async fn remove_orphans(app: &App) -> Result<()> {
    let mut old = app.storage.list(DATASETS, app.clock.now() - KEPT).try_chunks(BATCH);
    let mut foreign = 0;
    while let Some(keys) = old.next().await {
        let keys = keys.map_err(|error| error.1)?;
        let texts: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let owners: HashSet<Uuid> = keys.iter().map(crate::storage::key::ObjectKey::owner).collect();
        let conn = app.db.write().await?;
        let known: HashSet<String> = store::known(&conn, &texts).await?.into_iter().collect();
        let tenants = tenant_store::known(&conn, &Vec::from_iter(owners)).await?;
        drop(conn);
        for key in keys.into_iter().filter(|key| !known.contains(key.as_str())) {
            if tenants.contains(&key.owner()) {
                tracing::info!(%key, "removing a file that has no row");
                app.storage.delete(&key).await?;
            } else {
                foreign += 1;
            }
        }
    }
    if foreign > 0 {
        tracing::warn!(
            foreign,
            "the store has files of workspaces that this database does not know; they are left alone"
        );
    }
    Ok(())
}
