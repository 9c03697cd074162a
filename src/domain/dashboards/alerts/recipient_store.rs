//! Statements about who hears of alerts. Whoever is taken out of a workspace is taken out of its alerts by the same act.

use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{AlertId, UserId, WorkspaceId, WorkspaceMemberId};

#[derive(QueryableByName)]
struct Member {
    #[diesel(sql_type = SqlUuid)]
    id: WorkspaceMemberId,
}

/// Those of these members who are in the workspace.
pub async fn members(
    mut conn: &Connection,
    workspace: WorkspaceId,
    ids: &[WorkspaceMemberId],
) -> Result<Vec<WorkspaceMemberId>> {
    let found = diesel::sql_query("SELECT id FROM workspace_members WHERE workspace_id = $1 AND id = ANY ($2)");
    let found = found.bind::<SqlUuid, _>(workspace).bind::<Array<SqlUuid>, _>(ids);
    let found: Vec<Member> = found.load(&mut conn).await?;
    Ok(found.into_iter().map(|member| member.id).collect())
}

/// What a person is called as a member of the workspace.
pub async fn member(mut conn: &Connection, workspace: WorkspaceId, user: UserId) -> Result<Vec<WorkspaceMemberId>> {
    let found = diesel::sql_query("SELECT id FROM workspace_members WHERE workspace_id = $1 AND user_id = $2");
    let found: Vec<Member> = found.bind::<SqlUuid, _>(workspace).bind::<SqlUuid, _>(user).load(&mut conn).await?;
    Ok(found.into_iter().map(|member| member.id).collect())
}

/// Has these members of its workspace, and nobody else, hear of a locked alert; says whether those are others than before.
pub async fn replace(mut conn: &Connection, id: AlertId, members: &[WorkspaceMemberId]) -> Result<bool> {
    let removed = diesel::sql_query("DELETE FROM alert_recipients WHERE alert_id = $1 AND member_id <> ALL ($2)");
    let removed = removed.bind::<SqlUuid, _>(id).bind::<Array<SqlUuid>, _>(members).execute(&mut conn).await?;
    let added = diesel::sql_query(
        "INSERT INTO alert_recipients (alert_id, member_id) SELECT $1, m.id FROM workspace_members m WHERE m.id = ANY ($2) \
         ON CONFLICT DO NOTHING",
    );
    let added = added.bind::<SqlUuid, _>(id).bind::<Array<SqlUuid>, _>(members).execute(&mut conn).await?;
    Ok(removed + added > 0)
}

/// Who hears of an alert by now: members of its workspace whose accounts are open.
pub async fn hearers(mut conn: &Connection, id: AlertId) -> Result<Vec<UserId>> {
    #[derive(QueryableByName)]
    struct Hearer {
        #[diesel(sql_type = SqlUuid)]
        user_id: UserId,
    }
    let found = diesel::sql_query(
        "SELECT m.user_id FROM alerts a JOIN alert_recipients r ON r.alert_id = a.id \
         JOIN workspace_members m ON m.id = r.member_id AND m.workspace_id = a.workspace_id \
         JOIN workspaces w ON w.id = a.workspace_id AND w.deleted_at IS NULL \
         JOIN users u ON u.id = m.user_id AND u.is_active AND u.deleted_at IS NULL WHERE a.id = $1 ORDER BY m.id",
    );
    let found: Vec<Hearer> = found.bind::<SqlUuid, _>(id).load(&mut conn).await?;
    Ok(found.into_iter().map(|hearer| hearer.user_id).collect())
}
