//! Who works in a workspace, and as what.

use serde_json::json;

use super::workspaces::lock_to_own;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::accounts::find_by_email;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::model::User;
use crate::domain::users::permissions::Permission;
use crate::domain::users::policy::{email_problem, folded};
use crate::domain::workspaces::model::{Member, Seen, WorkspaceRole};
use crate::domain::workspaces::policy::{MAX_MEMBERS, MAX_OWNED, last_owner, missing, require_owner};
use crate::domain::workspaces::{member_store, store};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{UserId, WorkspaceId, WorkspaceMemberId};

/// The input that holds the address of a new member.
const EMAIL: &str = "input.email";

/// What is said of an address that nobody can be added by: whether there is an account is not more of an answer than this.
fn nobody(path: &str) -> Error {
    Error::new(ErrorCode::NotFound, "Nobody has an account here with this address.").with_field(path)
}

fn unknown_member() -> Error {
    Error::not_found("member").with_field("input.memberId")
}

/// Makes somebody a member of a workspace, by the address of their account.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace and, always the same, for an address without an account or with one that
/// was shut; FORBIDDEN for all but the owners, CONFLICT for one's own workspace, a full one, whoever is a member already,
/// and an owner who owns 20.
pub async fn add(
    app: &App,
    actor: &Actor,
    id: WorkspaceId,
    email: &str,
    role: WorkspaceRole,
) -> Result<(Seen, Member)> {
    let viewer = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let seen = lock_to_own(conn, viewer, id).await?;
        if seen.workspace.is_personal() {
            return Err(Error::conflict("Nobody joins a personal workspace. Make another one to share."));
        }
        let guest = guest(app, email, EMAIL).await?;
        if member_store::id_of(conn, id, guest.id).await?.is_some() {
            return Err(Error::conflict("This person is a member already.").with_field("input.email"));
        }
        if member_store::count(conn, id).await? >= MAX_MEMBERS {
            return Err(Error::conflict(format!("A workspace has at most {MAX_MEMBERS} members.")));
        }
        if role == WorkspaceRole::Owner {
            require_room(conn, guest.id, "input.role").await?;
        }
        let now = app.clock.now();
        let added = member_store::insert(conn, id, guest.id, role, now).await?.ok_or_else(|| nobody(EMAIL))?;
        let after = json!({ "role": role.as_str() });
        let entry = Entry::new(Action::WorkspaceMemberAdded).account(guest.id).on(id).after(after);
        audit::record(conn, now, actor, entry).await?;
        // Who has just left is not shown.
        let member = member_store::find(conn, viewer, id, added).await?.ok_or_else(|| nobody(EMAIL))?;
        Ok((seen, member))
    })
    .await
}

/// Whom an address is good to add by, or to share something with. `path` is the input that holds it.
///
/// # Errors
/// `NOT_FOUND`, always the same, for an address without an account or with one that was shut.
pub async fn guest(app: &App, email: &str, path: &str) -> Result<User> {
    let email = folded(email);
    if email_problem(&email).is_some() {
        return Err(nobody(path));
    }
    let found = find_by_email(app, &email).await?;
    // Where addresses must be confirmed, one that is not may be anybody's.
    let must = app.config.accounts.require_verified_email;
    let good = |user: &User| user.is_active && (!must || user.email_verified_at.is_some());
    found.filter(good).ok_or_else(|| nobody(path))
}

/// Refuses to make somebody the owner of more workspaces than they could make.
async fn require_room(conn: &Connection, owner: UserId, field: &str) -> Result<()> {
    if store::count_owned(conn, owner).await? < MAX_OWNED {
        return Ok(());
    }
    Err(Error::conflict(format!("One person owns at most {MAX_OWNED} workspaces.")).with_field(field))
}

/// Gives a member another role.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace or member, FORBIDDEN for all but the owners, CONFLICT when there would be
/// no owner, for an owner who owns 20, and for one's own workspace.
pub async fn set_role(
    app: &App,
    actor: &Actor,
    id: WorkspaceId,
    member: WorkspaceMemberId,
    role: WorkspaceRole,
) -> Result<Member> {
    let viewer = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        lock_to_own(conn, viewer, id).await?;
        let found = member_store::find(conn, viewer, id, member).await?.ok_or_else(unknown_member)?;
        if found.role == role {
            return Ok(found);
        }
        if role == WorkspaceRole::Owner {
            require_room(conn, found.user_id, "input.memberId").await?;
        }
        require_owner_left(conn, &found, "input.role").await?;
        member_store::set_role(conn, member, role).await?;
        let entry = Entry::new(Action::WorkspaceMemberRoleChanged)
            .account(found.user_id)
            .on(id)
            .before(json!({ "role": found.role.as_str() }))
            .after(json!({ "role": role.as_str() }));
        audit::record(conn, app.clock.now(), actor, entry).await?;
        Ok(Member { role, ..found })
    })
    .await
}

/// Refuses to let the last owner be one no more.
async fn require_owner_left(conn: &Connection, member: &Member, field: &str) -> Result<()> {
    if member.role != WorkspaceRole::Owner
        || member_store::has_other_owner(conn, member.workspace_id, member.user_id).await?
    {
        return Ok(());
    }
    Err(last_owner().with_field(field))
}

/// Takes the actor, or another member, out of a workspace, and with the membership the right to all that is in it, at once.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace or member, FORBIDDEN for whoever takes out another and is no owner,
/// CONFLICT for the last owner.
pub async fn remove(
    app: &App,
    actor: &Actor,
    id: WorkspaceId,
    member: Option<WorkspaceMemberId>,
) -> Result<WorkspaceMemberId> {
    let viewer = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let seen = store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
        let member = match member {
            Some(member) => member,
            None => member_store::id_of(conn, id, viewer).await?.ok_or_else(missing)?,
        };
        let found = member_store::find(conn, viewer, id, member).await?.ok_or_else(unknown_member)?;
        if found.user_id != viewer {
            require_owner(seen.role)?;
        }
        require_owner_left(conn, &found, "input.memberId").await?;
        member_store::remove(conn, member).await?;
        let before = json!({ "role": found.role.as_str() });
        let entry = Entry::new(Action::WorkspaceMemberRemoved).account(found.user_id).on(id).before(before);
        audit::record(conn, app.clock.now(), actor, entry).await?;
        Ok(member)
    })
    .await
}
