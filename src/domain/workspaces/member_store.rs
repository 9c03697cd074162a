//! Statements about who works in workspaces.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Member, WorkspaceRole};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{users, workspace_members};
use crate::error::Result;
use crate::ids::{UserId, WorkspaceId, WorkspaceMemberId};

/// Joins to the rows of `table`, which have a `workspace_id`, the workspace `w` that they are in and the membership `m`
/// of the person `$1`: what is in other workspaces is not there.
pub(super) fn seen_by(table: &str) -> String {
    format!(
        "JOIN workspaces w ON w.id = {table}.workspace_id AND w.deleted_at IS NULL \
         JOIN workspace_members m ON m.workspace_id = w.id AND m.user_id = $1"
    )
}

/// Joins to the rows of `table`, which have a `workspace_id`, the workspace `w` that they are in: what is in one that was deleted is not
/// there.
pub(super) fn there(table: &str) -> String {
    format!("JOIN workspaces w ON w.id = {table}.workspace_id AND w.deleted_at IS NULL")
}

/// The members `p`, people `u`, of workspaces that the person `$1` is a member of. Those whose account was shut by
/// themselves are not shown.
fn seen() -> String {
    let joined = seen_by("p");
    format!("workspace_members p JOIN users u ON u.id = p.user_id AND u.deleted_at IS NULL {joined}")
}

/// What is shown of a member.
const COLUMNS: &str = "p.id, p.workspace_id, p.user_id, p.role, p.created_at, coalesce(u.full_name, u.username) AS name, \
     u.email";

/// The same page of the members of each of many workspaces, in the order of joining and of the fetch; one row more each
/// than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    viewer: UserId,
    workspaces: &[WorkspaceId],
    page: &Page<WorkspaceMemberId>,
) -> Result<Vec<Member>> {
    let (beside, order) = if page.is_backward() { ("<", "DESC") } else { (">", "ASC") };
    let seen = seen();
    let rows = diesel::sql_query(format!(
        "SELECT r.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {COLUMNS} FROM {seen} WHERE p.workspace_id = k.id \
         AND ($3 IS NULL OR p.id {beside} $3) ORDER BY p.id {order} LIMIT $4) r ORDER BY r.workspace_id, r.id {order}"
    ))
    .bind::<SqlUuid, _>(viewer)
    .bind::<Array<SqlUuid>, _>(workspaces)
    .bind::<Nullable<SqlUuid>, _>(page.cursor)
    .bind::<BigInt, _>(page.limit());
    Ok(rows.load(&mut conn).await?)
}

/// Those of these people, each in the workspace at the same place of the other list, who are members of it.
pub async fn of_users(
    mut conn: &Connection,
    viewer: UserId,
    workspaces: &[WorkspaceId],
    users: &[UserId],
) -> Result<Vec<Member>> {
    let seen = seen();
    let rows = diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM {seen} JOIN unnest($2, $3) AS k (workspace_id, user_id) \
         ON k.workspace_id = p.workspace_id AND k.user_id = p.user_id"
    ));
    let rows = rows.bind::<SqlUuid, _>(viewer).bind::<Array<SqlUuid>, _>(workspaces).bind::<Array<SqlUuid>, _>(users);
    Ok(rows.load(&mut conn).await?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = SqlUuid)]
    workspace_id: WorkspaceId,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many members [`pages`] goes through, by workspace.
pub async fn counts(
    mut conn: &Connection,
    viewer: UserId,
    workspaces: &[WorkspaceId],
) -> Result<HashMap<WorkspaceId, i64>> {
    let seen = seen();
    let rows: Vec<Count> = diesel::sql_query(format!(
        "SELECT p.workspace_id, count(*) AS count FROM {seen} WHERE p.workspace_id = ANY ($2) GROUP BY p.workspace_id"
    ))
    .bind::<SqlUuid, _>(viewer)
    .bind::<Array<SqlUuid>, _>(workspaces)
    .load(&mut conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.workspace_id, row.count)).collect())
}

