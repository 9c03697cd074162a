//! Statements about automatic persisted queries.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

use super::hash::DocumentHash;
use crate::db::pool::Connection;
use crate::db::schema::persisted_queries;
use crate::error::Result;

/// The document, noted as used today.
///
/// # Errors
/// When Postgres does not answer.
pub async fn find(mut conn: &Connection, hash: DocumentHash, now: DateTime<Utc>) -> Result<Option<String>> {
    let named = persisted_queries::table.find(hash.0.as_slice());
    let document = named.select(persisted_queries::document).first(&mut conn).await.optional()?;
    if document.is_some() {
        let stale = named.filter(persisted_queries::used_at.lt(now - TimeDelta::days(1)));
        diesel::update(stale).set(persisted_queries::used_at.eq(now)).execute(&mut conn).await?;
    }
    Ok(document)
}

/// Keeps a document.
///
/// # Errors
/// When Postgres does not answer.
pub async fn insert(mut conn: &Connection, hash: DocumentHash, document: &str, now: DateTime<Utc>) -> Result<()> {
    let row = (
        persisted_queries::sha256.eq(hash.0.as_slice()),
        persisted_queries::document.eq(document),
        persisted_queries::used_at.eq(now),
    );
    diesel::insert_into(persisted_queries::table).values(row).on_conflict_do_nothing().execute(&mut conn).await?;
    Ok(())
}

/// Removes all but the `kept` documents used last.
///
/// # Errors
/// When Postgres does not answer.
pub async fn prune(mut conn: &Connection, kept: i64) -> Result<usize> {
    let pruned = diesel::sql_query(
        "DELETE FROM persisted_queries WHERE sha256 IN \
         (SELECT sha256 FROM persisted_queries ORDER BY used_at DESC, sha256 OFFSET $1)",
    )
    .bind::<BigInt, _>(kept)
    .execute(&mut conn)
    .await?;
    Ok(pruned)
}
