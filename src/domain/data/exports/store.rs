//! Statements about files of results. All that read them for somebody give only their own, of runs that they still see.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Float, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{ExportStatus, NewExport, Refused, ResultExport};
use crate::db::pool::Connection;
use crate::db::schema::result_exports;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{QueryRunId, ResultExportId, UserId};

const EXPORT: &str = "e.id, e.user_id, e.run_id, e.format, e.is_neutralised, e.is_for_excel, e.is_partial, e.status, e.progress, \
     e.row_count, e.byte_size, e.storage_key, e.error_code, e.error_message, e.created_at, e.ended_at, e.expires_at";
/// Exports of one run that are listed.
const LISTED: i64 = 20;

fn seen() -> String {
    format!(
        "result_exports e JOIN query_runs r ON r.id = e.run_id JOIN data_sources s ON s.id = r.source_id {} \
         WHERE e.user_id = $1",
        seen_by("s")
    )
}

/// Those of these exports that are `reader`'s.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[ResultExportId]) -> Result<Vec<ResultExport>> {
    let own = diesel::sql_query(format!("SELECT {EXPORT} FROM {} AND e.id = ANY ($2)", seen()));
    Ok(own.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The newest of `reader`'s exports of each of these runs.
pub async fn of_runs(mut conn: &Connection, reader: UserId, runs: &[QueryRunId]) -> Result<Vec<ResultExport>> {
    let own = diesel::sql_query(format!(
        "SELECT {EXPORT} FROM unnest($2) AS wanted (id) CROSS JOIN LATERAL \
             (SELECT {EXPORT} FROM {} AND e.run_id = wanted.id ORDER BY e.id DESC LIMIT $3) AS e ORDER BY e.id DESC",
        seen()
    ));
    let own = own.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(runs).bind::<BigInt, _>(LISTED);
    Ok(own.load(&mut conn).await?)
}

/// An export of an open account's whose run is there, whoever asks; for the work on it.
pub async fn find(mut conn: &Connection, id: ResultExportId) -> Result<Option<ResultExport>> {
    let found = diesel::sql_query(format!(
        "SELECT {EXPORT} FROM result_exports e JOIN users u ON u.id = e.user_id AND u.is_active AND u.deleted_at IS NULL \
         WHERE e.id = $1 AND e.run_id IS NOT NULL"
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
        "SELECT count(*) AS count FROM result_exports WHERE user_id = $1 AND status IN ('PENDING', 'RUNNING')",
    );
    let under_way: UnderWay = under_way.bind::<SqlUuid, _>(user).get_result(&mut conn).await?;
    Ok(under_way.count)
}

/// Stores an export that waits for a worker.
pub async fn insert(mut conn: &Connection, new: &NewExport) -> Result<()> {
    diesel::insert_into(result_exports::table)
        .values((
            result_exports::id.eq(new.id),
            result_exports::user_id.eq(new.user_id),
            result_exports::run_id.eq(new.run_id),
            result_exports::format.eq(new.format),
            result_exports::is_neutralised.eq(new.is_neutralised),
            result_exports::is_for_excel.eq(new.is_for_excel),
            result_exports::is_partial.eq(new.is_partial),
            result_exports::storage_key.eq(&new.storage_key),
            result_exports::created_at.eq(new.now),
            result_exports::expires_at.eq(new.expires_at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes down how far an export under way has come.
pub async fn progress(mut conn: &Connection, id: ResultExportId, progress: f32) -> Result<()> {
    let updated = diesel::sql_query(
        "UPDATE result_exports SET status = 'RUNNING', progress = $2 WHERE id = $1 AND status IN ('PENDING', 'RUNNING')",
    );
    updated.bind::<SqlUuid, _>(id).bind::<Float, _>(progress).execute(&mut conn).await?;
    Ok(())
}

/// Says that an export can be fetched until `expires_at`; says whether it still was under way.
pub async fn succeed(
    mut conn: &Connection,
    id: ResultExportId,
    rows: i32,
    bytes: i64,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let ended = diesel::sql_query(
        "UPDATE result_exports SET status = 'READY', progress = 1, row_count = $2, byte_size = $3, ended_at = $4, expires_at = $5 \
         WHERE id = $1 AND status IN ('PENDING', 'RUNNING')",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(rows)
    .bind::<BigInt, _>(bytes)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(expires_at);
    Ok(ended.execute(&mut conn).await? == 1)
}

/// Says why there is no file of an export that was under way.
pub async fn fail(mut conn: &Connection, id: ResultExportId, refused: &Refused, now: DateTime<Utc>) -> Result<()> {
    diesel::sql_query(
        "UPDATE result_exports SET status = 'FAILED', error_code = $2, error_message = $3, ended_at = $4 \
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
    pub id: ResultExportId,
    #[diesel(sql_type = Text)]
    pub storage_key: String,
}

/// Exports whose time was over at `now`, and those that nobody can see any more and nobody works on.
pub async fn over(mut conn: &Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<Over>> {
    let over = diesel::sql_query(
        "SELECT id, storage_key FROM result_exports WHERE expires_at <= $1 AND status <> 'EXPIRED' \
         UNION SELECT id, storage_key FROM result_exports \
             WHERE (user_id IS NULL OR run_id IS NULL) AND status NOT IN ('PENDING', 'RUNNING') \
         ORDER BY id LIMIT $2",
    );
    Ok(over.bind::<Timestamptz, _>(now).bind::<BigInt, _>(limit).load(&mut conn).await?)
}

/// Says that the file of one is removed. One that never came to its end, or that nobody can see any more, is gone with it.
pub async fn expire(mut conn: &Connection, id: ResultExportId) -> Result<()> {
    diesel::sql_query(
        "DELETE FROM result_exports WHERE id = $1 AND (user_id IS NULL OR run_id IS NULL OR status <> 'READY')",
    )
    .bind::<SqlUuid, _>(id)
    .execute(&mut conn)
    .await?;
    diesel::sql_query("UPDATE result_exports SET status = 'EXPIRED' WHERE id = $1")
        .bind::<SqlUuid, _>(id)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Forgets exports whose file was removed and that were made before `before`.
pub async fn forget(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    let old = result_exports::table
        .filter(result_exports::status.eq(ExportStatus::Expired))
        .filter(result_exports::expires_at.lt(before));
    Ok(diesel::delete(old).execute(&mut conn).await?)
}

/// Whether an export can be fetched, whosever it is.
pub async fn is_ready(mut conn: &Connection, id: ResultExportId) -> Result<bool> {
    let status = result_exports::table.find(id).select(result_exports::status);
    let status: Option<ExportStatus> = status.first(&mut conn).await.optional()?;
    Ok(status == Some(ExportStatus::Ready))
}
