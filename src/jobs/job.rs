//! What a job is.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// A piece of background work: its fields are its payload. `C` is what jobs run with (the application's handles).
///
/// A job may run more than once, when its process died or its lease ran out: it must be idempotent.
pub trait Job<C>: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stands in the table; queued rows outlive a deployment, so it never changes.
    const KIND: &'static str;
    /// Higher goes first.
    const PRIORITY: i16 = 0;
    /// Tries before it counts as failed.
    const MAX_ATTEMPTS: i32 = 5;

    /// While a job of this kind with the same key waits or runs, another is not added.
    fn dedupe_key(&self) -> Option<String> {
        None
    }

    fn run(self, context: C, attempt: Attempt) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// Which try this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// From 1.
    pub number: i32,
    /// Whether a failure of this one is final.
    pub is_last: bool,
}

/// What becomes of a job that did not succeed.
#[derive(Debug)]
pub enum JobError {
    /// Try again later, until the attempts are used up.
    Retry(Error),
    /// Trying again would not help.
    Fail(Error),
}

impl From<Error> for JobError {
    /// Most failures are of the moment.
    fn from(error: Error) -> Self {
        Self::Retry(error)
    }
}

impl From<diesel::result::Error> for JobError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Retry(error.into())
    }
}
