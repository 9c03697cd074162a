//! Statements about runs of what is kept, and the beginnings of results.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{QueryRun, Sample};
use super::run_store::{FROM, RUN};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{QueryResultId, QueryRunId, SavedQueryId, UserId};

const SAMPLE: &str = "p.id AS result_id, p.fields AS columns, coalesce(g.rows, '[]') AS rows";
const FIRST_PAGE: &str = "LEFT JOIN query_result_pages g ON g.result_id = p.id AND g.position = 0";

/// The newest run of each of these queries, as far as `reader` sees them.
pub async fn latest(mut conn: &Connection, reader: UserId, queries: &[SavedQueryId]) -> Result<Vec<QueryRun>> {
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {RUN} FROM {FROM} \
         JOIN data_sources s ON s.id = r.source_id {} WHERE r.saved_query_id = k.id ORDER BY r.id DESC LIMIT 1) l",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(queries).load(&mut conn).await?)
}

/// The same page of the runs of each of these queries, as far as `reader` sees them, the newest first and in the order of the fetch; one
/// row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    queries: &[SavedQueryId],
    page: &Page<QueryRunId>,
) -> Result<Vec<QueryRun>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {RUN} FROM {FROM} \
         JOIN data_sources s ON s.id = r.source_id {} WHERE r.saved_query_id = k.id AND ($3 IS NULL OR r.id {beside} $3) \
         ORDER BY r.id {order} LIMIT $4) l ORDER BY l.saved_query_id, l.id {order}",
        seen_by("s")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(queries)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// The beginnings of these results. That the reader may see them was found out when the runs were loaded.
pub async fn samples(mut conn: &Connection, results: &[QueryResultId]) -> Result<Vec<Sample>> {
    let found = format!("SELECT {SAMPLE} FROM query_results p {FIRST_PAGE} WHERE p.id = ANY ($1)");
    Ok(diesel::sql_query(found).bind::<Array<SqlUuid>, _>(results).load(&mut conn).await?)
}

/// The beginning of the newest result of a query as it is written now, whoever asks.
pub async fn latest_sample(mut conn: &Connection, query: SavedQueryId) -> Result<Option<Sample>> {
    let found = format!(
        "SELECT {SAMPLE} FROM saved_queries q JOIN query_runs r ON r.saved_query_id = q.id AND r.sql = q.sql \
         JOIN query_results p ON p.id = r.result_id {FIRST_PAGE} \
         WHERE q.id = $1 AND r.status = 'SUCCEEDED' ORDER BY r.id DESC LIMIT 1"
    );
    Ok(diesel::sql_query(found).bind::<SqlUuid, _>(query).get_result(&mut conn).await.optional()?)
}
