//! Statements about the vectors of passages.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::ProcessingStatus;
use crate::db::pool::Connection;
use crate::db::schema::{chunk_embeddings, chunks, documents};
use crate::db::types::{Halfvec, Vector};
use crate::error::Result;
use crate::ids::{ChunkId, DocumentId};

/// Passages of a document without a vector of `model`, in their order, at most `limit`.
pub async fn missing_of(
    mut conn: &Connection,
    document: DocumentId,
    model: &str,
    limit: i64,
) -> Result<Vec<(ChunkId, String)>> {
    let there = chunk_embeddings::table
        .filter(chunk_embeddings::chunk_id.eq(chunks::id))
        .filter(chunk_embeddings::model.eq(model));
    let missing =
        chunks::table.filter(chunks::document_id.eq(document)).filter(diesel::dsl::not(diesel::dsl::exists(there)));
    Ok(missing.order(chunks::position).limit(limit).select((chunks::id, chunks::content)).load(&mut conn).await?)
}

/// Passages of documents that are ready, without a vector of `model`, after `after` in the order of their ids.
pub async fn missing(mut conn: &Connection, model: &str, after: ChunkId, limit: i64) -> Result<Vec<(ChunkId, String)>> {
    let there = chunk_embeddings::table
        .filter(chunk_embeddings::chunk_id.eq(chunks::id))
        .filter(chunk_embeddings::model.eq(model));
    let missing = chunks::table
        .inner_join(documents::table)
        .filter(documents::status.eq(ProcessingStatus::Ready))
        .filter(documents::deleted_at.is_null())
        .filter(chunks::id.gt(after))
        .filter(diesel::dsl::not(diesel::dsl::exists(there)));
    Ok(missing.order(chunks::id).limit(limit).select((chunks::id, chunks::content)).load(&mut conn).await?)
}

/// Stores vectors in the place of any other; passages that are gone meanwhile are left out.
pub async fn put(
    mut conn: &Connection,
    model: &str,
    dimensions: i32,
    ids: &[ChunkId],
    vectors: &[Vector],
) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO chunk_embeddings (chunk_id, model, dimensions, embedding) \
         SELECT c.id, $1, $2, v.embedding FROM unnest($3, $4) AS v (id, embedding) JOIN chunks c ON c.id = v.id \
         FOR KEY SHARE OF c \
         ON CONFLICT (chunk_id) DO UPDATE SET model = EXCLUDED.model, dimensions = EXCLUDED.dimensions, \
                embedding = EXCLUDED.embedding",
    )
    .bind::<Text, _>(model)
    .bind::<Integer, _>(dimensions)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Halfvec>, _>(vectors)
    .execute(&mut conn)
    .await?;
    Ok(())
}
