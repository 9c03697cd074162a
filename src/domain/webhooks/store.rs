//! Statements about endpoints. Those that read them for somebody join the members of the workspace.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{Claimed, Content, DisabledReason, EventKind, NewWebhook, Webhook};
use crate::db::pool::Connection;
use crate::db::schema::webhooks;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{UserId, WebhookId, WorkspaceId};

const WEBHOOK: &str = "h.id, h.workspace_id, h.url, h.events, h.description, h.is_enabled, h.disabled_reason, h.failing_since, \
     h.secret_prefix, h.previous_secret_expires_at, h.version, h.created_at, h.updated_at";

/// What a statement adds behind endpoints `h`, so that it finds only those that the person `$1` may change.
pub(super) fn edited_by() -> String {
    format!("{} AND m.role IN ('OWNER', 'EDITOR')", seen_by("h"))
}

/// Those of these endpoints that `reader` may change.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[WebhookId]) -> Result<Vec<Webhook>> {
    let seen = format!("SELECT {WEBHOOK} FROM webhooks h {} WHERE h.id = ANY ($2)", edited_by());
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids);
    Ok(seen.load(&mut conn).await?)
}

/// The endpoints of these workspaces, as far as `reader` may change them, the oldest first.
pub async fn of(mut conn: &Connection, reader: UserId, workspaces: &[WorkspaceId]) -> Result<Vec<Webhook>> {
    let seen =
        format!("SELECT {WEBHOOK} FROM webhooks h {} WHERE h.workspace_id = ANY ($2) ORDER BY h.id", edited_by());
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(workspaces);
    Ok(seen.load(&mut conn).await?)
}

