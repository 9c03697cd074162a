//! Passages that show what documents are about, when nothing particular is asked.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::scope_sql::Searched;
use crate::db::pool::Connection;
use crate::db::prepared::prepared_by_text;
use crate::error::Result;
use crate::ids::ChunkId;

/// Documents that are looked at, the newest.
const DOCUMENTS: i64 = 8;

/// Passages spread evenly over the newest documents in scope, each document's first among them.
struct Spread<'a> {
    searched: &'a Searched,
    limit: i64,
}

prepared_by_text!(Spread => SqlUuid);

impl QueryFragment<Pg> for Spread<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // With q passages a document of n, the passage at p is taken where p * q / n, rounded down, is a new number.
        out.push_sql(
            "SELECT c.id FROM ( \
                 SELECT d.id, d.created_at, d.chunk_count AS n, greatest(1, ",
        );
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(" / count(*) OVER ()) AS q FROM ( SELECT d.* FROM documents d WHERE d.chunk_count > 0 AND ");
        self.searched.walk(&mut out)?;
        out.push_sql(" ORDER BY d.created_at DESC, d.id DESC LIMIT ");
        out.push_bind_param::<BigInt, _>(&DOCUMENTS)?;
        out.push_sql(
            ") AS d) AS d JOIN chunks c ON c.document_id = d.id \
             WHERE c.position = 0 OR c.position * d.q / d.n <> (c.position - 1) * d.q / d.n \
             ORDER BY d.created_at, d.id, c.position LIMIT ",
        );
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        Ok(())
    }
}

/// At most `limit` passages, document by document from the oldest, in the order of the text.
pub async fn spread(mut conn: &Connection, searched: &Searched, limit: i64) -> Result<Vec<ChunkId>> {
    Ok(Spread { searched, limit }.load(&mut conn).await?)
}
