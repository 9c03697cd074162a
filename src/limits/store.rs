//! Where the count is kept.

use std::time::Duration;

use super::class::{Class, Rate};
use super::postgres;
use super::redis::Redis;
use crate::config::limits::LimitsConfig;
use crate::db::pool::Db;
use crate::error::Result;

/// One count for all instances. Cheap to clone.
#[derive(Clone)]
pub enum Store {
    /// A table without a log, which a crash of Postgres empties.
    Postgres(Db),
    /// `REDIS_URL`
    Redis(Redis),
}

impl Store {
    /// The store that is configured: Redis, or else Postgres. Does not connect.
    ///
    /// # Errors
    /// When there can be no connection to what `REDIS_URL` says.
    pub fn new(config: &LimitsConfig, db: &Db) -> Result<Self> {
        Ok(match &config.redis_url {
            Some(url) => Self::Redis(Redis::new(url)?),
            None => Self::Postgres(db.clone()),
        })
    }

    /// As it stands in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "Postgres",
            Self::Redis(_) => "Redis",
        }
    }

    /// Takes `count` of the allowance. `None` when it was there, else how long until it will be.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn take(&self, class: Class, key: &str, count: u32, rate: Rate) -> Result<Option<Duration>> {
        match self {
            Self::Postgres(db) => postgres::take(&*db.read().await?, class, key, count, rate).await,
            Self::Redis(redis) => redis.take(class, key, count, rate).await,
        }
    }

    /// Gives a caller the whole allowance back.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn forget(&self, class: Class, key: &str) -> Result<()> {
        match self {
            Self::Postgres(db) => postgres::forget(&*db.read().await?, class, key).await,
            Self::Redis(redis) => redis.forget(class, key).await,
        }
    }
}