/// A member of a workspace, as `viewer` sees them.
pub async fn find(
    mut conn: &Connection,
    viewer: UserId,
    workspace: WorkspaceId,
    id: WorkspaceMemberId,
) -> Result<Option<Member>> {
    let seen = seen();
    let found = diesel::sql_query(format!("SELECT {COLUMNS} FROM {seen} WHERE p.workspace_id = $2 AND p.id = $3"))
        .bind::<SqlUuid, _>(viewer)
        .bind::<SqlUuid, _>(workspace)
        .bind::<SqlUuid, _>(id);
    Ok(found.get_result(&mut conn).await.optional()?)
}

/// The membership of somebody in a workspace that was locked.
pub async fn id_of(mut conn: &Connection, workspace: WorkspaceId, user: UserId) -> Result<Option<WorkspaceMemberId>> {
    let found = workspace_members::table
        .filter(workspace_members::workspace_id.eq(workspace))
        .filter(workspace_members::user_id.eq(user))
        .select(workspace_members::id);
    Ok(found.first(&mut conn).await.optional()?)
}

/// How many members a workspace that was locked has, those included whose account is shut.
pub async fn count(mut conn: &Connection, workspace: WorkspaceId) -> Result<i64> {
    let members = workspace_members::table.filter(workspace_members::workspace_id.eq(workspace));
    Ok(members.select(diesel::dsl::count_star()).get_result(&mut conn).await?)
}

/// Whether a workspace that was locked has an owner besides `user` whose account is not deleted.
pub async fn has_other_owner(mut conn: &Connection, workspace: WorkspaceId, user: UserId) -> Result<bool> {
    let others = workspace_members::table
        .inner_join(users::table)
        .filter(workspace_members::workspace_id.eq(workspace))
        .filter(workspace_members::role.eq(WorkspaceRole::Owner))
        .filter(workspace_members::user_id.ne(user))
        .filter(users::deleted_at.is_null());
    let count: i64 = others.select(diesel::dsl::count_star()).get_result(&mut conn).await?;
    Ok(count > 0)
}

/// Makes somebody a member of a workspace that was locked; `None` when they are one already, and stay what they are.
pub async fn insert(
    mut conn: &Connection,
    workspace: WorkspaceId,
    user: UserId,
    role: WorkspaceRole,
    now: DateTime<Utc>,
) -> Result<Option<WorkspaceMemberId>> {
    let inserted = diesel::insert_into(workspace_members::table)
        .values((
            workspace_members::id.eq(WorkspaceMemberId::generate(now)),
            workspace_members::workspace_id.eq(workspace),
            workspace_members::user_id.eq(user),
            workspace_members::role.eq(role),
            workspace_members::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(workspace_members::id);
    Ok(inserted.get_result(&mut conn).await.optional()?)
}

pub async fn set_role(mut conn: &Connection, id: WorkspaceMemberId, role: WorkspaceRole) -> Result<()> {
    diesel::update(workspace_members::table.find(id)).set(workspace_members::role.eq(role)).execute(&mut conn).await?;
    Ok(())
}

pub async fn remove(mut conn: &Connection, id: WorkspaceMemberId) -> Result<()> {
    diesel::delete(workspace_members::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// Whose a workspace becomes when `user` goes.
#[derive(Debug, QueryableByName)]
pub struct Heir {
    #[diesel(sql_type = SqlUuid)]
    pub id: WorkspaceMemberId,
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub role: WorkspaceRole,
}

/// Who is next in a workspace that was locked: another owner, or else the editor, or else the viewer, who has been there
/// longest, those first whose account is open; `None` when nobody is left.
pub async fn heir(mut conn: &Connection, workspace: WorkspaceId, user: UserId) -> Result<Option<Heir>> {
    let heir = diesel::sql_query(
        "SELECT p.id, p.user_id, p.role FROM workspace_members p JOIN users u ON u.id = p.user_id \
         WHERE p.workspace_id = $1 AND p.user_id <> $2 ORDER BY (u.deleted_at IS NULL AND u.is_active) DESC, \
         p.role = 'OWNER' DESC, p.role = 'EDITOR' DESC, p.created_at, p.id LIMIT 1",
    )
    .bind::<SqlUuid, _>(workspace)
    .bind::<SqlUuid, _>(user);
    Ok(heir.get_result(&mut conn).await.optional()?)
}
