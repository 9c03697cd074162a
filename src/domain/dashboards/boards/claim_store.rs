//! Statements about who sees to it that an out-of-date result is computed again.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::pool::Connection;
use crate::db::schema::dashboard_claims;
use crate::error::Result;
use crate::ids::SavedQueryId;

/// A query with values, and the versions of it and of its data that are to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClaim {
    pub query: SavedQueryId,
    /// Of the values.
    pub key: [u8; 32],
    pub query_version: i32,
    pub data_version: i64,
}

/// Claims those of these that nobody has claimed for these versions or later ones, and says which. No two have the same query and key.
pub async fn claim(
    mut conn: &Connection,
    claims: &[NewClaim],
    now: DateTime<Utc>,
) -> Result<HashSet<(SavedQueryId, Vec<u8>)>> {
    #[derive(QueryableByName)]
    struct Won {
        #[diesel(sql_type = SqlUuid)]
        query_id: SavedQueryId,
        #[diesel(sql_type = Binary)]
        key: Vec<u8>,
    }
    let queries: Vec<SavedQueryId> = claims.iter().map(|claim| claim.query).collect();
    let keys: Vec<&[u8]> = claims.iter().map(|claim| claim.key.as_slice()).collect();
    let query_versions: Vec<i32> = claims.iter().map(|claim| claim.query_version).collect();
    let data_versions: Vec<i64> = claims.iter().map(|claim| claim.data_version).collect();
    // All claim in one order, so that no two wait for one another. What is not later than what is there changes nothing and wins nothing.
    let won = diesel::sql_query(
        "INSERT INTO dashboard_claims AS d (query_id, key, query_version, data_version, claimed_at) \
         SELECT k.query_id, k.key, k.query_version, k.data_version, $5 \
         FROM unnest($1, $2, $3, $4) AS k (query_id, key, query_version, data_version) \
         JOIN saved_queries q ON q.id = k.query_id AND q.source_id IS NOT NULL ORDER BY k.query_id, k.key \
         ON CONFLICT (query_id, key) DO UPDATE SET query_version = greatest(d.query_version, excluded.query_version), \
             data_version = greatest(d.data_version, excluded.data_version), claimed_at = excluded.claimed_at \
         WHERE d.query_version < excluded.query_version OR d.data_version < excluded.data_version \
         RETURNING d.query_id, d.key",
    );
    let won = won
        .bind::<Array<SqlUuid>, _>(queries)
        .bind::<Array<Binary>, _>(keys)
        .bind::<Array<Integer>, _>(query_versions)
        .bind::<Array<BigInt>, _>(data_versions)
        .bind::<Timestamptz, _>(now);
    let won: Vec<Won> = won.load(&mut conn).await?;
    Ok(won.into_iter().map(|won| (won.query_id, won.key)).collect())
}

/// For which versions of query and data a query with values was claimed last.
pub async fn find(mut conn: &Connection, query: SavedQueryId, key: &[u8; 32]) -> Result<Option<(i32, i64)>> {
    let versions = dashboard_claims::table
        .filter(dashboard_claims::query_id.eq(query))
        .filter(dashboard_claims::key.eq(key.as_slice()))
        .select((dashboard_claims::query_version, dashboard_claims::data_version));
    Ok(versions.first(&mut conn).await.optional()?)
}

/// Forgets claims from before `before`.
pub async fn prune(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    let old = dashboard_claims::table.filter(dashboard_claims::claimed_at.lt(before));
    Ok(diesel::delete(old).execute(&mut conn).await?)
}
