//! Statements about pictures as files. All that read them for somebody give only their own, of what they still see.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Float, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{NewExport, PictureExport, Shown};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::picture_exports;
use crate::domain::dashboards::shares::store::is_shared;
use crate::domain::data::exports::model::{ExportStatus, Refused};
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{PictureExportId, UserId};

const EXPORT: &str = "e.id, e.user_id, e.chart_id, e.dashboard_id, e.format, e.width, e.height, e.theme, e.filters, e.left_out, e.status, \
     e.progress, e.byte_size, e.storage_key, e.error_code, e.error_message, e.created_at, e.expires_at";

/// Exports `e` of the person `$1`, of charts and dashboards that they see at `$2`: as members, or because it was shared with them.
fn seen() -> String {
    format!(
        "picture_exports e WHERE e.user_id = $1 AND (\
         EXISTS (SELECT FROM charts c JOIN saved_queries q ON q.id = c.query_id JOIN data_sources s ON s.id = q.source_id {} \
             WHERE c.id = e.chart_id) \
         OR EXISTS (SELECT FROM dashboards b {} WHERE b.id = e.dashboard_id) OR {})",
        seen_by("s"),
        seen_by("b"),
        is_shared("e.dashboard_id", "$1", "$2")
    )
}

/// Those of these exports that are `reader`'s.
pub async fn load(
    mut conn: &Connection,
    reader: UserId,
    ids: &[PictureExportId],
    now: DateTime<Utc>,
) -> Result<Vec<PictureExport>> {
    let own = diesel::sql_query(format!("SELECT {EXPORT} FROM {} AND e.id = ANY ($3)", seen()));
    let own = own.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now).bind::<Array<SqlUuid>, _>(ids);
    Ok(own.load(&mut conn).await?)
}

/// A page of `reader`'s exports, the newest first.
pub async fn page(
    mut conn: &Connection,
    reader: UserId,
    page: &Page<PictureExportId>,
    now: DateTime<Utc>,
) -> Result<Vec<PictureExport>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let own = diesel::sql_query(format!(
        "SELECT {EXPORT} FROM {} AND ($3 IS NULL OR e.id {beside} $3) ORDER BY e.id {order} LIMIT $4",
        seen()
    ));
    let own = own.bind::<SqlUuid, _>(reader).bind::<Timestamptz, _>(now);
    let own = own.bind::<Nullable<SqlUuid>, _>(page.cursor).bind::<BigInt, _>(page.limit());
    Ok(own.load(&mut conn).await?)
}

