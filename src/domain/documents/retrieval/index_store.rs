//! The indexes over vectors: HNSW of pgvector, one for each length of vectors.
//!
//! That for the local model's length comes with the table. A provider's model may have any length: its index is made
//! when the model is first used, while there is little to put into it.

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};

use crate::db::pool::{Transactional as _, WriteConnection};
use crate::error::Result;

/// Longest vectors that pgvector indexes in half precision. Among longer ones every distance is computed, however many
/// there are.
const LONGEST: usize = 4000;
/// The advisory lock of whoever makes an index: "hnsw" in bytes.
const LOCK: i64 = 0x686e_7377;

/// Whether vectors of this length have an index, or will have one soon.
#[must_use]
pub const fn is_indexed(dimensions: usize) -> bool {
    dimensions <= LONGEST
}

/// Makes the index for vectors of this length unless it is there. Vectors cannot be stored meanwhile.
///
/// # Errors
/// When Postgres does not answer.
pub async fn ensure_index(conn: &mut WriteConnection, dimensions: usize) -> Result<()> {
    let name = format!("chunk_embeddings_{dimensions}_idx");
    let look = diesel::select(sql::<Bool>("to_regclass(").bind::<Text, _>(&name).sql(") IS NOT NULL"));
    if !is_indexed(dimensions) || look.get_result::<bool>(conn).await? {
        return Ok(());
    }
    tracing::info!(dimensions, "making the index for vectors of this length");
    conn.transaction(async |conn| {
        conn.batch_execute(&format!(
            "SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({LOCK}); \
             CREATE INDEX IF NOT EXISTS {name} ON chunk_embeddings \
             USING hnsw ((embedding::halfvec({dimensions})) halfvec_cosine_ops) WHERE dimensions = {dimensions}"
        ))
        .await?;
        Ok(())
    })
    .await
}
