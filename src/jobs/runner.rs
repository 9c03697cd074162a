//! Takes jobs and runs them, a bounded number at once, each under a lease that is renewed while it works.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use super::job::{Attempt, Job, JobError};
use super::queue::{self, Outcome, Taken};
use crate::db::pool::Db;
use crate::error::{Error, ErrorCode, Result};
use crate::events::bus::Bus;
use crate::events::fact::Topic;
use crate::trace::span::{self, SPANS};
use crate::trace::work::{self, Work};

/// How long a worker sleeps when nobody tells it of a job.
const POLL: Duration = Duration::from_secs(1);

type Handler<C> = Arc<dyn Fn(serde_json::Value, C, Attempt) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;

/// Which jobs this process can run, and how many at once.
#[derive(Clone)]
pub struct Runner<C> {
    handlers: BTreeMap<&'static str, Handler<C>>,
    concurrency: usize,
}

impl<C: Clone + Send + Sync + 'static> Runner<C> {
    #[must_use]
    pub fn new(concurrency: usize) -> Self {
        Self { handlers: BTreeMap::new(), concurrency }
    }

    /// Adds a kind of job.
    #[must_use]
    pub fn with<J: Job<C>>(mut self) -> Self {
        let handler: Handler<C> = Arc::new(|payload, context, attempt| {
            Box::pin(async move {
                let job: J = serde_json::from_value(payload).map_err(|error| JobError::Fail(Error::internal(error)))?;
                job.run(context, attempt).await
            })
        });
        self.handlers.insert(J::KIND, handler);
        self
    }

    /// Works until `stop`, then gives back what has not ended within `drain`.
    pub async fn run(self, db: Db, bus: Bus, context: C, stop: CancellationToken, drain: Duration) {
        let worker = Uuid::new_v4();
        let room = Arc::new(Semaphore::new(self.concurrency));
        let tasks = TaskTracker::new();
        let abandon = CancellationToken::new();
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        let mut wake = bus.listen(Topic::Jobs);
        loop {
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
            if stop.is_cancelled() {
                break;
            }
            match take_one(&db, worker, &kinds).await {
                Ok(Some(job)) => {
                    let work = self.work(db.clone(), worker, job, context.clone(), abandon.clone());
                    tasks.spawn(async move {
                        work.await;
                        drop(permit);
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(error = %error.chain(), "cannot look for jobs"),
            }
            drop(permit);
            tokio::select! {
                () = stop.cancelled() => break,
                _ = wake.next() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        tasks.close();
        if tokio::time::timeout(drain, tasks.wait()).await.is_err() {
            abandon.cancel();
            tasks.wait().await;
        }
    }

    /// One try of one job, with its lease renewed as long as it takes.
    fn work(&self, db: Db, worker: Uuid, job: Taken, context: C, abandon: CancellationToken) -> BoxFuture<'static, ()> {
        let handler = self.handlers.get(job.kind.as_str()).cloned();
        let span = tracing::info_span!(
            target: SPANS,
            parent: None,
            "job",
            otel.name = format!("job {}", job.kind),
            otel.kind = "consumer",
            otel.status_code = Empty,
            elenchus.job.id = %job.id,
            elenchus.job.kind = job.kind,
            elenchus.job.attempt = job.attempts,
            elenchus.job.outcome = Empty,
        );
        let work = Work::new(None, span::begin(&span, None));
        work.name(&job.kind);
        let run = async move {
            let Some(handler) = handler else { return };
            let attempt = Attempt { number: job.attempts, is_last: job.attempts >= job.max_attempts };
            // A panic in a job is a failed try, not a dead worker.
            let run = std::panic::AssertUnwindSafe(handler(job.payload.clone(), context, attempt)).catch_unwind();
            let outcome = tokio::select! {
                ended = run => outcome(ended.unwrap_or_else(|_| Err(JobError::Retry(Error::internal("the job panicked")))), attempt),
                () = lease_lost(&db, worker, &job) => Outcome::Cancelled,
                () = abandon.cancelled() => Outcome::Released,
            };
            match &outcome {
                // Nobody tries again, and it is our fault.
                Outcome::Failed { error } if error.starts_with(ErrorCode::Internal.as_str()) => {
                    tracing::error!(job = %job.id, kind = job.kind, attempt = attempt.number, error, "a job failed for good");
                }
                Outcome::Retry { error, .. } | Outcome::Failed { error } => {
                    tracing::warn!(job = %job.id, kind = job.kind, attempt = attempt.number, error, "a job failed");
                }
                Outcome::Done | Outcome::Cancelled | Outcome::Released => {}
            }
            metrics::counter!("elenchus_jobs_total", "kind" => job.kind.clone(), "outcome" => name(&outcome))
                .increment(1);
            let span = Span::current();
            span.record("elenchus.job.outcome", name(&outcome));
            if matches!(outcome, Outcome::Retry { .. } | Outcome::Failed { .. }) {
                span.record("otel.status_code", "ERROR");
            }
            settle(&db, worker, &job, &outcome).await;
        };
        work::within(Some(work), run).instrument(span).boxed()
    }
}

async fn take_one(db: &Db, worker: Uuid, kinds: &[&str]) -> Result<Option<Taken>> {
    let conn = db.write().await?;
    Ok(queue::take(&conn, worker, kinds, 1).await?.pop())
}

/// Renews the lease until it is lost to another process or the job is to be cancelled.
async fn lease_lost(db: &Db, worker: Uuid, job: &Taken) {
    loop {
        tokio::time::sleep(queue::LEASE / 3).await;
        let kept = async { queue::keep(&*db.write().await?, worker, job.id).await };
        if let Ok(false) = kept.await {
            return;
        }
        // Postgres away: the lease may well still be ours when it is back.
    }
}

fn outcome(ended: Result<(), JobError>, attempt: Attempt) -> Outcome {
    match ended {
        Ok(()) => Outcome::Done,
        Err(JobError::Fail(error)) => Outcome::Failed { error: error.chain() },
        Err(JobError::Retry(error)) if attempt.is_last => Outcome::Failed { error: error.chain() },
        Err(JobError::Retry(error)) => Outcome::Retry { after: backoff(attempt.number), error: error.chain() },
    }
}

/// Two to the power of the attempts in seconds, an hour at most, with up to a quarter more so that failures spread out.
fn backoff(attempt: i32) -> Duration {
    let exponent = u32::try_from(attempt).unwrap_or(0).min(12);
    let base = Duration::from_secs(2_u64.pow(exponent)).min(Duration::from_hours(1));
    base + base.mul_f64(rand::random::<f64>() / 4.0)
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Retry { .. } => "retry",
        Outcome::Failed { .. } => "failed",
        Outcome::Cancelled => "cancelled",
        Outcome::Released => "released",
    }
}

/// Keeps trying to write the outcome down for as long as the lease may hold.
async fn settle(db: &Db, worker: Uuid, job: &Taken, outcome: &Outcome) {
    for _ in 0..10 {
        let settled = async { queue::settle(&*db.write().await?, worker, job.id, outcome).await };
        match settled.await {
            Ok(()) => return,
            Err(error) => tracing::warn!(job = %job.id, error = %error.chain(), "cannot write down how a job ended"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
