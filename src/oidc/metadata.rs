//! What an issuer says about itself and with which keys it signs, kept for a while.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreJsonWebKeySet, CoreProviderMetadata};
use openidconnect::{DiscoveryError, IssuerUrl};
use tokio::sync::Mutex;

use super::http::{HttpError, IssuerHttp};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// How long what was fetched counts.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// How often keys are asked for at most, however many tokens name keys that nobody knows.
const KEYS_EVERY: TimeDelta = TimeDelta::seconds(10);
/// How long an issuer that does not answer is not asked again: whoever waits for it is told at once.
const RESTED: TimeDelta = TimeDelta::seconds(5);

/// An issuer's word on itself. Fetched by one caller at a time, while the others wait for what it brings.
pub struct Metadata {
    issuer: IssuerUrl,
    http: IssuerHttp,
    clock: Clock,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    found: Option<Arc<CoreProviderMetadata>>,
    fetched_at: DateTime<Utc>,
    keys_fetched_at: DateTime<Utc>,
    failed_at: Option<DateTime<Utc>>,
}

impl Metadata {
    #[must_use]
    pub fn new(issuer: IssuerUrl, http: IssuerHttp, clock: Clock) -> Self {
        Self { issuer, http, clock, kept: Mutex::default() }
    }

    /// What the issuer said within the last hour.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when it does not answer, or not for itself.
    pub async fn get(&self) -> Result<Arc<CoreProviderMetadata>> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if let Some(found) = kept.found.as_ref().filter(|_| now - kept.fetched_at < KEPT) {
            return Ok(Arc::clone(found));
        }
        kept.rest(now)?;
        let fetched = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let found = Arc::new(fetched.map_err(|error| kept.failed(now, &error))?);
        *kept = Kept { found: Some(Arc::clone(&found)), fetched_at: now, keys_fetched_at: now, failed_at: None };
        Ok(found)
    }

    /// The same with the keys of this moment: what was signed with a key that `known` does not have may be signed with a
    /// new one. `None` when there are none that are newer.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn with_new_keys(&self, known: &Arc<CoreProviderMetadata>) -> Result<Option<Arc<CoreProviderMetadata>>> {
        let mut kept = self.kept.lock().await;
        // Somebody else has fetched them meanwhile.
        if let Some(found) = kept.found.as_ref().filter(|found| !Arc::ptr_eq(found, known)) {
            return Ok(Some(Arc::clone(found)));
        }
        let now = self.clock.now();
        if now - kept.keys_fetched_at < KEYS_EVERY {
            return Ok(None);
        }
        kept.rest(now)?;
        let keys = CoreJsonWebKeySet::fetch_async(known.jwks_uri(), &self.http).await;
        let keys = keys.map_err(|error| kept.failed(now, &error))?;
        let found = Arc::new(CoreProviderMetadata::clone(known).set_jwks(keys));
        kept.found = Some(Arc::clone(&found));
        kept.keys_fetched_at = now;
        Ok(Some(found))
    }
}

impl Kept {
    fn rest(&self, now: DateTime<Utc>) -> Result<()> {
        match self.failed_at {
            Some(failed_at) if now - failed_at < RESTED => Err(unavailable()),
            _ => Ok(()),
        }
    }

    fn failed(&mut self, now: DateTime<Utc>, error: &DiscoveryError<HttpError>) -> Error {
        self.failed_at = Some(now);
        unavailable().with_source(explained(error))
    }
}

/// The failure and its cause, without what the issuer answered.
fn explained(error: &DiscoveryError<HttpError>) -> String {
    match error {
        DiscoveryError::Request(cause) => format!("the issuer does not answer: {cause}"),
        DiscoveryError::Response(status, _, _) => format!("the issuer answers with the status {status}"),
        DiscoveryError::Parse(cause) => format!("the issuer's answer cannot be read: {cause}"),
        other => other.to_string(),
    }
}

/// What a client is told while the issuer does not answer.
pub(super) fn unavailable() -> Error {
    Error::unavailable("The service that you sign in with does not answer right now. Please try again.")
}
