//! BM25 in Postgres, over the stock text index.
//!
//! The index finds candidates. Scoring needs how often each term stands in each of them, which no function of
//! Postgres says; but `ts_rank` of a single term with n positions of weight 1 is S(n) / (pi^2 / 6) with
//! S(n) = 1 + 1/4 + … + 1/n^2, and pi^2/6 - S(n) lies so close to 1 / (n + 1/2) that rounding gives n back exactly. A
//! test holds this for every n that a `tsvector` can hold. It costs one look at the terms of the row, where taking the
//! vector apart costs all of it.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{Array, BigInt, Double, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::ranking::{B, Corpus, K1, Weighed};
use super::scope_sql::Searched;
use super::terms::quoted;
use crate::db::pool::Connection;
use crate::db::prepared::{prepared, prepared_by_text};
use crate::error::Result;
use crate::ids::ChunkId;

prepared!(Of => (SqlUuid, Double));
// Of one's own, or of readings.
prepared_by_text!(Best => (SqlUuid, Double));

/// What a score is made of, in SQL over `f` with `terms` and `term_count`.
struct Scored {
    /// One `tsquery` a term.
    queries: Vec<String>,
    idfs: Vec<f64>,
    mean_terms: f64,
}

impl Scored {
    fn new(corpus: Corpus, weighed: &Weighed) -> Self {
        let queries = weighed.terms.iter().map(|term| quoted(term)).collect();
        Self { queries, idfs: weighed.idfs.clone(), mean_terms: corpus.mean_terms() }
    }

    /// What the number of occurrences is weighed against: more for a long passage.
    fn norm<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        out.push_bind_param::<Double, _>(&K1)?;
        out.push_sql(" * (1 - ");
        out.push_bind_param::<Double, _>(&B)?;
        out.push_sql(" + ");
        out.push_bind_param::<Double, _>(&B)?;
        out.push_sql(" * f.term_count / ");
        out.push_bind_param::<Double, _>(&self.mean_terms)?;
        out.push_sql("))");
        Ok(())
    }

    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // n / (n + norm), written as 1 - norm / (n + norm): Postgres would else work n out twice.
        out.push_sql("CROSS JOIN LATERAL (SELECT coalesce(sum(t.idf * (1 + ");
        out.push_bind_param::<Double, _>(&K1)?;
        out.push_sql(") * (1 - ");
        self.norm(out)?;
        out.push_sql(" / (o.n + ");
        self.norm(out)?;
        out.push_sql("))), 0) AS score FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.queries)?;
        out.push_sql("::tsquery[], ");
        out.push_bind_param::<Array<Double>, _>(&self.idfs)?;
        out.push_sql(
            ") AS t (query, idf) CROSS JOIN LATERAL (SELECT round(0.6079271018540267 \
             / (1 - ts_rank('{1,1,1,1}', f.terms, t.query)::double precision) - 0.5) AS n) o) s ",
        );
        Ok(())
    }
}

/// The best passages by their words.
struct Best<'a> {
    searched: &'a Searched,
    candidates: String,
    scored: Scored,
    limit: i64,
}

impl QueryFragment<Pg> for Best<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // OFFSET 0 keeps the planner from looking through all passages of the person instead of asking the index.
        out.push_sql(
            "SELECT f.id, s.score FROM (SELECT c.id, c.document_id, c.position, c.term_count, c.terms FROM chunks c \
             WHERE c.terms @@ ",
        );
        out.push_bind_param::<Text, _>(&self.candidates)?;
        out.push_sql("::tsquery OFFSET 0) f JOIN documents d ON d.id = f.document_id ");
        self.scored.walk(&mut out)?;
        out.push_sql("WHERE ");
        self.searched.walk(&mut out)?;
        out.push_sql(" ORDER BY s.score DESC, f.document_id, f.position LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

/// The best passages in scope with their BM25 score, best first.
pub async fn best(
    mut conn: &Connection,
    searched: &Searched,
    corpus: Corpus,
    weighed: &Weighed,
    limit: i64,
) -> Result<Vec<(ChunkId, f64)>> {
    if weighed.candidates.is_empty() {
        return Ok(Vec::new());
    }
    let either = |lexemes: &[String]| lexemes.iter().map(|lexeme| quoted(lexeme)).collect::<Vec<_>>().join(" | ");
    let (owner, documents) = searched.marks();
    let mut candidates = format!("({})", either(&weighed.candidates));
    if let Some(owner) = owner {
        candidates = format!("{} & {candidates}", quoted(&owner));
    }
    if !documents.is_empty() {
        candidates = format!("{candidates} & ({})", either(&documents));
    }
    let best = Best { searched, candidates, scored: Scored::new(corpus, weighed), limit };
    Ok(best.get_results(&mut conn).await?)
}

/// The score of passages that were found otherwise.
struct Of<'a> {
    ids: &'a [ChunkId],
    scored: Scored,
}

impl QueryFragment<Pg> for Of<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT f.id, s.score FROM chunks f ");
        self.scored.walk(&mut out)?;
        out.push_sql("WHERE f.id = ANY (");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

/// The BM25 score of these passages, in no order.
pub async fn scores_of(
    mut conn: &Connection,
    ids: &[ChunkId],
    corpus: Corpus,
    weighed: &Weighed,
) -> Result<Vec<(ChunkId, f64)>> {
    if ids.is_empty() || weighed.terms.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Of { ids, scored: Scored::new(corpus, weighed) }.get_results(&mut conn).await?)
}
