//! Statements about texts. All that read them for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::Insight;
use crate::db::pool::Connection;
use crate::db::schema::insights;
use crate::domain::data::questions::model::AnswerRating;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{ChartId, InsightId, QueryResultId, SavedQueryId, UserId};

/// The last column: whether the result is gone, is another statement's than the query has now, or has a newer one of the same statement
/// with the same values beside it.
const INSIGHT: &str = "i.id, i.source_id, s.workspace_id, i.run_id, i.result_id, i.chart_id, i.saved_query_id, i.template_version_id, \
     i.generation_id, i.author_id, i.parameters, i.focus, i.language, i.method, i.status, i.prompt_version, i.cache_key, i.title, i.body, \
     i.figures, i.struck, i.note, i.draft, i.attempts, i.is_partial, i.error_code, i.error_message, i.rating, i.rating_comment, \
     i.created_at, i.updated_at, i.ended_at, (h.id IS NULL OR coalesce(q.sql <> u.sql, false) OR EXISTS (SELECT FROM query_results n \
     WHERE n.source_id = h.source_id AND n.key = h.key AND n.is_whole AND n.id > h.id)) AS is_stale";
const FROM: &str = "insights i JOIN data_sources s ON s.id = i.source_id LEFT JOIN query_results h ON h.id = i.result_id \
     LEFT JOIN query_runs u ON u.id = i.run_id LEFT JOIN saved_queries q ON q.id = i.saved_query_id";

/// Those of these texts that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[InsightId]) -> Result<Vec<Insight>> {
    let seen = diesel::sql_query(format!("SELECT {INSIGHT} FROM {FROM} {} WHERE i.id = ANY ($2)", seen_by("s")));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The newest whole text about each of these results, as far as `reader` sees it.
pub async fn of_results(mut conn: &Connection, reader: UserId, results: &[QueryResultId]) -> Result<Vec<Insight>> {
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {INSIGHT} FROM {FROM} {} \
         WHERE i.result_id = k.id AND i.status = 'READY' ORDER BY i.id DESC LIMIT 1) l",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(results).load(&mut conn).await?)
}

/// A text, and which of the wanted ones it is.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Wanted {
    #[diesel(embed)]
    pub insight: Insight,
    /// From 1.
    #[diesel(sql_type = BigInt)]
    pub place: i64,
}

/// For each of these queries with the values at the same place of the other list, and for the chart there if there is one: the newest whole
/// text about the newest result, or else about an older one, as far as `reader` sees it. For a chart, texts about the run alone serve too.
pub async fn of_queries(
    mut conn: &Connection,
    reader: UserId,
    charts: &[Option<ChartId>],
    queries: &[SavedQueryId],
    values: &[&str],
) -> Result<Vec<Wanted>> {
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2, $3, $4) WITH ORDINALITY AS k (chart_id, query_id, given, place) \
         CROSS JOIN LATERAL (SELECT {INSIGHT}, k.place FROM {FROM} {} WHERE i.saved_query_id = k.query_id \
         AND jsonb_hash(i.parameters) = jsonb_hash(k.given::jsonb) AND i.parameters = k.given::jsonb AND i.status = 'READY' \
         AND i.focus IS NULL AND (k.chart_id IS NULL OR i.chart_id IS NULL OR i.chart_id = k.chart_id) ORDER BY is_stale, i.id DESC LIMIT 1) l",
        seen_by("s")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<Nullable<SqlUuid>>, _>(charts)
        .bind::<Array<SqlUuid>, _>(queries)
        .bind::<Array<Text>, _>(values);
    Ok(seen.load(&mut conn).await?)
}

