//! Files in the store that no row knows: left by an upload whose process died between its files and its rows.

use std::collections::HashSet;

use chrono::TimeDelta;
use futures::{StreamExt as _, TryStreamExt as _};

use super::store;
use crate::app::App;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::UserId;
use crate::storage::key::ObjectKey;

/// An upload takes minutes between its files and its rows at the most.
const KEPT: TimeDelta = TimeDelta::days(1);
/// Files that are looked up at once.
const BATCH: usize = 500;

/// Removes files of a room of the store that are older than a day and have no row: `known` says which of some keys have one.
///
/// Those of people whom this database does not know are left alone: they may belong to another installation that was
/// given the same bucket, and one without its database must not empty the store.
///
/// # Errors
/// When the store of files or the database does not answer; what was not looked at then is left to the next time.
pub async fn remove(
    app: &App,
    room: &str,
    known: impl AsyncFn(&Connection, &[ObjectKey]) -> Result<HashSet<String>>,
) -> Result<()> {
    let mut old = app.storage.list(room, app.clock.now() - KEPT).try_chunks(BATCH);
    let mut foreign = 0;
    while let Some(keys) = old.next().await {
        let keys = keys.map_err(|error| error.1)?;
        let owners: HashSet<UserId> = keys.iter().map(|key| UserId::from_uuid(key.owner())).collect();
        let conn = app.db.write().await?;
        let known = known(&conn, &keys).await?;
        let people: HashSet<UserId> = store::known_owners(&conn, &Vec::from_iter(owners)).await?.into_iter().collect();
        drop(conn);
        let (ours, others): (Vec<ObjectKey>, Vec<ObjectKey>) = keys
            .into_iter()
            .filter(|key| !known.contains(key.as_str()))
            .partition(|key| people.contains(&UserId::from_uuid(key.owner())));
        foreign += others.len();
        for key in ours {
            tracing::info!(%key, "removing a file that has no row");
            app.storage.delete(&key).await?;
        }
    }
    if foreign > 0 {
        tracing::warn!(foreign, "the store has files of people whom this database does not know; they are left alone");
    }
    Ok(())
}
