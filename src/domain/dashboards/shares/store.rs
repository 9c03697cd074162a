//! Statements about what is shared. Those for editors join the members of the workspace; those for whoever was let in join what that
//! rests on: whoever shared it still may.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Held, Share, ShareAccess, ShareKind};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::dashboard_shares;
use crate::domain::dashboards::boards::store::DASHBOARD;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{DashboardId, DashboardShareId, UserId, WorkspaceId};

/// What holds at `$1` of the dashboards `b` of workspaces that are there: neither taken back nor over, and shared by somebody who may still
/// edit in the workspace.
const HELD: &str = "dashboard_shares s JOIN dashboards b ON b.id = s.dashboard_id \
     JOIN workspaces w ON w.id = b.workspace_id AND w.deleted_at IS NULL \
     JOIN workspace_members g ON g.workspace_id = w.id AND g.user_id = s.author_id AND g.role IN ('OWNER', 'EDITOR') \
     JOIN users a ON a.id = g.user_id AND a.is_active AND a.deleted_at IS NULL \
     WHERE s.revoked_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > $1)";

/// In which order that is locked. Everybody locks a workspace or who works there first, and what was shared last: whoever is taken out of a
/// workspace has the membership locked when the trigger `dashboard_shares_member_left` takes back what hangs on it.
const LOCKS: [&str; 2] = ["FOR SHARE OF g", "FOR NO KEY UPDATE OF b FOR SHARE OF s"];

/// A condition: whether the dashboard with this id is shared with this person at this time, each as it stands in the statement.
#[must_use]
pub fn is_shared(dashboard: &str, person: &str, now: &str) -> String {
    format!("EXISTS (SELECT FROM {} AND s.user_id = {person} AND b.id = {dashboard})", HELD.replace("$1", now))
}

/// What is read of it.
fn held() -> String {
    format!(
        "SELECT s.id AS share_id, s.access AS share_access, s.password_hash AS share_password, s.expires_at AS share_expires_at, \
         s.created_at AS shared_at, {DASHBOARD} FROM {HELD}"
    )
}

/// What the link with this token shows at `now`.
pub async fn by_token(mut conn: &Connection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Held>> {
    let found = diesel::sql_query(format!("{} AND s.token_hash = $2", held()));
    Ok(found.bind::<Timestamptz, _>(now).bind::<Binary, _>(token_hash).get_result(&mut conn).await.optional()?)
}

/// The dashboard, if it is shared with `person` at `now`.
pub async fn by_person(
    mut conn: &Connection,
    person: UserId,
    id: DashboardId,
    now: DateTime<Utc>,
) -> Result<Option<Held>> {
    let found = diesel::sql_query(format!("{} AND s.user_id = $2 AND b.id = $3", held()));
    let found = found.bind::<Timestamptz, _>(now).bind::<SqlUuid, _>(person).bind::<SqlUuid, _>(id);
    Ok(found.get_result(&mut conn).await.optional()?)
}

/// As [`by_person`]; until the transaction ends nobody else changes or removes it, or takes it back.
pub async fn lock_by_person(
    mut conn: &Connection,
    person: UserId,
    id: DashboardId,
    now: DateTime<Utc>,
) -> Result<Option<Held>> {
    let mut found = None;
    for locks in LOCKS {
        let held = format!("{} AND s.user_id = $2 AND b.id = $3 {locks}", held());
        let held = diesel::sql_query(held).bind::<Timestamptz, _>(now).bind::<SqlUuid, _>(person);
        found = held.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?;
    }
    Ok(found)
}

/// A page of what is shared with `person` at `now`, the newest first.
pub async fn page(
    mut conn: &Connection,
    person: UserId,
    now: DateTime<Utc>,
    page: &Page<DashboardShareId>,
) -> Result<Vec<Held>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let found = diesel::sql_query(format!(
        "{} AND s.user_id = $2 AND ($3 IS NULL OR s.id {beside} $3) ORDER BY s.id {order} LIMIT $4",
        held()
    ));
    let found = found
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(person)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(found.load(&mut conn).await?)
}

/// Writes down that a link was opened, and says how often it was by now; `None` when it was taken back meanwhile.
pub async fn note_use(mut conn: &Connection, id: DashboardShareId, now: DateTime<Utc>) -> Result<Option<i64>> {
    let link = dashboard_shares::table.find(id).filter(dashboard_shares::revoked_at.is_null());
    let noted = diesel::update(link)
        .set((
            dashboard_shares::use_count.eq(dashboard_shares::use_count + 1_i64),
            dashboard_shares::last_used_at.eq(now),
        ))
        .returning(dashboard_shares::use_count);
    Ok(noted.get_result(&mut conn).await.optional()?)
}

