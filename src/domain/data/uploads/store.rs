//! Statements about files that become tables.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Float, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{DatasetUpload, NewUpload, UploadStatus};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::dataset_uploads;
use crate::domain::workspaces::reading::{seen_by, there};
use crate::error::Result;
use crate::ids::{DataSourceId, DataTableId, DatasetUploadId, UserId};

const UPLOAD: &str = "d.id, d.source_id, d.uploader_id, d.table_id, d.filename, d.format, d.byte_size, d.sha256, d.storage_key, \
     d.status, d.progress, d.revision, d.plan, d.inspection, d.row_count, d.problems, d.error_code, d.error_message, \
     d.created_at, d.updated_at, d.ended_at";

/// Those of these uploads that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[DatasetUploadId]) -> Result<Vec<DatasetUpload>> {
    let seen = diesel::sql_query(format!(
        "SELECT {UPLOAD} FROM dataset_uploads d JOIN data_sources s ON s.id = d.source_id {} WHERE d.id = ANY ($2)",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// A page of the uploads of a source, the newest first.
pub async fn page(
    mut conn: &Connection,
    reader: UserId,
    source: DataSourceId,
    page: &Page<DatasetUploadId>,
) -> Result<Vec<DatasetUpload>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT {UPLOAD} FROM dataset_uploads d JOIN data_sources s ON s.id = d.source_id {} WHERE d.source_id = $2 \
         AND ($3 IS NULL OR d.id {beside} $3) ORDER BY d.id {order} LIMIT $4",
        seen_by("s")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<SqlUuid, _>(source)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// An upload to a workspace that is there, whoever asks; for the work on it.
pub async fn find(mut conn: &Connection, id: DatasetUploadId) -> Result<Option<DatasetUpload>> {
    let found = diesel::sql_query(format!(
        "SELECT {UPLOAD} FROM dataset_uploads d JOIN data_sources s ON s.id = d.source_id {} WHERE d.id = $1",
        there("s")
    ));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// An upload, whoever asks; whoever else locks it waits until the transaction ends.
pub async fn lock(mut conn: &Connection, id: DatasetUploadId) -> Result<Option<DatasetUpload>> {
    let found = diesel::sql_query(format!("SELECT {UPLOAD} FROM dataset_uploads d WHERE d.id = $1 FOR NO KEY UPDATE"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// Stores an upload that waits for a worker.
pub async fn insert(mut conn: &Connection, new: &NewUpload) -> Result<()> {
    diesel::insert_into(dataset_uploads::table)
        .values((
            dataset_uploads::id.eq(new.id),
            dataset_uploads::source_id.eq(new.source_id),
            dataset_uploads::uploader_id.eq(new.uploader_id),
            dataset_uploads::filename.eq(&new.filename),
            dataset_uploads::format.eq(new.format),
            dataset_uploads::byte_size.eq(new.byte_size),
            dataset_uploads::sha256.eq(&new.sha256),
            dataset_uploads::storage_key.eq(&new.storage_key),
            dataset_uploads::status.eq(UploadStatus::Pending),
            dataset_uploads::plan.eq(&new.plan),
            dataset_uploads::created_at.eq(new.now),
            dataset_uploads::updated_at.eq(new.now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Has a locked upload done again, by another plan. Gives the revision.
pub async fn plan_anew(mut conn: &Connection, id: DatasetUploadId, plan: &Value, now: DateTime<Utc>) -> Result<i32> {
    let anew = diesel::update(dataset_uploads::table.find(id)).set((
        dataset_uploads::status.eq(UploadStatus::Pending),
        dataset_uploads::progress.eq(0.0_f32),
        dataset_uploads::revision.eq(dataset_uploads::revision + 1),
        dataset_uploads::plan.eq(plan),
        dataset_uploads::row_count.eq(None::<i64>),
        dataset_uploads::problems.eq(None::<Value>),
        dataset_uploads::error_code.eq(None::<String>),
        dataset_uploads::error_message.eq(None::<String>),
        dataset_uploads::updated_at.eq(now),
        dataset_uploads::ended_at.eq(None::<DateTime<Utc>>),
    ));
    Ok(anew.returning(dataset_uploads::revision).get_result(&mut conn).await?)
}

/// What becomes of an upload.
#[derive(Debug, Clone, Default)]
pub struct Progressed {
    pub progress: f32,
    pub inspection: Option<Value>,
    pub problems: Option<Value>,
    pub row_count: Option<i64>,
    pub table: Option<DataTableId>,
    /// Code and sentence of what failed.
    pub error: Option<(&'static str, String)>,
}

/// Writes down how far this revision of an upload has come; says whether it still is the present one and goes on. Another worker may have
/// ended it, which took this one for dead.
pub async fn progress(
    mut conn: &Connection,
    id: DatasetUploadId,
    revision: i32,
    status: UploadStatus,
    progressed: &Progressed,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (code, message) = progressed.error.as_ref().map(|(code, message)| (*code, message.as_str())).unzip();
    let updated = diesel::sql_query(
        "UPDATE dataset_uploads SET status = $3, progress = $4, inspection = coalesce($5, inspection), \
             problems = coalesce($6, problems), row_count = coalesce($7, row_count), table_id = coalesce($8, table_id), \
             error_code = $9, error_message = $10, updated_at = $11, ended_at = CASE WHEN $12 THEN $11 END \
         WHERE id = $1 AND revision = $2 AND ended_at IS NULL",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Integer, _>(revision)
    .bind::<Text, _>(status)
    .bind::<Float, _>(progressed.progress)
    .bind::<Nullable<Jsonb>, _>(progressed.inspection.as_ref())
    .bind::<Nullable<Jsonb>, _>(progressed.problems.as_ref())
    .bind::<Nullable<BigInt>, _>(progressed.row_count)
    .bind::<Nullable<SqlUuid>, _>(progressed.table)
    .bind::<Nullable<Text>, _>(code)
    .bind::<Nullable<Text>, _>(message)
    .bind::<Timestamptz, _>(now)
    .bind::<diesel::sql_types::Bool, _>(status.is_ended());
    Ok(updated.execute(&mut conn).await? == 1)
}

/// Writes down how far the loading of this revision has come; says as [`progress`] whether it still goes on.
pub async fn advance(
    mut conn: &Connection,
    id: DatasetUploadId,
    revision: i32,
    progress: f32,
    now: DateTime<Utc>,
) -> Result<bool> {
    let loading = dataset_uploads::table
        .find(id)
        .filter(dataset_uploads::revision.eq(revision))
        .filter(dataset_uploads::status.eq(UploadStatus::Loading));
    let advanced = diesel::update(loading)
        .set((dataset_uploads::progress.eq(progress), dataset_uploads::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(advanced == 1)
}

/// Removes an upload.
pub async fn remove(mut conn: &Connection, id: DatasetUploadId) -> Result<()> {
    diesel::delete(dataset_uploads::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// Those of these keys that an upload has.
pub async fn known(mut conn: &Connection, keys: &[String]) -> Result<Vec<String>> {
    let known = dataset_uploads::table.filter(dataset_uploads::storage_key.eq_any(keys));
    Ok(known.select(dataset_uploads::storage_key).load(&mut conn).await?)
}
