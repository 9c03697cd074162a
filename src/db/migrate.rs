//! Brings the tables up to date, by one process at a time.

use std::time::Duration;

use diesel_async::{AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::connect::Connector;
use crate::error::{Error, Result};

/// The migrations in this binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// The advisory lock that one migrating process holds: the bytes of "elenchus".
const LOCK: i64 = 0x656c_656e_6368_7573;

/// Applies what is pending and says how many that was. Others that start at the same time wait for it.
///
/// # Errors
/// When Postgres does not answer or a migration fails.
pub async fn run(connector: &Connector) -> Result<usize> {
    // The lock belongs to this session, and so ends with it however this ends.
    let (lock, _alive) = connector.client().await?;
    lock.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.map_err(Error::internal)?;
    let mut harness = AsyncMigrationHarness::new(connect(connector).await?);
    let applied =
        tokio::task::spawn_blocking(move || harness.run_pending_migrations(MIGRATIONS).map(|applied| applied.len()))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)?;
    if applied > 0 {
        tracing::info!(applied, "database migrated");
    }
    Ok(applied)
}

/// Undoes everything; for the test that every `down.sql` undoes its `up.sql`.
///
/// # Errors
/// When Postgres does not answer or a migration fails.
pub async fn revert_all(connector: &Connector) -> Result<usize> {
    let mut harness = AsyncMigrationHarness::new(connect(connector).await?);
    let reverted =
        tokio::task::spawn_blocking(move || harness.revert_all_migrations(MIGRATIONS).map(|reverted| reverted.len()));
    reverted.await.map_err(Error::internal)?.map_err(Error::internal)
}

/// How many migrations this binary has that the database has not.
///
/// # Errors
/// When Postgres does not answer.
pub async fn pending(connector: &Connector) -> Result<usize> {
    let mut harness = AsyncMigrationHarness::new(connect(connector).await?);
    let pending = tokio::task::spawn_blocking(move || harness.pending_migrations(MIGRATIONS).map(|list| list.len()));
    pending.await.map_err(Error::internal)?.map_err(Error::internal)
}

/// A connection without our statement time-out: building an index may take long.
async fn connect(connector: &Connector) -> Result<AsyncPgConnection> {
    Ok(connector.connect(Duration::ZERO).await?.connection)
}
