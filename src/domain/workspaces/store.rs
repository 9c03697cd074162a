//! Statements about workspaces. All that read or change one for somebody join their membership.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{NewWorkspace, Seen, Workspace, WorkspaceRole};
use super::policy::MAX_LISTED;
use crate::db::pool::Connection;
use crate::db::schema::{users, workspace_members, workspaces};
use crate::error::Result;
use crate::ids::{UserId, WorkspaceId};

diesel::define_sql_function! {
    /// Sorts names without regard to case.
    fn lower(text: Text) -> Text;
}

/// The workspaces that `viewer` is a member of, over `workspaces` and `workspace_members`: nobody sees another.
#[diesel::dsl::auto_type]
fn seen_by(viewer: UserId) -> _ {
    workspaces::deleted_at.is_null().and(workspace_members::user_id.eq(viewer))
}

fn seen((workspace, role): (Workspace, WorkspaceRole)) -> Seen {
    Seen { workspace, role }
}

/// Stores a workspace that can be shared.
pub async fn insert(mut conn: &Connection, new: &NewWorkspace) -> Result<Workspace> {
    let inserted = diesel::insert_into(workspaces::table).values(new).returning(Workspace::as_returning());
    Ok(inserted.get_result(&mut conn).await?)
}

/// Stores somebody's own; false when they have one already, be it since this moment.
pub async fn insert_personal(mut conn: &Connection, new: &NewWorkspace) -> Result<bool> {
    let inserted = diesel::insert_into(workspaces::table).values(new).on_conflict(workspaces::personal_of).do_nothing();
    Ok(inserted.execute(&mut conn).await? == 1)
}

/// The workspace, if `viewer` is a member: a foreign one is as good as none.
pub async fn find(mut conn: &Connection, viewer: UserId, id: WorkspaceId) -> Result<Option<Seen>> {
    let visible = workspaces::table.inner_join(workspace_members::table).filter(workspaces::id.eq(id));
    let visible = visible.filter(seen_by(viewer)).select((Workspace::as_select(), workspace_members::role));
    Ok(visible.first(&mut conn).await.optional()?.map(seen))
}

/// Somebody's own; `None` before its first use.
pub async fn find_personal(mut conn: &Connection, owner: UserId) -> Result<Option<Seen>> {
    let visible = workspaces::table.inner_join(workspace_members::table).filter(workspaces::personal_of.eq(owner));
    let visible = visible.filter(seen_by(owner)).select((Workspace::as_select(), workspace_members::role));
    Ok(visible.first(&mut conn).await.optional()?.map(seen))
}

/// As [`find`]; nobody else changes the workspace or who works there until the transaction ends.
pub async fn lock(mut conn: &Connection, viewer: UserId, id: WorkspaceId) -> Result<Option<Seen>> {
    let visible = workspaces::table.inner_join(workspace_members::table).filter(workspaces::id.eq(id));
    let visible = visible.filter(seen_by(viewer)).select((Workspace::as_select(), workspace_members::role));
    // What is put into the workspace meanwhile is not kept waiting by its foreign key.
    Ok(visible.for_no_key_update().first(&mut conn).await.optional()?.map(seen))
}

/// As [`find`]; neither the workspace nor the membership goes or changes until the transaction ends, and others may do
/// the same at the same time.
pub async fn lock_shared(mut conn: &Connection, viewer: UserId, id: WorkspaceId) -> Result<Option<WorkspaceRole>> {
    let visible = workspaces::table.inner_join(workspace_members::table).filter(workspaces::id.eq(id));
    let visible = visible.filter(seen_by(viewer)).select(workspace_members::role);
    Ok(visible.for_share().first(&mut conn).await.optional()?)
}

/// Those of `ids` that `viewer` is a member of, in no order.
pub async fn load(mut conn: &Connection, viewer: UserId, ids: &[WorkspaceId]) -> Result<Vec<Seen>> {
    let visible = workspaces::table.inner_join(workspace_members::table).filter(workspaces::id.eq_any(ids));
    let visible = visible.filter(seen_by(viewer)).select((Workspace::as_select(), workspace_members::role));
    Ok(visible.load(&mut conn).await?.into_iter().map(seen).collect())
}

/// The workspaces of `viewer`: their own first, the others by name; not more than [`MAX_LISTED`].
pub async fn list(mut conn: &Connection, viewer: UserId) -> Result<Vec<Seen>> {
    let visible = workspaces::table.inner_join(workspace_members::table).filter(seen_by(viewer));
    let visible = visible
        .order((workspaces::personal_of.is_null().asc(), lower(workspaces::name).asc(), workspaces::id.asc()))
        .limit(MAX_LISTED)
        .select((Workspace::as_select(), workspace_members::role));
    Ok(visible.load(&mut conn).await?.into_iter().map(seen).collect())
}

/// How many workspaces that can be shared somebody owns. Whoever else counts these waits until the transaction ends.
pub async fn count_owned(mut conn: &Connection, owner: UserId) -> Result<i64> {
    let person = users::table.find(owner).select(users::id).for_no_key_update();
    person.first::<UserId>(&mut conn).await.optional()?;
    let owned = workspaces::table.inner_join(workspace_members::table).filter(seen_by(owner));
    let owned = owned.filter(workspace_members::role.eq(WorkspaceRole::Owner));
    let owned = owned.filter(workspaces::personal_of.is_null());
    Ok(owned.select(diesel::dsl::count_star()).get_result(&mut conn).await?)
}

/// Renames a workspace that was locked.
pub async fn rename(mut conn: &Connection, id: WorkspaceId, name: &str, now: DateTime<Utc>) -> Result<Workspace> {
    let renamed = diesel::update(workspaces::table.find(id))
        .set((workspaces::name.eq(name), workspaces::updated_at.eq(now)))
        .returning(Workspace::as_returning());
    Ok(renamed.get_result(&mut conn).await?)
}

/// Makes a workspace that was locked vanish for every reader.
pub async fn soft_delete(mut conn: &Connection, id: WorkspaceId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(workspaces::table.find(id)).set(workspaces::deleted_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// Removes a workspace that was locked, with all that is in it.
pub async fn remove(mut conn: &Connection, id: WorkspaceId) -> Result<()> {
    diesel::delete(workspaces::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Owned {
    #[diesel(sql_type = SqlUuid)]
    id: WorkspaceId,
}

/// The workspaces that can be shared and that `owner` owns, locked as [`lock`] does, in the order of their ids.
pub async fn lock_owned(mut conn: &Connection, owner: UserId) -> Result<Vec<WorkspaceId>> {
    let owned: Vec<Owned> = diesel::sql_query(
        "SELECT w.id FROM workspaces w JOIN workspace_members m ON m.workspace_id = w.id \
         WHERE m.user_id = $1 AND m.role = 'OWNER' AND w.personal_of IS NULL AND w.deleted_at IS NULL \
         ORDER BY w.id FOR NO KEY UPDATE OF w",
    )
    .bind::<SqlUuid, _>(owner)
    .load(&mut conn)
    .await?;
    Ok(owned.into_iter().map(|row| row.id).collect())
}

/// Removes some workspaces that were deleted before `before`, with all that is in them, and says how many.
pub async fn purge(mut conn: &Connection, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let purged = diesel::sql_query(
        "DELETE FROM workspaces WHERE id IN (SELECT id FROM workspaces WHERE deleted_at < $1 LIMIT $2)",
    );
    Ok(purged.bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit).execute(&mut conn).await?)
}