/// An export of an open account's of something that is there, whoever asks; for the work on it.
pub async fn find(mut conn: &Connection, id: PictureExportId) -> Result<Option<PictureExport>> {
    let found = diesel::sql_query(format!(
        "SELECT {EXPORT} FROM picture_exports e JOIN users u ON u.id = e.user_id AND u.is_active AND u.deleted_at IS NULL \
         WHERE e.id = $1"
    ));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// How many of a person's exports are under way. Until the transaction ends no other one of theirs begins.
pub async fn lock_under_way(mut conn: &Connection, user: UserId) -> Result<i64> {
    #[derive(QueryableByName)]
    struct UnderWay {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    diesel::sql_query("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE")
        .bind::<SqlUuid, _>(user)
        .execute(&mut conn)
        .await?;
    let under_way = diesel::sql_query(
        "SELECT count(*) AS count FROM picture_exports WHERE user_id = $1 AND status IN ('PENDING', 'RUNNING')",
    );
    let under_way: UnderWay = under_way.bind::<SqlUuid, _>(user).get_result(&mut conn).await?;
    Ok(under_way.count)
}

/// Stores an export that waits for a worker.
pub async fn insert(mut conn: &Connection, new: &NewExport) -> Result<()> {
    let (chart, dashboard) = match new.shown {
        Shown::Chart(chart) => (Some(chart), None),
        Shown::Dashboard(dashboard) => (None, Some(dashboard)),
    };
    diesel::insert_into(picture_exports::table)
        .values((
            picture_exports::id.eq(new.id),
            picture_exports::user_id.eq(new.user_id),
            picture_exports::chart_id.eq(chart),
            picture_exports::dashboard_id.eq(dashboard),
            picture_exports::format.eq(new.format),
            picture_exports::width.eq(new.width),
            picture_exports::height.eq(new.height),
            picture_exports::theme.eq(new.theme),
            picture_exports::filters.eq(&new.filters),
            picture_exports::storage_key.eq(&new.storage_key),
            picture_exports::created_at.eq(new.now),
            picture_exports::expires_at.eq(new.expires_at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes down how far an export under way has come.
pub async fn progress(mut conn: &Connection, id: PictureExportId, progress: f32) -> Result<()> {
    let updated = diesel::sql_query(
        "UPDATE picture_exports SET status = 'RUNNING', progress = $2 WHERE id = $1 AND status IN ('PENDING', 'RUNNING')",
    );
    updated.bind::<SqlUuid, _>(id).bind::<Float, _>(progress).execute(&mut conn).await?;
    Ok(())
}

/// Says that an export can be fetched until `expires_at`, and what is not on it; says whether it still was under way.
pub async fn succeed(
    mut conn: &Connection,
    id: PictureExportId,
    left_out: &Value,
    bytes: i64,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let ended = diesel::sql_query(
        "UPDATE picture_exports SET status = 'READY', progress = 1, left_out = $2, byte_size = $3, ended_at = $4, expires_at = $5 \
         WHERE id = $1 AND status IN ('PENDING', 'RUNNING')",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Jsonb, _>(left_out)
    .bind::<BigInt, _>(bytes)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(expires_at);
    Ok(ended.execute(&mut conn).await? == 1)
}

/// Says why there is no file of an export that was under way.
pub async fn fail(mut conn: &Connection, id: PictureExportId, refused: &Refused, now: DateTime<Utc>) -> Result<()> {
    diesel::sql_query(
        "UPDATE picture_exports SET status = 'FAILED', error_code = $2, error_message = $3, ended_at = $4 \
         WHERE id = $1 AND status IN ('PENDING', 'RUNNING')",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(refused.code)
    .bind::<Text, _>(refused.message.as_str())
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// An export whose file is to be removed.
#[derive(Debug, Clone, QueryableByName)]
pub struct Over {
    #[diesel(sql_type = SqlUuid)]
    pub id: PictureExportId,
    #[diesel(sql_type = Text)]
    pub storage_key: String,
}

/// Exports whose time was over at `now`, and those that nobody can see any more and nobody works on.
pub async fn over(mut conn: &Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<Over>> {
    let over = diesel::sql_query(
        "SELECT id, storage_key FROM picture_exports WHERE expires_at <= $1 AND status <> 'EXPIRED' \
         UNION SELECT id, storage_key FROM picture_exports \
             WHERE (user_id IS NULL OR (chart_id IS NULL AND dashboard_id IS NULL)) AND status NOT IN ('PENDING', 'RUNNING') \
         ORDER BY id LIMIT $2",
    );
    Ok(over.bind::<Timestamptz, _>(now).bind::<BigInt, _>(limit).load(&mut conn).await?)
}

/// Says that the file of one is removed. One that never came to its end, or that nobody can see any more, is gone with it.
pub async fn expire(mut conn: &Connection, id: PictureExportId) -> Result<()> {
    diesel::sql_query(
        "DELETE FROM picture_exports \
         WHERE id = $1 AND (user_id IS NULL OR (chart_id IS NULL AND dashboard_id IS NULL) OR status <> 'READY')",
    )
    .bind::<SqlUuid, _>(id)
    .execute(&mut conn)
    .await?;
    diesel::sql_query("UPDATE picture_exports SET status = 'EXPIRED' WHERE id = $1")
        .bind::<SqlUuid, _>(id)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Forgets exports whose file was removed and that were made before `before`.
pub async fn forget(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    let old = picture_exports::table
        .filter(picture_exports::status.eq(ExportStatus::Expired))
        .filter(picture_exports::expires_at.lt(before));
    Ok(diesel::delete(old).execute(&mut conn).await?)
}

/// Whether an export can be fetched, whosever it is.
pub async fn is_ready(mut conn: &Connection, id: PictureExportId) -> Result<bool> {
    let status = picture_exports::table.find(id).select(picture_exports::status);
    let status: Option<ExportStatus> = status.first(&mut conn).await.optional()?;
    Ok(status == Some(ExportStatus::Ready))
}
