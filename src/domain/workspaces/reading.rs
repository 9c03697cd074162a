//! Workspaces for the domains whose things live in them: who may what, and where things are that were put nowhere else.

use std::collections::HashMap;

use super::model::{Member, NewWorkspace, Seen, WorkspaceRole};
use super::policy::{PERSONAL, missing};
use super::{member_store, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::{UserId, WorkspaceId, WorkspaceMemberId};

/// What a statement adds behind `table`, which has a `workspace_id`, so that it finds only what the person `$1` may see:
/// joins the workspace `w`, and the membership `m` whose `m.role` says what more they may.
#[must_use]
pub fn seen_by(table: &str) -> String {
    member_store::seen_by(table)
}

/// As [`seen_by`], for work that is the server's own, whoever asks: joins the workspace `w`, so that nothing is done for one that was deleted.
#[must_use]
pub fn there(table: &str) -> String {
    member_store::there(table)
}

/// What somebody is in a workspace.
///
/// # Errors
/// `NOT_FOUND` for a foreign, deleted or unknown one.
pub async fn role(conn: &Connection, user: UserId, id: WorkspaceId) -> Result<WorkspaceRole> {
    store::find(conn, user, id).await?.map(|seen| seen.role).ok_or_else(missing)
}

/// As [`role`], in a transaction: until it ends the workspace stays, and the person stays what they are in it.
///
/// # Errors
/// As [`role`].
pub async fn lock_role(conn: &Connection, user: UserId, id: WorkspaceId) -> Result<WorkspaceRole> {
    store::lock_shared(conn, user, id).await?.ok_or_else(missing)
}

/// The actor's own workspace, made at first use. Two that come at once get the same.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for a key that may not read data.
pub async fn personal(app: &App, actor: &Actor) -> Result<Seen> {
    let owner = actor.require_may(Permission::ReadOwnData)?.user.id;
    if let Some(seen) = store::find_personal(&*app.db.read().await?, owner).await? {
        return Ok(seen);
    }
    let now = app.clock.now();
    let new = NewWorkspace {
        id: WorkspaceId::generate(now),
        name: PERSONAL.to_owned(),
        personal_of: Some(owner),
        created_at: now,
        updated_at: now,
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        // Whoever comes second waits here for the first, and finds all that it made.
        if store::insert_personal(conn, &new).await? {
            member_store::insert(conn, new.id, owner, WorkspaceRole::Owner, now).await?;
        }
        store::find_personal(conn, owner).await?.ok_or_else(missing)
    })
    .await
}

/// Those of the workspaces that the actor is a member of, by id.
pub async fn of_ids(app: &App, actor: &Actor, ids: &[WorkspaceId]) -> Result<HashMap<WorkspaceId, Seen>> {
    let viewer = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, viewer, ids).await?;
    Ok(found.into_iter().map(|seen| (seen.workspace.id, seen)).collect())
}

/// The same page of the members of each of many workspaces, of those that the actor is a member of.
pub async fn member_pages(
    app: &App,
    actor: &Actor,
    ids: &[WorkspaceId],
    page: &Page<WorkspaceMemberId>,
) -> Result<HashMap<WorkspaceId, Slice<Member>>> {
    let viewer = actor.require_may(Permission::ReadOwnData)?.user.id;
    let rows = member_store::pages(&*app.db.read().await?, viewer, ids, page).await?;
    let mut by_workspace: HashMap<WorkspaceId, Vec<Member>> = HashMap::new();
    for row in rows {
        by_workspace.entry(row.workspace_id).or_default().push(row);
    }
    Ok(by_workspace.into_iter().map(|(id, rows)| (id, page.slice(rows))).collect())
}

/// These people as members of these workspaces, of those that the actor is a member of; whoever is none any more is not there.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn members_of(
    app: &App,
    actor: &Actor,
    who: &[(WorkspaceId, UserId)],
) -> Result<HashMap<(WorkspaceId, UserId), Member>> {
    let viewer = actor.require_may(Permission::ReadOwnData)?.user.id;
    let (workspaces, users): (Vec<WorkspaceId>, Vec<UserId>) = who.iter().copied().unzip();
    let found = member_store::of_users(&*app.db.read().await?, viewer, &workspaces, &users).await?;
    Ok(found.into_iter().map(|member| ((member.workspace_id, member.user_id), member)).collect())
}

/// How many members each of these workspaces has, of those that the actor is a member of.
pub async fn member_counts(app: &App, actor: &Actor, ids: &[WorkspaceId]) -> Result<HashMap<WorkspaceId, i64>> {
    let viewer = actor.require_may(Permission::ReadOwnData)?.user.id;
    member_store::counts(&*app.db.read().await?, viewer, ids).await
}
