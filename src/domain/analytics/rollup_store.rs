//! Summing up. A quarter of an hour is summed up anew from its records, whole, by one transaction that removes what it was
//! told of changes in it first: what commits later leaves word of its own, and the next one sees that.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::UserId;

/// Serializes those who sum up, on all instances: "analytic" in bytes.
const LOCK: i64 = 0x616e_616c_7974_6963;
/// The columns of both tables of sums, in the order in which [`sums`] gives them.
const COLUMNS: &str = "runs, queries, failures, stopped, measured_runs, counted_runs, unpriced_runs, input_tokens, output_tokens, \
     cached_input_tokens, counted_input_tokens, counted_output_tokens, cost_usd, response_sum_ms, response_min_ms, \
     response_max_ms, response_bins, response_counts, first_token_sum_ms, first_token_min_ms, first_token_max_ms, \
     first_token_bins, first_token_counts";

/// A quarter of an hour of somebody's.
#[derive(Debug, Clone, QueryableByName)]
struct Bucket {
    #[diesel(sql_type = SqlUuid)]
    user_id: UserId,
    #[diesel(sql_type = Timestamptz)]
    starts_at: DateTime<Utc>,
}

/// A statement that sums the runs of the quarters `$1` of the owners `$2` up, by `keys`, for the table of them.
fn sums(table: &str, key: &str, keys: &str, holds: &str) -> String {
    let bins = |name: &str| {
        format!(
            "{name} AS MATERIALIZED (SELECT user_id, starts_at, {key}, array_agg(bin ORDER BY bin) AS bins, \
                 array_agg(n ORDER BY bin) AS counts \
             FROM (SELECT user_id, starts_at, {key}, b.bin, sum(b.n)::bigint AS n \
                   FROM runs, unnest({name}_bins, {name}_counts) AS b (bin, n) GROUP BY user_id, starts_at, {key}, b.bin) AS b \
             GROUP BY user_id, starts_at, {key})"
        )
    };
    // OFFSET 0 keeps the quarters apart: each is found in the index, whatever is thought of how many there are.
    format!(
        "WITH runs AS MATERIALIZED (SELECT x.*, (dense_rank() OVER (PARTITION BY x.user_id, x.starts_at \
                 ORDER BY x.purpose, x.provider, x.model, x.course_id))::integer AS slot \
             FROM unnest($1, $2) AS b (starts_at, user_id) CROSS JOIN LATERAL (SELECT * FROM analytics_runs r \
                 WHERE r.user_id = b.user_id AND r.created_at >= b.starts_at \
                 AND r.created_at < b.starts_at + interval '15 minutes' OFFSET 0) AS x WHERE {holds}), \
         {}, {}, \
         summed AS MATERIALIZED (SELECT user_id, starts_at, {keys}, sum(runs) AS runs, sum(queries) AS queries, \
             sum(failures) AS failures, sum(stopped) AS stopped, sum(measured_runs) AS measured_runs, \
             sum(counted_runs) AS counted_runs, sum(unpriced_runs) AS unpriced_runs, sum(input_tokens) AS input_tokens, \
             sum(output_tokens) AS output_tokens, sum(cached_input_tokens) AS cached_input_tokens, \
             sum(counted_input_tokens) AS counted_input_tokens, sum(counted_output_tokens) AS counted_output_tokens, \
             sum(cost_usd) AS cost_usd, sum(response_sum_ms) AS response_sum_ms, min(response_min_ms) AS response_min_ms, \
             max(response_max_ms) AS response_max_ms, sum(first_token_sum_ms) AS first_token_sum_ms, \
             min(first_token_min_ms) AS first_token_min_ms, max(first_token_max_ms) AS first_token_max_ms \
             FROM runs GROUP BY user_id, starts_at, {keys}) \
         INSERT INTO {table} (user_id, starts_at, {keys}, {COLUMNS}) \
         SELECT s.user_id, s.starts_at, {}, runs, queries, failures, stopped, measured_runs, counted_runs, unpriced_runs, \
                input_tokens, output_tokens, cached_input_tokens, counted_input_tokens, counted_output_tokens, cost_usd, \
                response_sum_ms, response_min_ms, response_max_ms, coalesce(r.bins, '{{}}'), coalesce(r.counts, '{{}}'), \
                first_token_sum_ms, first_token_min_ms, first_token_max_ms, coalesce(f.bins, '{{}}'), coalesce(f.counts, '{{}}') \
         FROM summed s LEFT JOIN response r ON r.user_id = s.user_id AND r.starts_at = s.starts_at AND r.{key} = s.{key} \
         LEFT JOIN first_token f ON f.user_id = s.user_id AND f.starts_at = s.starts_at AND f.{key} = s.{key}",
        bins("response"),
        bins("first_token"),
        keys.split(", ").map(|column| format!("s.{column}")).collect::<Vec<_>>().join(", "),
    )
}

