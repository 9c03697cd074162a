//! Statements about copies of accounts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::model::{DataExport, ExportStatus};
use crate::db::pool::Connection;
use crate::db::schema::{data_exports, users};
use crate::error::Result;
use crate::ids::{DataExportId, UserId};

/// A new copy to be written; `None` while another of that person's is.
pub async fn insert(mut conn: &Connection, user: UserId, now: DateTime<Utc>) -> Result<Option<DataExport>> {
    let inserted = diesel::insert_into(data_exports::table)
        .values((
            data_exports::id.eq(DataExportId::generate(now)),
            data_exports::user_id.eq(user),
            data_exports::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(DataExport::as_returning());
    Ok(inserted.get_result(&mut conn).await.optional()?)
}

/// A person's newest copy that is not over at `now`.
pub async fn newest(mut conn: &Connection, user: UserId, now: DateTime<Utc>) -> Result<Option<DataExport>> {
    let live = data_exports::table
        .filter(data_exports::user_id.eq(user))
        .filter(data_exports::expires_at.is_null().or(data_exports::expires_at.gt(now)))
        .order(data_exports::id.desc());
    Ok(live.select(DataExport::as_select()).first(&mut conn).await.optional()?)
}

/// A copy of an open account's; `None` too once the account is shut.
pub async fn find(mut conn: &Connection, id: DataExportId) -> Result<Option<DataExport>> {
    let open = data_exports::table
        .inner_join(users::table)
        .filter(data_exports::id.eq(id))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null());
    Ok(open.select(DataExport::as_select()).first(&mut conn).await.optional()?)
}

pub async fn set_progress(mut conn: &Connection, id: DataExportId, progress: f32) -> Result<()> {
    let running = data_exports::table.find(id).filter(data_exports::status.eq(ExportStatus::Running));
    diesel::update(running).set(data_exports::progress.eq(progress)).execute(&mut conn).await?;
    Ok(())
}

/// Writes down how the writing ended: with so many bytes, or with none.
pub async fn end(
    mut conn: &Connection,
    id: DataExportId,
    byte_size: Option<i64>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let running = data_exports::table.find(id).filter(data_exports::status.eq(ExportStatus::Running));
    let status = if byte_size.is_some() { ExportStatus::Ready } else { ExportStatus::Failed };
    let ended = diesel::update(running).set((
        data_exports::status.eq(status),
        data_exports::progress.eq(if byte_size.is_some() { 1.0_f32 } else { 0.0 }),
        data_exports::byte_size.eq(byte_size),
        data_exports::ended_at.eq(now),
        data_exports::expires_at.eq(expires_at),
    ));
    Ok(ended.execute(&mut conn).await? == 1)
}

/// Copies whose time was over at `now`, and those that a newer one of the same person's has taken the place of.
pub async fn over(mut conn: &Connection, now: DateTime<Utc>, limit: i64) -> Result<Vec<(DataExportId, UserId)>> {
    let over = data_exports::table.filter(data_exports::expires_at.le(now)).order(data_exports::expires_at);
    Ok(over.select((data_exports::id, data_exports::user_id)).limit(limit).load(&mut conn).await?)
}

/// A person's copies but the one named, that have ended.
pub async fn older(mut conn: &Connection, user: UserId, newest: DataExportId) -> Result<Vec<DataExportId>> {
    let older = data_exports::table
        .filter(data_exports::user_id.eq(user))
        .filter(data_exports::id.ne(newest))
        .filter(data_exports::status.ne(ExportStatus::Running));
    Ok(older.select(data_exports::id).load(&mut conn).await?)
}

pub async fn remove(mut conn: &Connection, id: DataExportId) -> Result<()> {
    diesel::delete(data_exports::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
