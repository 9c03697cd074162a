//! Nearest passages by the cosine of their vectors.
//!
//! Two plans. Over few passages every distance is computed: exact, whatever part of the table they are. Over many the
//! HNSW index is walked, which goes on (pgvector's iterative scan) until enough of what it meets is in scope; where it
//! gives up before, as it does when the scope is a very small part of the table, the exact plan answers after all.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Double, Integer, Text, Uuid as SqlUuid};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};

use super::index_store::is_indexed;
use super::scope_sql::Searched;
use crate::db::pool::{Connection, Db, Transactional as _};
use crate::db::prepared::prepared;
use crate::db::types::{Halfvec, Vector};
use crate::error::{Error, Result};
use crate::ids::ChunkId;

/// Passages up to which every distance is computed.
const EXACT_UP_TO: i64 = 10_000;

prepared!(Of => (SqlUuid, Double));

/// A question's vector and the model that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub model: String,
    pub vector: Vector,
}

impl Asked {
    fn dimensions(&self) -> usize {
        self.vector.0.len()
    }
}

/// The nearest passages; `by_index` says by which plan.
struct Nearest<'a> {
    searched: &'a Searched,
    asked: &'a Asked,
    dimensions: i32,
    by_index: bool,
    limit: i64,
}

impl QueryId for Nearest<'_> {
    type QueryId = ();
    // The length of the vectors stands in the text of the statement, as it does in the index.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Nearest<'_> {
    type SqlType = (SqlUuid, Double);
}

impl Nearest<'_> {
    fn distance<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let of_length = format!("::halfvec({})", self.dimensions);
        out.push_sql("e.embedding");
        out.push_sql(&of_length);
        out.push_sql(" <=> ");
        out.push_bind_param::<Halfvec, _>(&self.asked.vector)?;
        out.push_sql(&of_length);
        Ok(())
    }
}

impl QueryFragment<Pg> for Nearest<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH near AS MATERIALIZED (SELECT c.id, c.document_id, c.position, ");
        self.distance(&mut out)?;
        out.push_sql(
            " AS distance FROM chunk_embeddings e JOIN chunks c ON c.id = e.chunk_id \
             JOIN documents d ON d.id = c.document_id WHERE e.dimensions = ",
        );
        out.push_sql(&self.dimensions.to_string());
        out.push_sql(" AND e.model = ");
        out.push_bind_param::<Text, _>(&self.asked.model)?;
        out.push_sql(" AND ");
        self.searched.walk(&mut out)?;
        if self.by_index {
            out.push_sql(" ORDER BY ");
            self.distance(&mut out)?;
            out.push_sql(" LIMIT ");
            out.push_bind_param::<BigInt, _>(&self.limit)?;
        }
        // The index orders by the vectors as it holds them, shortened to length 1 and rounded, and Postgres believes what
        // it says of `distance`: ordering by another expression makes it sort by what was computed here.
        out.push_sql(") SELECT id, 1 - distance FROM near ORDER BY 1 - distance DESC, document_id, position LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl<Conn> diesel::RunQueryDsl<Conn> for Nearest<'_> {}

/// The nearest passages in scope with the cosine of the angle, nearest first. `in_scope` is how many there are.
pub async fn nearest(
    db: &Db,
    searched: &Searched,
    asked: &Asked,
    in_scope: i64,
    limit: i64,
) -> Result<Vec<(ChunkId, f64)>> {
    let dimensions = i32::try_from(asked.dimensions()).map_err(Error::internal)?;
    let nearest = |by_index| Nearest { searched, asked, dimensions, by_index, limit };
    let mut conn = db.write().await?;
    conn.transaction(async |conn| {
        // The best plan depends on whose passages are asked for: never one plan for all.
        conn.batch_execute("SET LOCAL plan_cache_mode = force_custom_plan").await?;
        if in_scope > EXACT_UP_TO && is_indexed(asked.dimensions()) {
            let width = limit.clamp(100, 1000);
            conn.batch_execute(&format!(
                "SET LOCAL enable_sort = off; SET LOCAL hnsw.iterative_scan = strict_order; \
                 SET LOCAL hnsw.ef_search = {width}; SET LOCAL hnsw.max_scan_tuples = 40000"
            ))
            .await?;
            let found: Vec<(ChunkId, f64)> = nearest(true).get_results(conn).await?;
            if i64::try_from(found.len()).is_ok_and(|found| found >= limit) {
                return Ok(found);
            }
            conn.batch_execute("SET LOCAL enable_sort = on").await?;
        }
        Ok(nearest(false).get_results(conn).await?)
    })
    .await
}

/// The cosine of passages that were found otherwise.
struct Of<'a> {
    ids: &'a [ChunkId],
    asked: &'a Asked,
    dimensions: i32,
}

impl QueryFragment<Pg> for Of<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT e.chunk_id, 1 - (e.embedding <=> ");
        out.push_bind_param::<Halfvec, _>(&self.asked.vector)?;
        out.push_sql(") FROM chunk_embeddings e WHERE e.chunk_id = ANY (");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql(") AND e.model = ");
        out.push_bind_param::<Text, _>(&self.asked.model)?;
        out.push_sql(" AND e.dimensions = ");
        out.push_bind_param::<Integer, _>(&self.dimensions)
    }
}

/// The cosine of these passages, in no order; those without a vector of this model are left out.
pub async fn cosines_of(mut conn: &Connection, ids: &[ChunkId], asked: &Asked) -> Result<Vec<(ChunkId, f64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let dimensions = i32::try_from(asked.dimensions()).map_err(Error::internal)?;
    Ok(Of { ids, asked, dimensions }.get_results(&mut conn).await?)
}
