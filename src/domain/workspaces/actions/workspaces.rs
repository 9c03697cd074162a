//! Workspaces: finding, making, renaming and deleting them.

use serde_json::json;

use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::model::{NewWorkspace, Seen, WorkspaceRole};
use crate::domain::workspaces::policy::{MAX_OWNED, checked_name, missing, require_owner};
use crate::domain::workspaces::{member_store, reading, store};
use crate::error::{Error, Result};
use crate::ids::{UserId, WorkspaceId};

/// The workspaces that the actor is a member of: their own first, which is made if it is not there yet, the others by
/// name; 500 at most.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for a key that may not read data.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Seen>> {
    let viewer = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::list(&*app.db.read().await?, viewer).await?;
    if found.first().is_some_and(|seen| seen.workspace.is_personal()) {
        return Ok(found);
    }
    let mut all = vec![reading::personal(app, actor).await?];
    // It may have been made between the two.
    all.extend(found.into_iter().filter(|seen| !seen.workspace.is_personal()));
    Ok(all)
}

/// The workspace, if the actor is a member.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn get(app: &App, actor: &Actor, id: WorkspaceId) -> Result<Seen> {
    let viewer = actor.require_may(Permission::ReadOwnData)?.user.id;
    store::find(&*app.db.read().await?, viewer, id).await?.ok_or_else(missing)
}

/// Makes a workspace that can be shared, of which the actor is the owner.
///
/// # Errors
/// BAD_USER_INPUT for a name that does not do, CONFLICT for more than 20.
pub async fn create(app: &App, actor: &Actor, name: &str) -> Result<Seen> {
    let owner = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let now = app.clock.now();
    let new = NewWorkspace {
        id: WorkspaceId::generate(now),
        name: checked_name(name)?,
        personal_of: None,
        created_at: now,
        updated_at: now,
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if store::count_owned(conn, owner).await? >= MAX_OWNED {
            return Err(Error::conflict(format!(
                "One person owns at most {MAX_OWNED} workspaces. Please delete one first, or give it to another member."
            )));
        }
        let workspace = store::insert(conn, &new).await?;
        member_store::insert(conn, workspace.id, owner, WorkspaceRole::Owner, now).await?;
        let entry = Entry::new(Action::WorkspaceCreated).on(workspace.id).after(json!({ "name": workspace.name }));
        audit::record(conn, now, actor, entry).await?;
        Ok(Seen { workspace, role: WorkspaceRole::Owner })
    })
    .await
}

/// Gives a workspace another name; one's own may have any too.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, FORBIDDEN for all but its owners, BAD_USER_INPUT for a name that does not do.
pub async fn rename(app: &App, actor: &Actor, id: WorkspaceId, name: &str) -> Result<Seen> {
    let viewer = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let seen = lock_to_own(conn, viewer, id).await?;
        let name = checked_name(name)?;
        if seen.workspace.name == name {
            return Ok(seen);
        }
        let now = app.clock.now();
        let workspace = store::rename(conn, id, &name, now).await?;
        let entry = Entry::new(Action::WorkspaceRenamed).on(id);
        let entry = entry.before(json!({ "name": seen.workspace.name })).after(json!({ "name": name }));
        audit::record(conn, now, actor, entry).await?;
        Ok(Seen { workspace, role: seen.role })
    })
    .await
}

/// Deletes a workspace: it and all that is in it vanish at once for all its members; a job purges them 30 days later.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, FORBIDDEN for all but its owners, CONFLICT for one's own.
pub async fn delete(app: &App, actor: &Actor, id: WorkspaceId) -> Result<()> {
    let viewer = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let seen = lock_to_own(conn, viewer, id).await?;
        if seen.workspace.is_personal() {
            return Err(Error::conflict("Your personal workspace goes with your account, and not before."));
        }
        let now = app.clock.now();
        store::soft_delete(conn, id, now).await?;
        let entry = Entry::new(Action::WorkspaceDeleted).on(id).before(json!({ "name": seen.workspace.name }));
        audit::record(conn, now, actor, entry).await
    })
    .await
}

/// The workspace, locked, for one of its owners.
pub(super) async fn lock_to_own(conn: &Connection, viewer: UserId, id: WorkspaceId) -> Result<Seen> {
    let seen = store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
    require_owner(seen.role)?;
    Ok(seen)
}
