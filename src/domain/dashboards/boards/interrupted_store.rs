//! Statements about runs of the server's own that were interrupted.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::SavedQueryId;

/// A run that was interrupted.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Interrupted {
    #[diesel(sql_type = SqlUuid)]
    pub query_id: SavedQueryId,
    /// A list of [`Given`](crate::domain::data::queries::identity::Given).
    #[diesel(sql_type = Jsonb)]
    pub parameters: Value,
}

/// Runs of saved queries in nobody's name that were interrupted since `since`, unless there is a newer one with the same values, or the one
/// before was interrupted as well; `limit` at most.
pub async fn interrupted(mut conn: &Connection, since: DateTime<Utc>, limit: i64) -> Result<Vec<Interrupted>> {
    let same = |other: &str| {
        format!(
            "{other}.saved_query_id = r.saved_query_id AND jsonb_hash({other}.parameters) = jsonb_hash(r.parameters) \
             AND {other}.parameters = r.parameters"
        )
    };
    let found = diesel::sql_query(format!(
        "SELECT r.saved_query_id AS query_id, r.parameters FROM query_runs r WHERE r.error_code = 'INTERRUPTED' AND r.ended_at > $1 \
         AND r.asker_id IS NULL AND r.saved_query_id IS NOT NULL \
         AND NOT EXISTS (SELECT FROM query_runs n WHERE {} AND n.id > r.id) \
         AND (SELECT b.error_code FROM query_runs b WHERE {} AND b.id < r.id ORDER BY b.id DESC LIMIT 1) \
             IS DISTINCT FROM 'INTERRUPTED' ORDER BY r.ended_at LIMIT $2",
        same("n"),
        same("b")
    ));
    Ok(found.bind::<Timestamptz, _>(since).bind::<BigInt, _>(limit).load(&mut conn).await?)
}
