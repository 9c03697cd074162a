//! The count in Redis, or what speaks its protocol (Valkey): a number a class and caller, changed by one script.

use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Script};
use secrecy::{ExposeSecret as _, SecretString};

use super::class::{Class, Rate};
use crate::error::{Error, Result};

/// In front of all our keys, so that a Redis can be shared.
const PREFIX: &str = "elenchus:limit";
/// Longest wait for a connection, and for an answer. The limiter counts by itself meanwhile.
const PATIENCE: Duration = Duration::from_millis(800);
/// Longest pause between two tries to connect again.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The generic cell rate algorithm, as in `postgres`: a key holds the time at which the allowance is whole again, in
/// microseconds of Redis's clock, and goes at that time by itself. Gives 0 when the cost was taken, else the microseconds
/// to wait. Numbers of Lua hold whole microseconds exactly for another 200 years.
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local cost, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + cost
if full > now + period then
  return full - period - now
end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return 0
";

/// A connection that comes back by itself. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    connection: ConnectionManager,
    take: std::sync::Arc<Script>,
}

impl Redis {
    /// Does not connect: that happens with the first count. Needs a runtime.
    ///
    /// # Errors
    /// BAD_USER_INPUT when the address is none.
    pub fn new(url: &SecretString) -> Result<Self> {
        // What it says of a wrong address may hold the password.
        let wrong = |_| Error::bad_input("REDIS_URL", "REDIS_URL is not a URL such as redis://:password@host:6379/0.");
        let client = Client::open(url.expose_secret()).map_err(wrong)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_max_delay(LONGEST_PAUSE);
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(wrong)?;
        Ok(Self { connection, take: std::sync::Arc::new(Script::new(TAKE)) })
    }

    /// Takes `count` of the allowance. `None` when it was there, else how long until it will be.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn take(&self, class: Class, key: &str, count: u32, rate: Rate) -> Result<Option<Duration>> {
        let period = micros(rate.period);
        let cost = micros(rate.interval()).saturating_mul(count.into()).min(period);
        let mut invocation = self.take.key(name(class, key));
        invocation.arg(cost).arg(period);
        let wait: u64 = invocation.invoke_async(&mut self.connection.clone()).await.map_err(unavailable)?;
        Ok((wait > 0).then(|| Duration::from_micros(wait)))
    }

    /// Gives a caller the whole allowance back.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn forget(&self, class: Class, key: &str) -> Result<()> {
        let mut delete = redis::cmd("DEL");
        delete.arg(name(class, key)).exec_async(&mut self.connection.clone()).await.map_err(unavailable)
    }

    /// The version of the server, which is thereby known to answer.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn version(&self) -> Result<String> {
        let mut info = redis::cmd("INFO");
        let text: String = info.arg("server").query_async(&mut self.connection.clone()).await.map_err(unavailable)?;
        let version = text.lines().find_map(|line| line.strip_prefix("redis_version:"));
        Ok(version.unwrap_or("unknown").trim().to_owned())
    }
}

fn name(class: Class, key: &str) -> String {
    format!("{PREFIX}:{}:{key}", class.as_str())
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn unavailable(error: redis::RedisError) -> Error {
    Error::unavailable("Redis does not answer.").with_source(error)
}