/// With whom dashboards `b` are shared that `$1` may edit, as it is at `$2`; but for what was taken back.
fn shares() -> String {
    format!(
        "SELECT s.id, s.dashboard_id, b.workspace_id, s.kind, s.access, u.email, coalesce(u.full_name, u.username) AS name, \
         s.password_hash IS NOT NULL AS is_protected, s.expires_at, \
         (s.expires_at IS NULL OR s.expires_at > $2) AND a.id IS NOT NULL AND (s.kind = 'LINK' OR u.id IS NOT NULL) AS holds, \
         s.author_id, s.created_at, s.last_used_at, s.use_count \
         FROM dashboard_shares s JOIN dashboards b ON b.id = s.dashboard_id {} AND m.role IN ('OWNER', 'EDITOR') \
         LEFT JOIN users u ON u.id = s.user_id AND u.deleted_at IS NULL \
         LEFT JOIN workspace_members g ON g.workspace_id = b.workspace_id AND g.user_id = s.author_id AND g.role IN ('OWNER', 'EDITOR') \
         LEFT JOIN users a ON a.id = g.user_id AND a.is_active AND a.deleted_at IS NULL WHERE s.revoked_at IS NULL",
        seen_by("b")
    )
}

/// With whom these dashboards are shared, as far as `reader` may edit them, in the order in which they were.
pub async fn of(
    mut conn: &Connection,
    reader: UserId,
    dashboards: &[DashboardId],
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let seen = diesel::sql_query(format!("{} AND s.dashboard_id = ANY ($3) ORDER BY s.id", shares()));
    let seen = seen.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now);
    Ok(seen.bind::<Array<SqlUuid>, _>(dashboards).load(&mut conn).await?)
}

/// One of them.
pub async fn find(
    mut conn: &Connection,
    reader: UserId,
    id: DashboardShareId,
    now: DateTime<Utc>,
) -> Result<Option<Share>> {
    let seen = diesel::sql_query(format!("{} AND s.id = $3", shares()));
    let seen = seen.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now).bind::<SqlUuid, _>(id);
    Ok(seen.get_result(&mut conn).await.optional()?)
}

/// The workspace of what was shared and not taken back, if `reader` is a member of it.
pub async fn workspace_of(mut conn: &Connection, reader: UserId, id: DashboardShareId) -> Result<Option<WorkspaceId>> {
    #[derive(QueryableByName)]
    struct Place {
        #[diesel(sql_type = SqlUuid)]
        workspace_id: WorkspaceId,
    }
    let seen = diesel::sql_query(format!(
        "SELECT b.workspace_id FROM dashboard_shares s JOIN dashboards b ON b.id = s.dashboard_id {} \
         WHERE s.id = $2 AND s.revoked_at IS NULL",
        seen_by("b")
    ));
    let seen = seen.bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    let seen: Option<Place> = seen.get_result(&mut conn).await.optional()?;
    Ok(seen.map(|place| place.workspace_id))
}

/// Whether it is not taken back; nobody does until the transaction ends. In a transaction that has locked the workspace, or a member of it.
pub async fn lock(mut conn: &Connection, id: DashboardShareId) -> Result<bool> {
    let held = dashboard_shares::table.find(id).filter(dashboard_shares::revoked_at.is_null());
    let held = held.select(dashboard_shares::id).for_no_key_update();
    Ok(held.first::<DashboardShareId>(&mut conn).await.optional()?.is_some())
}

/// What is to be kept.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = dashboard_shares)]
pub struct NewShare {
    pub id: DashboardShareId,
    pub dashboard_id: DashboardId,
    pub kind: ShareKind,
    pub user_id: Option<UserId>,
    pub access: ShareAccess,
    pub token_hash: Option<Vec<u8>>,
    pub password_hash: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub author_id: UserId,
    pub created_at: DateTime<Utc>,
}

/// Keeps it.
pub async fn insert(mut conn: &Connection, new: &NewShare) -> Result<()> {
    diesel::insert_into(dashboard_shares::table).values(new).execute(&mut conn).await?;
    Ok(())
}

/// With how many a locked dashboard is shared.
pub async fn count(mut conn: &Connection, dashboard: DashboardId) -> Result<i64> {
    let of = dashboard_shares::table
        .filter(dashboard_shares::dashboard_id.eq(dashboard))
        .filter(dashboard_shares::revoked_at.is_null());
    Ok(of.select(diesel::dsl::count_star()).get_result(&mut conn).await?)
}

/// What a locked dashboard is shared with a person as, if it is.
pub async fn of_person(
    mut conn: &Connection,
    dashboard: DashboardId,
    person: UserId,
) -> Result<Option<(DashboardShareId, ShareAccess)>> {
    let of = dashboard_shares::table
        .filter(dashboard_shares::dashboard_id.eq(dashboard))
        .filter(dashboard_shares::user_id.eq(person))
        .filter(dashboard_shares::revoked_at.is_null())
        .select((dashboard_shares::id, dashboard_shares::access));
    Ok(of.first(&mut conn).await.optional()?)
}

/// Takes it back.
pub async fn revoke(mut conn: &Connection, id: DashboardShareId, now: DateTime<Utc>) -> Result<()> {
    let share = diesel::update(dashboard_shares::table.find(id));
    share.set(dashboard_shares::revoked_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}
