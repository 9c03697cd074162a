//! What is left of deleted accounts is removed, files first: the look-out for files without a row leaves those of people
//! alone whom the database does not know.

use chrono::{DateTime, TimeDelta, Utc};

use super::departure_store::{self, PARTS};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actions::avatar::remove_files;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::workspaces::actions::departure;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::storage::key::{AVATARS, DOCUMENTS, EXPORTS, RECORDINGS};

/// Removes all that belongs to accounts that were deleted long enough ago. One that fails does not keep the others.
///
/// # Errors
/// The last failure; what is left then is left to another try.
pub async fn purge_accounts(app: &App) -> Result<()> {
    let before = app.clock.now() - TimeDelta::from_std(app.config.accounts.purge_after).map_err(Error::internal)?;
    let (mut after, mut failed) = (None, None);
    loop {
        let next = departure_store::next_to_purge(&*app.db.write().await?, before, after).await?;
        let Some(id) = next else { break };
        after = Some(id);
        match purge(app, id, before).await {
            Ok(()) => tracing::info!(event = "account_purged", user = %id, "an account was purged"),
            Err(error) => {
                tracing::warn!(user = %id, error = %error.chain(), "an account could not be purged");
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn purge(app: &App, id: UserId, before: DateTime<Utc>) -> Result<()> {
    for room in [DOCUMENTS, AVATARS, EXPORTS, RECORDINGS] {
        // From the first file on there is no way back.
        if !departure_store::lock_to_purge(&*app.db.write().await?, id, before).await? {
            return Ok(());
        }
        remove_files(app, room, id).await?;
    }
    for part in PARTS.iter().copied() {
        let conn = app.db.write().await?;
        while departure_store::remove_some(&conn, id, part).await? > 0 {}
    }
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if !departure_store::lock_to_purge(conn, id, before).await? {
            return Ok(());
        }
        // What is shared goes to others in the moment in which its owner goes.
        departure::leave(conn, id, now).await?;
        departure_store::remove_account(conn, id).await?;
        let entry = Entry::new(Action::AccountPurged).account(id);
        audit::record_by(conn, now, &Author::system(), entry).await
    })
    .await
}
