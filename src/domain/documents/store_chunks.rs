//! Statements about passages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::Chunk;
use super::visibility::{VisibleTo, visible_to};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{chunks, documents};
use crate::error::Result;
use crate::ids::{ChunkId, DocumentId, UserId};

/// Rows of one insert.
const INSERT_ROWS: usize = 500;

/// A passage that is to be stored.
#[derive(Debug, Clone)]
pub struct NewChunk {
    pub id: ChunkId,
    pub position: i32,
    pub content: String,
    pub start_char: i32,
    pub end_char: i32,
    pub page: Option<i32>,
    pub token_count: i32,
    pub term_count: i32,
    /// The text form of a `tsvector`.
    pub terms: String,
}

/// The same page of each of many documents, in one statement.
struct Pages<'a> {
    visible: VisibleTo,
    documents: &'a [DocumentId],
    cursor: Option<i32>,
    backward: bool,
    limit: i64,
}

impl QueryId for Pages<'_> {
    type QueryId = ();
    // Two statements, by direction.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Pages<'_> {
    type SqlType = (SqlUuid, SqlUuid, Integer, Text, Integer, Integer, Nullable<Integer>, Integer);
}

impl QueryFragment<Pg> for Pages<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT c.id, c.document_id, c.position, c.content, c.start_char, c.end_char, c.page, c.token_count \
             FROM documents d CROSS JOIN LATERAL (SELECT * FROM chunks c WHERE c.document_id = d.id AND (",
        );
        out.push_bind_param::<Nullable<Integer>, _>(&self.cursor)?;
        out.push_sql(if self.backward { " IS NULL OR c.position < " } else { " IS NULL OR c.position > " });
        out.push_bind_param::<Nullable<Integer>, _>(&self.cursor)?;
        out.push_sql(if self.backward { ") ORDER BY c.position DESC LIMIT " } else { ") ORDER BY c.position LIMIT " });
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(") c WHERE d.id = ANY (");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.documents)?;
        out.push_sql(") AND ");
        self.visible.write_over("d", &mut out)?;
        out.push_sql(if self.backward {
            " ORDER BY c.document_id, c.position DESC"
        } else {
            " ORDER BY c.document_id, c.position"
        });
        Ok(())
    }
}

impl<Conn> diesel::RunQueryDsl<Conn> for Pages<'_> {}

/// The same page of each of those documents that `viewer` may see, by document, in the order of the fetch; one row more
/// each than asked for if there is one. The cursor is a position.
pub async fn pages(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    documents: &[DocumentId],
    page: &Page<i32>,
) -> Result<Vec<Chunk>> {
    let visible = visible_to(viewer, now);
    let pages = Pages { visible, documents, cursor: page.cursor, backward: page.is_backward(), limit: page.limit() };
    Ok(pages.get_results(&mut conn).await?)
}

/// Those of `ids` in documents that `viewer` may see, in no order.
pub async fn load(mut conn: &Connection, viewer: UserId, now: DateTime<Utc>, ids: &[ChunkId]) -> Result<Vec<Chunk>> {
    let all = chunks::table.inner_join(documents::table);
    let visible = all.filter(chunks::id.eq_any(ids)).filter(visible_to(viewer, now));
    Ok(visible.select(Chunk::as_select()).load(&mut conn).await?)
}

/// Whose passages these are; those that are gone are left out.
pub async fn owners(mut conn: &Connection, ids: &[ChunkId]) -> Result<HashMap<ChunkId, UserId>> {
    let owned = chunks::table.inner_join(documents::table).filter(chunks::id.eq_any(ids));
    let owned: Vec<_> = owned.select((chunks::id, documents::owner_id)).load(&mut conn).await?;
    Ok(owned.into_iter().collect())
}

pub async fn insert(mut conn: &Connection, document: DocumentId, new: &[NewChunk]) -> Result<()> {
    for part in new.chunks(INSERT_ROWS) {
        diesel::sql_query(
            "INSERT INTO chunks (id, document_id, position, content, start_char, end_char, page, token_count, \
                    term_count, terms) \
             SELECT n.id, $1, n.position, n.content, n.start_char, n.end_char, n.page, n.token_count, n.term_count, \
                    n.terms::tsvector \
             FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10) AS n (id, position, content, start_char, end_char, \
                    page, token_count, term_count, terms)",
        )
        .bind::<SqlUuid, _>(document)
        .bind::<Array<SqlUuid>, _>(part.iter().map(|chunk| chunk.id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(part.iter().map(|chunk| chunk.position).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(part.iter().map(|chunk| chunk.content.as_str()).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(part.iter().map(|chunk| chunk.start_char).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(part.iter().map(|chunk| chunk.end_char).collect::<Vec<_>>())
        .bind::<Array<Nullable<Integer>>, _>(part.iter().map(|chunk| chunk.page).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(part.iter().map(|chunk| chunk.token_count).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(part.iter().map(|chunk| chunk.term_count).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(part.iter().map(|chunk| chunk.terms.as_str()).collect::<Vec<_>>())
        .execute(&mut conn)
        .await?;
    }
    Ok(())
}

pub async fn remove_all(mut conn: &Connection, document: DocumentId) -> Result<()> {
    diesel::delete(chunks::table.filter(chunks::document_id.eq(document))).execute(&mut conn).await?;
    Ok(())
}