/// The workspace of an endpoint, if `reader` is a member of it.
pub async fn workspace(mut conn: &Connection, reader: UserId, id: WebhookId) -> Result<Option<WorkspaceId>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlUuid)]
        workspace_id: WorkspaceId,
    }
    let seen = format!("SELECT h.workspace_id FROM webhooks h {} WHERE h.id = $2", seen_by("h"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    let seen: Option<Found> = seen.get_result(&mut conn).await.optional()?;
    Ok(seen.map(|found| found.workspace_id))
}

/// The endpoint with its secrets, if `reader` is a member of its workspace; nobody else changes or removes it until the transaction ends.
pub async fn lock(mut conn: &Connection, reader: UserId, id: WebhookId) -> Result<Option<Claimed>> {
    let seen = diesel::sql_query(format!(
        "SELECT {WEBHOOK}, h.sealed_secret, h.sealed_previous_secret FROM webhooks h {} WHERE h.id = $2 \
         FOR NO KEY UPDATE OF h",
        seen_by("h")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// Makes whoever adds an endpoint to this workspace wait for one another, and says how many it has.
pub async fn lock_count(mut conn: &Connection, workspace: WorkspaceId) -> Result<i64> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('webhooks ' || $1::text, 0))")
        .bind::<SqlUuid, _>(workspace)
        .execute(&mut conn)
        .await?;
    let all = webhooks::table.filter(webhooks::workspace_id.eq(workspace)).count();
    Ok(all.get_result(&mut conn).await?)
}

/// Stores an endpoint.
pub async fn insert(mut conn: &Connection, new: &NewWebhook) -> Result<()> {
    diesel::insert_into(webhooks::table).values(new).execute(&mut conn).await?;
    Ok(())
}

/// Writes a locked endpoint anew, as its next version. One that is turned on has never failed.
pub async fn update(mut conn: &Connection, was: &Webhook, content: &Content, now: DateTime<Utc>) -> Result<()> {
    let is_turned_on = content.is_enabled && !was.is_enabled;
    let disabled_reason = match (content.is_enabled, was.is_enabled) {
        (true, _) => None,
        (false, true) => Some(DisabledReason::Editor),
        (false, false) => was.disabled_reason,
    };
    let failing_since = was.failing_since.filter(|_| !is_turned_on && was.url == content.url);
    diesel::update(webhooks::table.find(was.id))
        .set((
            webhooks::url.eq(&content.url),
            webhooks::events.eq(&content.events),
            webhooks::description.eq(&content.description),
            webhooks::is_enabled.eq(content.is_enabled),
            webhooks::disabled_reason.eq(disabled_reason),
            webhooks::failing_since.eq(failing_since),
            webhooks::version.eq(webhooks::version + 1),
            webhooks::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// A secret in the place of another.
#[derive(Debug, Clone, Copy)]
pub struct Rotation<'a> {
    pub prefix: &'a str,
    pub sealed: &'a [u8],
    /// What signs besides, and until when; `None` when what was does not open.
    pub previous: Option<(&'a [u8], DateTime<Utc>)>,
}

/// Gives a locked endpoint another secret.
pub async fn rotate(mut conn: &Connection, id: WebhookId, rotation: Rotation<'_>) -> Result<()> {
    diesel::update(webhooks::table.find(id))
        .set((
            webhooks::secret_prefix.eq(rotation.prefix),
            webhooks::sealed_secret.eq(rotation.sealed),
            webhooks::sealed_previous_secret.eq(rotation.previous.map(|(sealed, _)| sealed)),
            webhooks::previous_secret_expires_at.eq(rotation.previous.map(|(_, until)| until)),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Removes an endpoint with all that was sent to it.
pub async fn remove(mut conn: &Connection, id: WebhookId) -> Result<()> {
    diesel::delete(webhooks::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// The endpoints of a workspace that listen to this, in one order for everybody.
pub async fn listening(mut conn: &Connection, workspace: WorkspaceId, kind: EventKind) -> Result<Vec<WebhookId>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlUuid)]
        id: WebhookId,
    }
    let found = diesel::sql_query(
        "SELECT h.id FROM webhooks h JOIN workspaces w ON w.id = h.workspace_id AND w.deleted_at IS NULL \
         WHERE h.workspace_id = $1 AND h.is_enabled AND $2 = ANY (h.events) ORDER BY h.id",
    );
    let found: Vec<Found> = found.bind::<SqlUuid, _>(workspace).bind::<Text, _>(kind).load(&mut conn).await?;
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// Takes an endpoint for one call of at most `lease`: `None` while another piece of work has it, and for one that nothing is sent to. The same
/// piece of work takes it again, since it comes a second time only when its first try is no more.
pub async fn claim(mut conn: &Connection, id: WebhookId, claim: Uuid, lease: Duration) -> Result<Option<Claimed>> {
    let claimed = diesel::sql_query(format!(
        "UPDATE webhooks h SET claim = $2, claimed_until = now() + $3 * interval '1 millisecond' FROM workspaces w \
         WHERE h.id = $1 AND w.id = h.workspace_id AND w.deleted_at IS NULL AND h.is_enabled \
           AND (h.claim IS NULL OR h.claim = $2 OR h.claimed_until < now()) \
         RETURNING {WEBHOOK}, h.sealed_secret, h.sealed_previous_secret"
    ));
    let claimed = claimed
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(claim)
        .bind::<BigInt, _>(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
    Ok(claimed.get_result(&mut conn).await.optional()?)
}

/// Gives an endpoint back, and writes down since when it fails; says whether it was still this piece of work's, and is as it was when it was
/// called: what one address does says nothing about another, and one that is turned on again has never failed.
pub async fn release(
    mut conn: &Connection,
    called: &Webhook,
    claim: Uuid,
    failing_since: Option<DateTime<Utc>>,
) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Released {
        #[diesel(sql_type = Bool)]
        is_same: bool,
    }
    let released = diesel::sql_query(
        "UPDATE webhooks SET claim = NULL, claimed_until = NULL, \
                failing_since = CASE WHEN version = $3 THEN $4 ELSE failing_since END \
         WHERE id = $1 AND claim = $2 RETURNING version = $3 AS is_same",
    );
    let released = released
        .bind::<SqlUuid, _>(called.id)
        .bind::<SqlUuid, _>(claim)
        .bind::<Integer, _>(called.version)
        .bind::<Nullable<Timestamptz>, _>(failing_since);
    let released: Option<Released> = released.get_result(&mut conn).await.optional()?;
    Ok(released.is_some_and(|released| released.is_same))
}

/// Turns an endpoint off; says whether it was on.
pub async fn disable(mut conn: &Connection, id: WebhookId, reason: DisabledReason, now: DateTime<Utc>) -> Result<bool> {
    let on = webhooks::table.find(id).filter(webhooks::is_enabled);
    let disabled = diesel::update(on)
        .set((
            webhooks::is_enabled.eq(false),
            webhooks::disabled_reason.eq(reason),
            webhooks::version.eq(webhooks::version + 1),
            webhooks::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(disabled == 1)
}

/// Who may change what is in a workspace, and has an open account.
pub async fn editors(mut conn: &Connection, workspace: WorkspaceId) -> Result<Vec<UserId>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlUuid)]
        id: UserId,
    }
    let found = diesel::sql_query(
        "SELECT u.id FROM workspace_members m JOIN users u ON u.id = m.user_id AND u.is_active AND u.deleted_at IS NULL \
         WHERE m.workspace_id = $1 AND m.role IN ('OWNER', 'EDITOR') ORDER BY u.id",
    );
    let found: Vec<Found> = found.bind::<SqlUuid, _>(workspace).load(&mut conn).await?;
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// Forgets secrets that sign nothing any more.
pub async fn forget_previous(mut conn: &Connection, now: DateTime<Utc>) -> Result<usize> {
    let over = webhooks::table.filter(webhooks::previous_secret_expires_at.le(now));
    let forgotten = diesel::update(over).set((
        webhooks::sealed_previous_secret.eq(None::<Vec<u8>>),
        webhooks::previous_secret_expires_at.eq(None::<DateTime<Utc>>),
    ));
    Ok(forgotten.execute(&mut conn).await?)
}

/// Endpoints that nobody calls though something was due there before `due`, behind this one.
pub async fn forgotten(
    mut conn: &Connection,
    due: DateTime<Utc>,
    after: Option<WebhookId>,
    limit: i64,
) -> Result<Vec<WebhookId>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlUuid)]
        id: WebhookId,
    }
    let found = diesel::sql_query(
        "SELECT h.id FROM webhooks h JOIN workspaces w ON w.id = h.workspace_id AND w.deleted_at IS NULL \
         WHERE h.is_enabled AND ($2 IS NULL OR h.id > $2) AND (h.claim IS NULL OR h.claimed_until < now()) \
           AND EXISTS (SELECT FROM webhook_deliveries d \
                       WHERE d.webhook_id = h.id AND d.status = 'PENDING' AND d.next_attempt_at < $1) \
         ORDER BY h.id LIMIT $3",
    );
    let found = found.bind::<Timestamptz, _>(due).bind::<Nullable<SqlUuid>, _>(after).bind::<BigInt, _>(limit);
    let found: Vec<Found> = found.load(&mut conn).await?;
    Ok(found.into_iter().map(|found| found.id).collect())
}
