//! The database of uploaded data: found or made, and closed to everybody but whom it is for.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, OnceCell, Semaphore};
use tokio_postgres::Client;
use uuid::Uuid;

use super::idle::Idle;
use super::lockdown;
use super::names::quoted;
use super::refusal::{failed, unreachable};
use crate::config::data::DataConfig;
use crate::db::connect::Connector;
use crate::error::{Error, Result};
use crate::outbound::addresses::Reachable;

/// Behind the name of the main database.
const SUFFIX: &str = "_datasets";
/// Bytes of a name in Postgres.
const NAME_MAX: usize = 63;
/// External databases that are looked at at once: each may take its time.
const LOOKS: usize = 4;
/// Makes one at a time, on whichever instance: "datasets" in bytes.
const LOCK: i64 = 0x6461_7461_7365_7473;

/// A handle on uploaded data. Cheap to clone.
#[derive(Clone)]
pub struct Warehouse {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) config: DataConfig,
    /// The database of uploaded data, as the one who owns it.
    owner: Connector,
    /// Where to ask for that database to be made; `None` where it is somebody else's.
    maker: Option<Connector>,
    pub(super) name: String,
    /// What passwords of roles are derived from.
    pub(super) key: [u8; 32],
    is_ready: OnceCell<()>,
    pub(super) slots: Semaphore,
    pub(super) idle: Idle,
    /// Where external databases may be.
    pub(super) reachable: Reachable,
    /// How many may be asked at once, of each that is.
    pub(super) turns: Mutex<HashMap<Uuid, Arc<Semaphore>>>,
    /// How many may be looked at.
    pub(super) looks: Semaphore,
}

impl Warehouse {
    /// Prepares the way; connects only when first used. `main` is the address of the main database, `key` a secret of this installation
    /// for nothing else.
    ///
    /// # Errors
    /// When the URL cannot be read, or is that of the main database.
    pub fn new(main: &SecretString, config: &DataConfig, timeout: std::time::Duration, key: [u8; 32]) -> Result<Self> {
        let beside = Connector::new(main.expose_secret(), timeout)?;
        let main_name = beside.config().get_dbname().unwrap_or_default().to_owned();
        let (owner, maker, name) = if let Some(url) = &config.url {
            let owner = Connector::new(url.expose_secret(), timeout)?;
            let name = owner.config().get_dbname().unwrap_or_default().to_owned();
            let is_main = owner.config().get_hosts() == beside.config().get_hosts()
                && owner.config().get_ports() == beside.config().get_ports()
                && name == main_name;
            if is_main {
                let problem = "DATASETS_DATABASE_URL is the main database: give one of its own.";
                return Err(Error::bad_input("DATASETS_DATABASE_URL", problem));
            }
            (owner, None, name)
        } else {
            let kept: String = main_name.chars().take(NAME_MAX - SUFFIX.len()).collect();
            let name = kept + SUFFIX;
            (beside.to_database(&name), Some(beside), name)
        };
        Ok(Self {
            shared: Arc::new(Shared {
                slots: Semaphore::new(config.connections),
                config: config.clone(),
                owner,
                maker,
                name,
                key,
                is_ready: OnceCell::new(),
                idle: Idle::new(config.connections),
                reachable: Reachable::new(&config.source_networks),
                turns: Mutex::new(HashMap::new()),
                looks: Semaphore::new(LOOKS),
            }),
        })
    }

    /// The name of the database.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.shared.name
    }

    /// How to connect to it as its owner.
    #[must_use]
    pub(super) fn connector(&self) -> &Connector {
        &self.shared.owner
    }

    /// Where to ask for it to be made; `None` where it is somebody else's.
    pub(super) fn maker(&self) -> Option<&Connector> {
        self.shared.maker.as_ref()
    }

    /// A connection as the owner, to a database that is there and closed.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when it does not answer, or may not be made.
    pub async fn owner(&self) -> Result<Client> {
        self.shared.is_ready.get_or_try_init(|| self.prepare()).await?;
        let (client, _alive) = self.shared.owner.client().await.map_err(unreachable)?;
        Ok(client)
    }

    async fn prepare(&self) -> Result<()> {
        if let Some(maker) = &self.shared.maker {
            let (client, _alive) = maker.client().await.map_err(unreachable)?;
            make(&client, &self.shared.name).await?;
        }
        let (client, _alive) = self.shared.owner.client().await.map_err(unreachable)?;
        client.query_one("SELECT pg_advisory_lock($1)::text", &[&LOCK]).await.map_err(failed)?;
        // The lock goes with the connection, however this ends.
        lockdown::close(&client, &self.shared.name).await
    }

    /// Starts the names of this installation's roles: roles belong to the whole server, on which others may live.
    pub(super) fn role_prefix(&self) -> String {
        let digest = Sha256::digest(self.shared.name.as_bytes());
        format!("elenchus_{}_", hex::encode(digest.get(..8).unwrap_or_default()))
    }
}

/// Makes the database unless it is there.
async fn make(client: &Client, name: &str) -> Result<()> {
    client.query_one("SELECT pg_advisory_lock($1)::text", &[&LOCK]).await.map_err(failed)?;
    let exists = client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await.map_err(failed)?;
    if exists.is_none() {
        // From template0, in which nobody has left anything. Its locale is the server's.
        let made =
            client.batch_execute(&format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", quoted(name))).await;
        made.map_err(|error| {
            let problem = "Uploads of data are not set up on this server: its database user may not make the database for them. \
                           See docs/DATA.md, For operators.";
            Error::unavailable(problem).with_source(error)
        })?;
        tracing::info!(database = name, "made the database of uploaded data");
    }
    client.query_one("SELECT pg_advisory_unlock($1)::text", &[&LOCK]).await.map_err(failed)?;
    Ok(())
}
