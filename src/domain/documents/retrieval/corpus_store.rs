//! What is known of all passages together: how many, in which languages, how common a term is.

use std::collections::BTreeMap;

use diesel::dsl::{count_star, sum};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::ranking::Corpus;
use super::scope_sql::Searched;
use super::terms::quoted;
use crate::db::pool::Connection;
use crate::db::prepared::{prepared, prepared_by_text};
use crate::db::schema::{chunks, search_corpora, search_terms};
use crate::error::Result;
use crate::ids::{DocumentId, UserId};

/// Passages in scope, and the languages of their documents.
struct Extent<'a>(&'a Searched);

prepared_by_text!(Extent => (BigInt, Array<Nullable<Text>>));

impl QueryFragment<Pg> for Extent<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT coalesce(sum(d.chunk_count), 0)::bigint, \
                    coalesce(array_agg(DISTINCT d.language), '{}') FROM documents d WHERE d.chunk_count > 0 AND ",
        );
        self.0.walk(&mut out)
    }
}

/// How many passages there are in scope, and in which languages (ISO 639-3, `None` where it is not clear).
pub async fn extent(mut conn: &Connection, searched: &Searched) -> Result<(i64, Vec<Option<String>>)> {
    Ok(Extent(searched).get_result(&mut conn).await?)
}

/// The size of what a term is rare or common in: one person's passages, or those of the readings that are searched. The
/// counts of whoever owns the readings would tell of what else they have.
pub async fn corpus(mut conn: &Connection, searched: &Searched) -> Result<Corpus> {
    if let Some(readings) = searched.readings() {
        let passages = chunks::table.filter(chunks::document_id.eq_any(readings));
        let (chunk_count, term_total): (i64, Option<i64>) =
            passages.select((count_star(), sum(chunks::term_count))).first(&mut conn).await?;
        return Ok(Corpus { chunk_count, term_total: term_total.unwrap_or(0) });
    }
    let found = search_corpora::table
        .find(searched.viewer())
        .select((search_corpora::chunk_count, search_corpora::term_total))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found.map(|(chunk_count, term_total)| Corpus { chunk_count, term_total }).unwrap_or_default())
}

/// In how many passages of the readings each term stands.
struct Standing<'a> {
    terms: &'a [String],
    queries: Vec<String>,
    readings: &'a [DocumentId],
}

prepared!(Standing => (Text, BigInt));

impl QueryFragment<Pg> for Standing<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT t.term, count(*) FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.terms)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.queries)?;
        out.push_sql("::tsquery[]) AS t (term, query) JOIN chunks c ON c.terms @@ t.query WHERE c.document_id = ANY (");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.readings)?;
        out.push_sql(") GROUP BY t.term");
        Ok(())
    }
}

/// In how many of the passages of [`corpus`] each term stands; terms that stand in none are left out.
pub async fn frequencies(
    mut conn: &Connection,
    searched: &Searched,
    terms: &[String],
) -> Result<BTreeMap<String, i64>> {
    if let Some(readings) = searched.readings() {
        let queries = terms.iter().map(|term| quoted(term)).collect();
        let rows: Vec<(String, i64)> = Standing { terms, queries, readings }.get_results(&mut conn).await?;
        return Ok(rows.into_iter().collect());
    }
    let rows: Vec<(String, i32)> = search_terms::table
        .filter(search_terms::owner_id.eq(searched.viewer()))
        .filter(search_terms::term.eq_any(terms))
        .filter(search_terms::chunk_count.gt(0))
        .select((search_terms::term, search_terms::chunk_count))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|(term, count)| (term, i64::from(count))).collect())
}

/// Takes the one lock under which a person's counts change, so that documents read at the same time neither lose a
/// count nor lock each other out.
pub async fn lock(mut conn: &Connection, owner: UserId) -> Result<()> {
    diesel::insert_into(search_corpora::table)
        .values((
            search_corpora::owner_id.eq(owner),
            search_corpora::chunk_count.eq(0),
            search_corpora::term_total.eq(0),
        ))
        .on_conflict(search_corpora::owner_id)
        .do_update()
        .set(search_corpora::chunk_count.eq(search_corpora::chunk_count))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Counts new passages in, under [`lock`]. `by_term` says in how many of them each term stands.
pub async fn add(mut conn: &Connection, owner: UserId, added: Corpus, by_term: &BTreeMap<String, i32>) -> Result<()> {
    diesel::update(search_corpora::table.find(owner))
        .set((
            search_corpora::chunk_count.eq(search_corpora::chunk_count + added.chunk_count),
            search_corpora::term_total.eq(search_corpora::term_total + added.term_total),
        ))
        .execute(&mut conn)
        .await?;
    let terms: Vec<&str> = by_term.keys().map(String::as_str).collect();
    let counts: Vec<i32> = by_term.values().copied().collect();
    diesel::sql_query(
        "INSERT INTO search_terms (owner_id, term, chunk_count) \
         SELECT $1, t.term, t.n FROM unnest($2, $3) AS t (term, n) \
         ON CONFLICT (owner_id, term) DO UPDATE SET chunk_count = search_terms.chunk_count + EXCLUDED.chunk_count",
    )
    .bind::<diesel::sql_types::Uuid, _>(owner)
    .bind::<Array<Text>, _>(terms)
    .bind::<Array<diesel::sql_types::Integer>, _>(counts)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Counts the passages of a document out, under [`lock`], before they are deleted.
pub async fn remove_document(mut conn: &Connection, owner: UserId, document: crate::ids::DocumentId) -> Result<()> {
    diesel::sql_query(
        "WITH gone AS (SELECT c.id, c.term_count, c.terms FROM chunks c WHERE c.document_id = $2), \
              words AS (SELECT u.lexeme AS term, count(*)::int AS n FROM gone, unnest(gone.terms) AS u \
                        WHERE left(u.lexeme, 1) NOT IN ('@', '#') GROUP BY u.lexeme), \
              fewer AS (UPDATE search_terms t SET chunk_count = greatest(t.chunk_count - w.n, 0) FROM words w \
                        WHERE t.owner_id = $1 AND t.term = w.term) \
         UPDATE search_corpora s SET chunk_count = greatest(s.chunk_count - g.chunks, 0), \
                                     term_total = greatest(s.term_total - g.terms, 0) \
         FROM (SELECT count(*) AS chunks, coalesce(sum(term_count), 0) AS terms FROM gone) g WHERE s.owner_id = $1",
    )
    .bind::<diesel::sql_types::Uuid, _>(owner)
    .bind::<diesel::sql_types::Uuid, _>(document)
    .execute(&mut conn)
    .await?;
    // What stands nowhere any more need not be remembered.
    diesel::delete(
        search_terms::table.filter(search_terms::owner_id.eq(owner)).filter(search_terms::chunk_count.eq(0)),
    )
    .execute(&mut conn)
    .await?;
    Ok(())
}
