//! Statements of the job that reads a document. Each holds only for the revision that the job was made for.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::model::{Document, ProcessingStatus};
use crate::db::pool::Connection;
use crate::db::schema::documents;
use crate::error::Result;
use crate::ids::DocumentId;

/// One reading of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub document: DocumentId,
    pub revision: i32,
}

#[diesel::dsl::auto_type]
fn current(reading: Reading) -> _ {
    let id: DocumentId = reading.document;
    let revision: i32 = reading.revision;
    documents::id.eq(id).and(documents::revision.eq(revision)).and(documents::deleted_at.is_null())
}

/// What a step leaves in the row.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = documents)]
pub struct StepChange {
    pub status: Option<ProcessingStatus>,
    pub progress: Option<f32>,
    pub error_code: Option<Option<String>>,
    pub error_message: Option<Option<String>>,
    pub page_count: Option<Option<i32>>,
    pub char_count: Option<i32>,
    pub chunk_count: Option<i32>,
    pub is_truncated: Option<bool>,
    pub language: Option<Option<String>>,
    pub title: Option<String>,
    pub processed_at: Option<DateTime<Utc>>,
}

/// The document, unless it was deleted or is to be read anew meanwhile.
pub async fn find(mut conn: &Connection, reading: Reading) -> Result<Option<Document>> {
    let current = documents::table.filter(current(reading));
    Ok(current.select(Document::as_select()).first(&mut conn).await.optional()?)
}

/// The same, locked until the transaction ends: nobody deletes it or begins it anew before.
pub async fn lock(mut conn: &Connection, reading: Reading) -> Result<Option<Document>> {
    let current = documents::table.filter(current(reading));
    Ok(current.select(Document::as_select()).for_update().first(&mut conn).await.optional()?)
}

/// Writes down what a step did; false when the reading is no longer wanted.
pub async fn step(mut conn: &Connection, reading: Reading, change: &StepChange, now: DateTime<Utc>) -> Result<bool> {
    let changed = diesel::update(documents::table.filter(current(reading)))
        .set((change, documents::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(changed == 1)
}
