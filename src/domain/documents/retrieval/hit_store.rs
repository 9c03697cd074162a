//! The passages behind the ids that a search found.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::pool::Connection;
use crate::db::schema::{chunks, documents};
use crate::domain::documents::model::Chunk;
use crate::domain::documents::visibility::visible_to;
use crate::error::Result;
use crate::ids::{ChunkId, UserId};

/// A passage with what is shown of its document.
#[derive(Debug, Clone)]
pub struct Found {
    pub chunk: Chunk,
    pub document_title: String,
    /// ISO 639-3.
    pub language: Option<String>,
}

/// Those of the passages that `viewer` may see, in no order.
pub async fn load(mut conn: &Connection, viewer: UserId, now: DateTime<Utc>, ids: &[ChunkId]) -> Result<Vec<Found>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Chunk, Option<String>, String, Option<String>)> = chunks::table
        .inner_join(documents::table)
        .filter(chunks::id.eq_any(ids))
        .filter(visible_to(viewer, now))
        .select((Chunk::as_select(), documents::title, documents::filename, documents::language))
        .load(&mut conn)
        .await?;
    let found = rows.into_iter().map(|(chunk, title, filename, language)| Found {
        chunk,
        document_title: title.unwrap_or(filename),
        language,
    });
    Ok(found.collect())
}