/// The text, whoever asks: for work that is the server's own. Nobody else changes it until the transaction ends.
pub async fn lock(mut conn: &Connection, id: InsightId) -> Result<Option<Insight>> {
    let found = diesel::sql_query(format!("SELECT {INSIGHT} FROM {FROM} WHERE i.id = $1 FOR NO KEY UPDATE OF i"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// What is known of a result.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Head {
    /// A list of [`CellColumn`](crate::warehouse::cells::CellColumn).
    #[diesel(sql_type = Jsonb)]
    pub fields: Value,
    #[diesel(sql_type = Bool)]
    pub is_truncated: bool,
}

/// What is known of a whole result, whoever asks.
pub async fn head(mut conn: &Connection, result: QueryResultId) -> Result<Option<Head>> {
    let found = diesel::sql_query("SELECT fields, is_truncated FROM query_results WHERE id = $1 AND is_whole");
    Ok(found.bind::<SqlUuid, _>(result).get_result(&mut conn).await.optional()?)
}

/// Keeps a whole result, and others from beginning a text about it, until the transaction ends; `false` when it is gone.
pub async fn lock_result(mut conn: &Connection, result: QueryResultId) -> Result<bool> {
    let locked = diesel::sql_query(
        "SELECT fields, is_truncated FROM query_results WHERE id = $1 AND is_whole FOR NO KEY UPDATE",
    );
    let locked: Option<Head> = locked.bind::<SqlUuid, _>(result).get_result(&mut conn).await.optional()?;
    Ok(locked.is_some())
}

/// The newest text that follows from the same, unless it failed.
pub async fn cached(mut conn: &Connection, key: &[u8]) -> Result<Option<InsightId>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlUuid)]
        id: InsightId,
    }
    let found = diesel::sql_query(
        "SELECT id FROM insights WHERE cache_key = $1 AND status <> 'FAILED' AND result_id IS NOT NULL ORDER BY id DESC LIMIT 1",
    );
    let found: Option<Found> = found.bind::<Binary, _>(key).get_result(&mut conn).await.optional()?;
    Ok(found.map(|found| found.id))
}

/// Stores a text.
pub async fn insert(mut conn: &Connection, new: &Insight) -> Result<()> {
    diesel::insert_into(insights::table)
        .values((
            insights::id.eq(new.id),
            insights::source_id.eq(new.source_id),
            insights::run_id.eq(new.run_id),
            insights::result_id.eq(new.result_id),
            insights::chart_id.eq(new.chart_id),
            insights::saved_query_id.eq(new.saved_query_id),
            insights::template_version_id.eq(new.template_version_id),
            insights::generation_id.eq(new.generation_id),
            insights::author_id.eq(new.author_id),
            insights::parameters.eq(&new.parameters),
            insights::focus.eq(&new.focus),
            insights::language.eq(&new.language),
            insights::method.eq(new.method),
            insights::status.eq(new.status),
            insights::prompt_version.eq(&new.prompt_version),
            insights::cache_key.eq(&new.cache_key),
            insights::title.eq(&new.title),
            insights::body.eq(&new.body),
            insights::figures.eq(&new.figures),
            insights::note.eq(&new.note),
            insights::attempts.eq(new.attempts),
            insights::is_partial.eq(new.is_partial),
            insights::created_at.eq(new.created_at),
            insights::updated_at.eq(new.updated_at),
            insights::ended_at.eq(new.ended_at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes down how far a locked text has come.
pub async fn save(mut conn: &Connection, insight: &Insight, now: DateTime<Utc>) -> Result<()> {
    diesel::update(insights::table.find(insight.id))
        .set((
            insights::generation_id.eq(insight.generation_id),
            insights::method.eq(insight.method),
            insights::status.eq(insight.status),
            insights::title.eq(&insight.title),
            insights::body.eq(&insight.body),
            insights::figures.eq(&insight.figures),
            insights::struck.eq(insight.struck),
            insights::note.eq(&insight.note),
            insights::draft.eq(&insight.draft),
            insights::attempts.eq(insight.attempts),
            insights::error_code.eq(&insight.error_code),
            insights::error_message.eq(&insight.error_message),
            insights::updated_at.eq(now),
            insights::ended_at.eq(insight.ended_at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes down what whoever asked thinks of it, and why.
pub async fn rate(
    mut conn: &Connection,
    id: InsightId,
    rating: Option<AnswerRating>,
    comment: Option<&str>,
) -> Result<()> {
    diesel::update(insights::table.find(id))
        .set((insights::rating.eq(rating.map(AnswerRating::number)), insights::rating_comment.eq(comment)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Removes a text.
pub async fn remove(mut conn: &Connection, id: InsightId) -> Result<()> {
    diesel::delete(insights::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// Texts that are said to be written since before `before`, and that no call of a model writes, `limit` at most.
pub async fn lost(mut conn: &Connection, before: DateTime<Utc>, limit: i64) -> Result<Vec<InsightId>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlUuid)]
        id: InsightId,
    }
    let found = diesel::sql_query(
        "SELECT i.id FROM insights i LEFT JOIN generations g ON g.id = i.generation_id WHERE i.status = 'WRITING' \
         AND i.updated_at < $1 AND (g.id IS NULL OR g.status IN ('COMPLETED', 'STOPPED', 'FAILED')) ORDER BY i.updated_at LIMIT $2",
    );
    let found: Vec<Found> = found.bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit).load(&mut conn).await?;
    Ok(found.into_iter().map(|found| found.id).collect())
}
