//! Statements about what of the history has been kept for long enough. Each looks at the next few rows in the order in which they were made.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{DataQuestionId, InsightId, QueryRunId};

#[derive(QueryableByName)]
struct Looked {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    last: Option<Uuid>,
}

/// Looks at `limit` runs behind `after` that began before `before`, and removes those that nothing needs: that are over, have no export and no
/// question, and, where they are of a saved query, are neither its newest with these values nor the newest of those that succeeded. Gives the
/// last one that was looked at; `None` when there was none.
pub async fn prune_runs(
    mut conn: &Connection,
    after: QueryRunId,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Option<QueryRunId>> {
    // By the id, in which the time is, so that what stays is not looked at twice, and what is younger not at all.
    let looked = diesel::sql_query(
        "WITH old AS MATERIALIZED (SELECT r.id, r.saved_query_id, r.parameters, r.status FROM query_runs r \
             WHERE r.id > $1 AND r.id < $2 ORDER BY r.id LIMIT $3), \
         gone AS (DELETE FROM query_runs r USING old o WHERE r.id = o.id AND r.status <> 'RUNNING' \
             AND NOT EXISTS (SELECT FROM result_exports e WHERE e.run_id = o.id) \
             AND NOT EXISTS (SELECT FROM data_questions q WHERE q.run_id = o.id) \
             AND (o.saved_query_id IS NULL OR (EXISTS (SELECT FROM query_runs n WHERE n.saved_query_id = o.saved_query_id \
                     AND jsonb_hash(n.parameters) = jsonb_hash(o.parameters) AND n.parameters = o.parameters AND n.id > o.id) \
                 AND (o.status <> 'SUCCEEDED' OR EXISTS (SELECT FROM query_runs n WHERE n.saved_query_id = o.saved_query_id \
                     AND jsonb_hash(n.parameters) = jsonb_hash(o.parameters) AND n.parameters = o.parameters AND n.id > o.id \
                     AND n.status = 'SUCCEEDED'))))) \
         SELECT (SELECT o.id FROM old o ORDER BY o.id DESC LIMIT 1) AS last",
    );
    let looked =
        looked.bind::<SqlUuid, _>(after).bind::<SqlUuid, _>(QueryRunId::earliest(before)).bind::<BigInt, _>(limit);
    let looked: Looked = looked.get_result(&mut conn).await?;
    Ok(looked.last.map(QueryRunId::from_uuid))
}

/// Looks at `limit` texts about results behind `after` that were asked for before `before`, and removes those that nobody rated; none that
/// is being written. Gives the last one that was looked at; `None` when there was none.
pub async fn prune_insights(
    mut conn: &Connection,
    after: InsightId,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Option<InsightId>> {
    let looked = diesel::sql_query(
        "WITH old AS MATERIALIZED (SELECT i.id FROM insights i WHERE i.id > $1 AND i.id < $2 ORDER BY i.id LIMIT $3), \
         gone AS (DELETE FROM insights i USING old o WHERE i.id = o.id AND i.rating IS NULL AND i.status <> 'WRITING') \
         SELECT (SELECT o.id FROM old o ORDER BY o.id DESC LIMIT 1) AS last",
    );
    let looked =
        looked.bind::<SqlUuid, _>(after).bind::<SqlUuid, _>(InsightId::earliest(before)).bind::<BigInt, _>(limit);
    let looked: Looked = looked.get_result(&mut conn).await?;
    Ok(looked.last.map(InsightId::from_uuid))
}

/// Looks at `limit` questions behind `after` that were asked before `before`, and removes those that nobody rated and that no verified query
/// answered; none that is being answered. Gives the last one that was looked at; `None` when there was none.
pub async fn prune_questions(
    mut conn: &Connection,
    after: DataQuestionId,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Option<DataQuestionId>> {
    let looked = diesel::sql_query(
        "WITH old AS MATERIALIZED (SELECT q.id FROM data_questions q WHERE q.id > $1 AND q.id < $2 ORDER BY q.id LIMIT $3), \
         gone AS (DELETE FROM data_questions q USING old o WHERE q.id = o.id AND q.rating IS NULL AND q.method <> 'VERIFIED' \
             AND q.status NOT IN ('WRITING', 'RUNNING')) \
         SELECT (SELECT o.id FROM old o ORDER BY o.id DESC LIMIT 1) AS last",
    );
    let looked =
        looked.bind::<SqlUuid, _>(after).bind::<SqlUuid, _>(DataQuestionId::earliest(before)).bind::<BigInt, _>(limit);
    let looked: Looked = looked.get_result(&mut conn).await?;
    Ok(looked.last.map(DataQuestionId::from_uuid))
}
