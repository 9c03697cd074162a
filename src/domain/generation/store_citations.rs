//! Statements about the citations of ended runs.

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::Citation;
use super::visibility::readable_by;
use crate::db::pool::Connection;
use crate::db::schema::{generation_citations, generations};
use crate::error::{Error, Result};
use crate::ids::{GenerationId, Id, UserId};

/// Stores the citations of an ended run in the order of their markers.
pub async fn insert(mut conn: &Connection, id: GenerationId, citations: &[Citation]) -> Result<()> {
    if citations.is_empty() {
        return Ok(());
    }
    // A document that was deleted meanwhile would break the foreign key; its quote is kept without it.
    let rows =
        serde_json::to_value(citations.iter().map(CitationRow::from).collect::<Vec<_>>()).map_err(Error::internal)?;
    diesel::sql_query(
        "INSERT INTO generation_citations (generation_id, position, marker, document_id, chunk_id, page, start_char, \
                end_char, quote, score, answer_start_char, answer_end_char) \
         SELECT $1, (c.n - 1)::int, r.marker, d.id, k.id, r.page, r.start_char, r.end_char, r.quote, r.score, \
                r.answer_start_char, r.answer_end_char \
         FROM jsonb_array_elements($2) WITH ORDINALITY AS c (value, n) \
         CROSS JOIN LATERAL jsonb_to_record(c.value) AS r (marker int, document_id uuid, chunk_id uuid, page int, \
                start_char int, end_char int, quote text, score real, answer_start_char int, answer_end_char int) \
         LEFT JOIN documents d ON d.id = r.document_id LEFT JOIN chunks k ON k.id = r.chunk_id",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Jsonb, _>(rows)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A citation with ids as Postgres reads them.
#[derive(serde::Serialize)]
struct CitationRow<'a> {
    marker: i32,
    document_id: Option<uuid::Uuid>,
    chunk_id: Option<uuid::Uuid>,
    page: Option<i32>,
    start_char: i32,
    end_char: i32,
    quote: &'a str,
    score: f32,
    answer_start_char: i32,
    answer_end_char: i32,
}

impl<'a> From<&'a Citation> for CitationRow<'a> {
    fn from(citation: &'a Citation) -> Self {
        Self {
            marker: citation.marker,
            document_id: citation.document_id.map(Id::uuid),
            chunk_id: citation.chunk_id.map(Id::uuid),
            page: citation.page,
            start_char: citation.start_char,
            end_char: citation.end_char,
            quote: &citation.quote,
            score: citation.score,
            answer_start_char: citation.answer_start_char,
            answer_end_char: citation.answer_end_char,
        }
    }
}

/// Citations of those of these runs that have ended and that `owner` may read, in the order of the markers.
pub async fn load(mut conn: &Connection, ids: &[GenerationId], owner: UserId) -> Result<Vec<(GenerationId, Citation)>> {
    let citations = generation_citations::table
        .inner_join(generations::table)
        .filter(generation_citations::generation_id.eq_any(ids))
        .filter(readable_by(owner))
        .order((generation_citations::generation_id, generation_citations::position))
        .select((generation_citations::generation_id, Citation::as_select()))
        .load(&mut conn)
        .await?;
    Ok(citations)
}

/// Those of one run, whoever asks.
pub async fn of(mut conn: &Connection, id: GenerationId) -> Result<Vec<Citation>> {
    let citations = generation_citations::table.filter(generation_citations::generation_id.eq(id));
    Ok(citations.order(generation_citations::position).select(Citation::as_select()).load(&mut conn).await?)
}
