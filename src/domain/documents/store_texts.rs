//! Statements about the texts of documents.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel_async::RunQueryDsl;

use super::visibility::visible_to;
use crate::db::pool::Connection;
use crate::db::schema::{document_texts, documents};
use crate::error::Result;
use crate::ids::{DocumentId, UserId};

diesel::define_sql_function! {
    /// Characters from `start`, counted from 1.
    fn substr(text: Text, start: Integer, count: Integer) -> Text;
}

/// `count` characters of a text from the character `start` on, counted from 0; nothing more leaves the database. `None`
/// when `viewer` sees no such document or it has no text.
pub async fn slice(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    id: DocumentId,
    start: i32,
    count: i32,
) -> Result<Option<String>> {
    let visible = document_texts::table
        .inner_join(documents::table)
        .filter(document_texts::document_id.eq(id))
        .filter(visible_to(viewer, now));
    let slice = substr(document_texts::content, start.saturating_add(1), count);
    Ok(visible.select(slice).first(&mut conn).await.optional()?)
}

/// A whole text and the offset of each page's first character.
pub async fn find(mut conn: &Connection, id: DocumentId) -> Result<Option<(String, Vec<i32>)>> {
    let text = document_texts::table.find(id).select((document_texts::content, document_texts::page_starts));
    Ok(text.first(&mut conn).await.optional()?)
}

/// Stores a text in the place of any other.
pub async fn put(mut conn: &Connection, id: DocumentId, content: &str, page_starts: &[i32]) -> Result<()> {
    diesel::insert_into(document_texts::table)
        .values((
            document_texts::document_id.eq(id),
            document_texts::content.eq(content),
            document_texts::page_starts.eq(page_starts),
        ))
        .on_conflict(document_texts::document_id)
        .do_update()
        .set((document_texts::content.eq(content), document_texts::page_starts.eq(page_starts)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

pub async fn remove(mut conn: &Connection, id: DocumentId) -> Result<()> {
    diesel::delete(document_texts::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
