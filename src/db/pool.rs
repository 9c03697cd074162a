//! The two ways to Postgres: shared pipelined connections for reads, a pool for transactions.
//!
//! A read goes out on a connection that other reads use at the same time; Postgres answers them in turn and no read
//! waits for a round trip of another. Such a connection must never carry a transaction: those go through the pool, where
//! each has a connection to itself. Both heal by themselves when Postgres comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;

use super::connect::Connector;
use crate::config::database::DatabaseConfig;
use crate::error::{Error, Result};

/// Lets a [`WriteConnection`] run a transaction: `conn.transaction(async |conn| …)`.
pub use diesel_async::AsyncConnection as Transactional;

/// What stores work on: a shared connection, or the one of a transaction.
pub type Connection = AsyncPgConnection;

/// A connection of its own, for one transaction at a time.
pub type WriteConnection = PooledConnection<'static, AsyncPgConnection>;

fn silent() -> Error {
    Error::unavailable("The database does not answer right now. Please try again.")
}

/// A handle on Postgres. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    connector: Connector,
    writes: Pool<AsyncPgConnection>,
    reads: Vec<Mutex<Option<Read>>>,
    next_read: AtomicUsize,
    statement_timeout: Duration,
    timeout: Duration,
}

#[derive(Clone)]
struct Read {
    connection: Arc<AsyncPgConnection>,
    alive: Arc<AtomicBool>,
}

impl Db {
    /// Prepares both ways; connects only when first used.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub fn new(url: &SecretString, config: &DatabaseConfig) -> Result<Self> {
        let connector = Connector::new(url.expose_secret(), config.timeout)?;
        let setup = connector.clone();
        let statement_timeout = config.statement_timeout;
        let mut manager = ManagerConfig::<AsyncPgConnection>::default();
        // `Verified` would send a statement at every checkout; a dead connection shows at its first use all the same.
        manager.recycling_method = RecyclingMethod::Fast;
        manager.custom_setup = Box::new(move |_| {
            let setup = setup.clone();
            Box::pin(async move { Ok(setup.connect(statement_timeout).await?.connection) })
        });
        let manager = AsyncDieselConnectionManager::new_with_config(url.expose_secret(), manager);
        let writes = Pool::builder()
            .max_size(config.pool_size)
            .connection_timeout(config.timeout)
            .idle_timeout(Some(Duration::from_mins(5)))
            .build_unchecked(manager);
        let reads = (0..config.read_connections).map(|_| Mutex::new(None)).collect();
        let next_read = AtomicUsize::new(0);
        let timeout = config.timeout;
        Ok(Self { shared: Arc::new(Shared { connector, writes, reads, next_read, statement_timeout, timeout }) })
    }

    /// A shared connection for reads: `query.load(&mut &*conn)`. Never for a transaction or a slow statement.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when Postgres does not answer in time.
    pub async fn read(&self) -> Result<Arc<AsyncPgConnection>> {
        let shared = &self.shared;
        let index = shared.next_read.fetch_add(1, Ordering::Relaxed) % shared.reads.len().max(1);
        let slot = shared.reads.get(index).ok_or_else(|| Error::unavailable("There is no connection for reads."))?;
        // Whoever waits for another's connecting waits no longer than for one's own.
        let getting = async {
            let mut slot = slot.lock().await;
            if let Some(read) = slot.as_ref().filter(|read| read.alive.load(Ordering::SeqCst)) {
                return Ok(Arc::clone(&read.connection));
            }
            let connected = shared.connector.connect(shared.statement_timeout).await?;
            let read = Read { connection: Arc::new(connected.connection), alive: connected.alive };
            *slot = Some(read.clone());
            Ok(read.connection)
        };
        tokio::time::timeout(shared.timeout, getting).await.map_err(|_| silent())?
    }

    /// Waits for short work of the database for as long as getting a connection and one statement may take at most. A server that is frozen keeps no
    /// time itself, and its connections stand.
    ///
    /// # Errors
    /// What the work says; UPSTREAM_UNAVAILABLE when that time is over.
    pub async fn bounded<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let patience = self.shared.timeout + self.shared.statement_timeout;
        tokio::time::timeout(patience, work).await.map_err(|_| silent())?
    }

    /// A connection for a transaction: `conn.transaction(async |conn| …)`.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when none is free in time.
    pub async fn write(&self) -> Result<WriteConnection> {
        Ok(self.shared.writes.get_owned().await?)
    }

    /// How to open a connection of one's own.
    #[must_use]
    pub fn connector(&self) -> &Connector {
        &self.shared.connector
    }

    /// Connections of the pool: `(in use, open)`.
    #[must_use]
    pub fn pool_state(&self) -> (u32, u32) {
        let state = self.shared.writes.state();
        (state.connections - state.idle_connections, state.connections)
    }
}
