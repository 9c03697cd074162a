//! Statements about what came of runs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer, Jsonb, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{NewResult, PAGE_ROWS, Whole};
use crate::db::pool::Connection;
use crate::db::schema::query_results;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, QueryResultId, QueryRunId};

/// The newest whole result of this statement on the data as they are, if it is younger than `oldest`.
pub async fn cached(
    mut conn: &Connection,
    source: DataSourceId,
    key: &[u8; 32],
    data_version: i64,
    oldest: DateTime<Utc>,
) -> Result<Option<QueryResultId>> {
    let found = query_results::table
        .filter(query_results::source_id.eq(source))
        .filter(query_results::key.eq(key.as_slice()))
        .filter(query_results::data_version.eq(data_version))
        .filter(query_results::is_whole)
        .filter(query_results::computed_at.gt(oldest))
        .order(query_results::computed_at.desc())
        .select(query_results::id);
    Ok(found.first(&mut conn).await.optional()?)
}

/// Stores what came of a statement so far: the first rows, or those behind what is stored, in the caller's transaction.
pub async fn keep_result(mut conn: &Connection, new: &NewResult, now: DateTime<Utc>) -> Result<()> {
    let kept = i32::try_from(new.stored + new.rows.len()).map_err(Error::internal)?;
    let whole = new.whole.unwrap_or(Whole { byte_size: 0, is_truncated: false, duration_ms: 0 });
    let grown = diesel::sql_query(
        "INSERT INTO query_results (id, source_id, key, data_version, fields, row_count, is_whole, byte_size, is_truncated, \
             duration_ms, computed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (id) DO UPDATE SET row_count = $6, is_whole = $7, byte_size = $8, is_truncated = $9, duration_ms = $10, \
             computed_at = $11",
    );
    grown
        .bind::<SqlUuid, _>(new.id)
        .bind::<SqlUuid, _>(new.source_id)
        .bind::<Binary, _>(new.key.as_slice())
        .bind::<BigInt, _>(new.data_version)
        .bind::<Jsonb, _>(&new.columns)
        .bind::<Integer, _>(kept)
        .bind::<Bool, _>(new.whole.is_some())
        .bind::<BigInt, _>(whole.byte_size)
        .bind::<Bool, _>(whole.is_truncated)
        .bind::<Integer, _>(whole.duration_ms)
        .bind::<Timestamptz, _>(now)
        .execute(&mut conn)
        .await?;
    let pages = pages(new.stored, &new.rows)?;
    if pages.is_empty() {
        return Ok(());
    }
    let (positions, rows): (Vec<i32>, Vec<Value>) = pages.into_iter().unzip();
    // A page that was stored in part is filled.
    diesel::sql_query(
        "INSERT INTO query_result_pages AS p (result_id, position, rows) SELECT $1, * FROM unnest($2, $3) \
         ON CONFLICT (result_id, position) DO UPDATE SET rows = p.rows || excluded.rows",
    )
    .bind::<SqlUuid, _>(new.id)
    .bind::<Array<Integer>, _>(&positions)
    .bind::<Array<Jsonb>, _>(&rows)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Rows that come behind `stored` others, by the pages that they are on.
fn pages(stored: usize, rows: &[Vec<Value>]) -> Result<Vec<(i32, Value)>> {
    let (mut pages, mut at, mut rest) = (Vec::new(), stored, rows);
    while !rest.is_empty() {
        let (page, behind) = rest.split_at(rest.len().min(PAGE_ROWS - at % PAGE_ROWS));
        let position = i32::try_from(at / PAGE_ROWS).map_err(Error::internal)?;
        pages.push((position, serde_json::to_value(page).map_err(Error::internal)?));
        at += page.len();
        rest = behind;
    }
    Ok(pages)
}

/// Says what comes of a run that runs; `false` when it is over.
pub async fn show(mut conn: &Connection, id: QueryRunId, result: QueryResultId) -> Result<bool> {
    let shown = diesel::sql_query("UPDATE query_runs SET result_id = $2 WHERE id = $1 AND status = 'RUNNING'");
    Ok(shown.bind::<SqlUuid, _>(id).bind::<SqlUuid, _>(result).execute(&mut conn).await? == 1)
}

/// Removes results that were computed before `before`, `limit` at most, with their rows; says how many. Their runs stay.
pub async fn remove_old_results(mut conn: &Connection, before: DateTime<Utc>, limit: i64) -> Result<usize> {
    let removed = diesel::sql_query(
        "DELETE FROM query_results WHERE id IN (SELECT id FROM query_results WHERE computed_at < $1 \
         ORDER BY computed_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
    );
    Ok(removed.bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit).execute(&mut conn).await?)
}

/// A page of a result's rows.
#[derive(Debug, QueryableByName)]
pub struct StoredPage {
    #[diesel(sql_type = SqlUuid)]
    pub result_id: QueryResultId,
    #[diesel(sql_type = Integer)]
    pub position: i32,
    #[diesel(sql_type = Jsonb)]
    pub rows: Value,
}

/// These pages of these results, in their order. That the reader may see them was found out when the runs were loaded.
pub async fn result_pages(
    mut conn: &Connection,
    results: &[QueryResultId],
    first: &[i32],
    last: &[i32],
) -> Result<Vec<StoredPage>> {
    let pages = diesel::sql_query(
        "SELECT p.result_id, p.position, p.rows FROM unnest($1, $2, $3) AS wanted (id, first, last) \
         JOIN query_result_pages p ON p.result_id = wanted.id AND p.position BETWEEN wanted.first AND wanted.last \
         ORDER BY p.result_id, p.position",
    );
    let pages =
        pages.bind::<Array<SqlUuid>, _>(results).bind::<Array<Integer>, _>(first).bind::<Array<Integer>, _>(last);
    Ok(pages.load(&mut conn).await?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_fill_the_page_that_was_begun() {
        let rows = |from: usize, to: usize| (from..to).map(|row| vec![json!(row)]).collect::<Vec<_>>();
        let as_json = |from, to| serde_json::to_value(rows(from, to)).unwrap();
        assert_eq!(pages(0, &[]).unwrap(), []);
        assert_eq!(pages(0, &rows(0, 3)).unwrap(), [(0, as_json(0, 3))]);
        assert_eq!(pages(3, &rows(3, 500)).unwrap(), [(0, as_json(3, 500))]);
        assert_eq!(
            pages(499, &rows(499, 1001)).unwrap(),
            [(0, as_json(499, 500)), (1, as_json(500, 1000)), (2, as_json(1000, 1001))]
        );
    }
}