/// Sums up to `most` quarters up in which something changed, of somebody or of anybody, and says how many there were. In a
/// transaction of its own.
pub async fn roll_up(mut conn: &Connection, of: Option<UserId>, most: i64) -> Result<usize> {
    // One statement each: the next one must see what was committed while this one waited.
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(LOCK).execute(&mut conn).await?;
    let taken: Vec<Bucket> = diesel::sql_query(
        "WITH next AS MATERIALIZED (SELECT DISTINCT user_id, starts_at FROM analytics_changes \
             WHERE $1 IS NULL OR user_id = $1 ORDER BY user_id, starts_at LIMIT $2), \
         taken AS (DELETE FROM analytics_changes c USING next n WHERE c.user_id = n.user_id AND c.starts_at = n.starts_at) \
         SELECT user_id, starts_at FROM next",
    )
    .bind::<Nullable<SqlUuid>, _>(of)
    .bind::<BigInt, _>(most)
    .load(&mut conn)
    .await?;
    if taken.is_empty() {
        return Ok(0);
    }
    let times: Vec<DateTime<Utc>> = taken.iter().map(|bucket| bucket.starts_at).collect();
    let people: Vec<UserId> = taken.iter().map(|bucket| bucket.user_id).collect();
    let remove = |table: &str| {
        format!(
            "DELETE FROM {table} x USING unnest($1, $2) AS b (starts_at, user_id) \
             WHERE x.user_id = b.user_id AND x.starts_at = b.starts_at"
        )
    };
    for statement in [
        remove("analytics_usage"),
        remove("analytics_conversations"),
        sums("analytics_usage", "slot", "slot, purpose, provider, model, course_id", "true"),
        sums("analytics_conversations", "conversation_id", "conversation_id", "x.conversation_id IS NOT NULL"),
    ] {
        diesel::sql_query(statement)
            .bind::<Array<Timestamptz>, _>(&times)
            .bind::<Array<SqlUuid>, _>(&people)
            .execute(&mut conn)
            .await?;
    }
    Ok(taken.len())
}

/// Has all of somebody's quarters between two moments summed up anew, whatever was thought of them.
pub async fn doubt(mut conn: &Connection, who: UserId, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO analytics_changes (user_id, starts_at) \
         SELECT $1, starts_at FROM (SELECT starts_at FROM analytics_usage WHERE user_id = $1 \
             UNION SELECT starts_at FROM analytics_conversations WHERE user_id = $1 \
             UNION SELECT analytics_bucket(created_at) FROM generations WHERE owner_id = $1 AND ended_at IS NOT NULL \
                   AND created_at >= $2 AND created_at < $3) AS b \
         WHERE starts_at >= $2 AND starts_at < $3",
    )
    .bind::<SqlUuid, _>(who)
    .bind::<Timestamptz, _>(from)
    .bind::<Timestamptz, _>(to)
    .execute(&mut conn)
    .await?;
    Ok(())
}
