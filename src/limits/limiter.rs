//! Whether a caller has some of an allowance left.
//!
//! The count is in Postgres or Redis, one for all instances. So that not every request pays for a look at it, an instance
//! takes a tenth of an allowance at once and hands it out itself; and whoever was refused is refused from memory until it
//! is time. No caller ever gets more than the allowance and what instances hold of it. While the count does not answer,
//! each instance counts by itself: an outage neither stops everybody nor lets anybody do what they like.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;

use super::alone::Alone;
use super::class::{Class, Rate};
use super::store::Store;
use crate::config::limits::LimitsConfig;
use crate::error::{Error, ErrorCode, Result};

/// Callers remembered; those longest unseen are forgotten first, at the cost of a statement.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(49_999);
/// The part of an allowance that an instance takes at once.
const PART: u32 = 10;
/// How long an instance keeps what it took for a caller who does not come.
const HELD: Duration = Duration::from_mins(1);
/// How long a request waits to be counted.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long an instance counts by itself before it asks again.
const OUTAGE: Duration = Duration::from_secs(5);

/// The allowances of all callers. Cheap to clone.
#[derive(Clone)]
pub struct Limits {
    inner: Arc<Inner>,
}

struct Inner {
    config: LimitsConfig,
    store: Store,
    callers: Mutex<LruCache<(Class, Box<str>), Caller>>,
    /// Until when the store is not asked, since it did not answer.
    outage: Mutex<Option<Instant>>,
}

/// What this instance knows of one.
#[derive(Clone, Copy)]
enum Caller {
    Holds {
        left: u32,
        until: Instant,
    },
    /// Whoever asks for less may still get it.
    Refused {
        count: u32,
        until: Instant,
    },
    /// Is counted here alone.
    Alone(Alone),
}

impl Limits {
    #[must_use]
    pub fn new(config: LimitsConfig, store: Store) -> Self {
        let callers = Mutex::new(LruCache::new(REMEMBERED));
        Self { inner: Arc::new(Inner { config, store, callers, outage: Mutex::default() }) }
    }

    /// Takes `count` of what `key` may do of `class`.
    ///
    /// # Errors
    /// `RATE_LIMITED` with the seconds to wait.
    pub async fn take(&self, class: Class, key: &str, count: u32) -> Result<()> {
        let Some(rate) = class.rate(&self.inner.config).filter(|_| count > 0) else { return Ok(()) };
        if count > rate.limit {
            // However long it waits.
            return Err(refused(class, rate.period));
        }
        match self.known(class, key, count) {
            Some(Ok(())) => return Ok(()),
            Some(Err(wait)) => return Err(refused(class, wait)),
            None => {}
        }
        if self.is_outage() {
            return self.take_alone(class, key, count, rate);
        }
        let problem = match tokio::time::timeout(PATIENCE, self.ask(class, key, count, rate)).await {
            Ok(Ok(None)) => return Ok(()),
            Ok(Ok(Some(wait))) => return Err(refused(class, wait)),
            Ok(Err(error)) => error.chain(),
            Err(_) => "it is slow".to_owned(),
        };
        self.begin_outage(&problem);
        self.take_alone(class, key, count, rate)
    }

    /// Gives `key` its whole allowance back.
    ///
    /// # Errors
    /// When the count does not answer.
    pub async fn forget(&self, class: Class, key: &str) -> Result<()> {
        if class.rate(&self.inner.config).is_none() {
            return Ok(());
        }
        self.callers().pop(&(class, key.into()));
        if self.is_outage() { Ok(()) } else { self.inner.store.forget(class, key).await }
    }

    fn is_outage(&self) -> bool {
        let mut outage = self.inner.outage.lock().unwrap_or_else(PoisonError::into_inner);
        *outage = outage.filter(|until| *until > Instant::now());
        outage.is_some()
    }

    fn begin_outage(&self, problem: &str) {
        let until = Instant::now() + OUTAGE;
        let earlier = self.inner.outage.lock().unwrap_or_else(PoisonError::into_inner).replace(until);
        // Many requests may have waited for the same answer.
        if earlier.is_none() {
            let store = self.inner.store.name();
            tracing::warn!(store, problem, "requests are counted by each instance for itself");
        }
    }

    fn take_alone(&self, class: Class, key: &str, count: u32, rate: Rate) -> Result<()> {
        let now = Instant::now();
        let mut callers = self.callers();
        let caller = callers.get_or_insert_mut((class, key.into()), || Caller::Alone(Alone::whole(now)));
        if !matches!(caller, Caller::Alone(_)) {
            *caller = Caller::Alone(Alone::whole(now));
        }
        let Caller::Alone(alone) = caller else { return Ok(()) };
        alone.take(now, count, rate).map_or(Ok(()), |wait| Err(refused(class, wait)))
    }

    /// What needs no look at the store: there is enough here, or it was refused a moment ago.
    fn known(&self, class: Class, key: &str, count: u32) -> Option<Result<(), Duration>> {
        let now = Instant::now();
        let mut callers = self.callers();
        match callers.get_mut(&(class, key.into()))? {
            Caller::Holds { left, until } if *until > now && *left >= count => {
                *left -= count;
                Some(Ok(()))
            }
            Caller::Refused { count: refused, until } if *until > now && count >= *refused => {
                Some(Err(until.duration_since(now)))
            }
            _ => None,
        }
    }

    /// `None` when it was there, else how long to wait.
    async fn ask(&self, class: Class, key: &str, count: u32, rate: Rate) -> Result<Option<Duration>> {
        let store = &self.inner.store;
        let part = (rate.limit / PART).max(1).max(count);
        let mut taken = part;
        let mut wait = store.take(class, key, part, rate).await?;
        if wait.is_some() && part > count {
            taken = count;
            wait = store.take(class, key, count, rate).await?;
        }
        let known = match wait {
            None => Caller::Holds { left: taken - count, until: Instant::now() + HELD },
            Some(wait) => Caller::Refused { count, until: Instant::now() + wait },
        };
        let mut callers = self.callers();
        match (callers.get_mut(&(class, key.into())), known) {
            // Two requests at once each took a part.
            (Some(Caller::Holds { left, until }), Caller::Holds { left: more, until: longer }) => {
                *left = if *until > Instant::now() { *left } else { 0 } + more;
                *until = longer;
            }
            _ => drop(callers.put((class, key.into()), known)),
        }
        Ok(wait)
    }

    fn callers(&self) -> std::sync::MutexGuard<'_, LruCache<(Class, Box<str>), Caller>> {
        self.inner.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(class: Class, wait: Duration) -> Error {
    metrics::counter!("elenchus_rate_limited_total", "class" => class.as_str()).increment(1);
    let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
    Error::new(ErrorCode::RateLimited, class.refusal()).with_retry_after(seconds)
}
