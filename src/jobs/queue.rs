//! The table of jobs: add, take, keep, end.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::job::Job;
use crate::clock::Clock;
use crate::db::schema::jobs;
use crate::error::{Error, Result};
use crate::events::bus::Bus;
use crate::events::fact::Fact;
use crate::ids::JobId;

/// How long a process holds a job without renewing its hold.
pub const LEASE: Duration = Duration::from_secs(30);

/// A job that this process has taken.
#[derive(Debug, Clone, QueryableByName)]
pub struct Taken {
    #[diesel(sql_type = SqlUuid)]
    pub id: JobId,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Jsonb)]
    pub payload: serde_json::Value,
    /// With this one, from 1.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    #[diesel(sql_type = Integer)]
    pub max_attempts: i32,
}

/// Adds a job in the caller's transaction: it commits or vanishes with it. Returns whether it was added, and not
/// already there under its dedupe key.
///
/// # Errors
/// When Postgres does not answer.
pub async fn enqueue<C, J: Job<C>>(conn: &AsyncPgConnection, clock: &Clock, job: &J) -> Result<bool> {
    enqueue_in(conn, clock, job, Duration::ZERO).await
}

/// As [`enqueue`], to be run when so much time has passed.
///
/// # Errors
/// When Postgres does not answer.
pub async fn enqueue_in<C, J: Job<C>>(
    mut conn: &AsyncPgConnection,
    clock: &Clock,
    job: &J,
    wait: Duration,
) -> Result<bool> {
    let added = diesel::sql_query(
        "INSERT INTO jobs (id, kind, payload, priority, max_attempts, dedupe_key, run_at) \
         VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond') \
         ON CONFLICT (kind, dedupe_key) WHERE state IN ('QUEUED', 'RUNNING') DO NOTHING",
    )
    .bind::<SqlUuid, _>(JobId::generate(clock.now()))
    .bind::<Text, _>(J::KIND)
    .bind::<Jsonb, _>(serde_json::to_value(job).map_err(Error::internal)?)
    .bind::<SmallInt, _>(J::PRIORITY)
    .bind::<Integer, _>(J::MAX_ATTEMPTS)
    .bind::<Nullable<Text>, _>(job.dedupe_key())
    .bind::<BigInt, _>(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
    .execute(&mut conn)
    .await?;
    if added > 0 && wait.is_zero() {
        Bus::default().publish(conn, &Fact::JobQueued).await?;
    }
    Ok(added > 0)
}

/// As [`enqueue`], unless a job of this kind was added within `every`, by whichever instance. `every` is shorter than the
/// time for which ended jobs are kept.
///
/// # Errors
/// When Postgres does not answer.
pub async fn enqueue_every<C, J: Job<C>>(
    mut conn: &AsyncPgConnection,
    clock: &Clock,
    job: &J,
    every: Duration,
) -> Result<bool> {
    let age = diesel::dsl::sql::<diesel::sql_types::Bool>("created_at > now() - interval '1 millisecond' * ")
        .bind::<BigInt, _>(i64::try_from(every.as_millis()).unwrap_or(i64::MAX));
    let recent = jobs::table.filter(jobs::kind.eq(J::KIND)).filter(age);
    if diesel::select(diesel::dsl::exists(recent)).get_result(&mut conn).await? {
        return Ok(false);
    }
    enqueue(conn, clock, job).await
}

/// Whether a job of this kind with the same dedupe key waits or runs.
///
/// # Errors
/// When Postgres does not answer.
pub async fn is_there<C, J: Job<C>>(mut conn: &AsyncPgConnection, job: &J) -> Result<bool> {
    let same = jobs::table
        .filter(jobs::kind.eq(J::KIND))
        .filter(jobs::dedupe_key.eq(job.dedupe_key()))
        .filter(jobs::state.eq_any(["QUEUED", "RUNNING"]));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(&mut conn).await?)
}

/// Takes up to `limit` due jobs of these kinds, those among them whose holder is gone too.
///
/// # Errors
/// When Postgres does not answer.
pub async fn take(mut conn: &AsyncPgConnection, worker: Uuid, kinds: &[&str], limit: usize) -> Result<Vec<Taken>> {
    let taken = diesel::sql_query(
        "UPDATE jobs SET state = 'RUNNING', attempts = attempts + 1, locked_by = $1, \
                locked_until = now() + $2 * interval '1 millisecond' \
         WHERE id IN (SELECT id FROM jobs \
                      WHERE kind = ANY ($3) AND run_at <= now() \
                        AND (state = 'QUEUED' OR (state = 'RUNNING' AND locked_until < now())) \
                      ORDER BY priority DESC, run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED) \
         RETURNING id, kind, payload, attempts, max_attempts",
    )
    .bind::<SqlUuid, _>(worker)
    .bind::<BigInt, _>(i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX))
    .bind::<diesel::sql_types::Array<Text>, _>(kinds)
    .bind::<BigInt, _>(i64::try_from(limit).unwrap_or(i64::MAX))
    .load(&mut conn)
    .await?;
    Ok(taken)
}

/// Renews the hold of `worker`; false when the job is no longer its own, or is to be cancelled.
///
/// # Errors
/// When Postgres does not answer.
pub async fn keep(mut conn: &AsyncPgConnection, worker: Uuid, id: JobId) -> Result<bool> {
    let kept = diesel::sql_query(
        "UPDATE jobs SET locked_until = now() + $3 * interval '1 millisecond' \
         WHERE id = $1 AND locked_by = $2 AND state = 'RUNNING' AND NOT cancel_requested",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(worker)
    .bind::<BigInt, _>(i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX))
    .execute(&mut conn)
    .await?;
    Ok(kept == 1)
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Tried again after this time.
    Retry {
        after: Duration,
        error: String,
    },
    Failed {
        error: String,
    },
    Cancelled,
    /// Given back untried, because the process stops.
    Released,
}

/// Writes down how a try ended, unless another process has taken the job over.
///
/// # Errors
/// When Postgres does not answer.
pub async fn settle(mut conn: &AsyncPgConnection, worker: Uuid, id: JobId, outcome: &Outcome) -> Result<()> {
    let mine = jobs::table.filter(jobs::id.eq(id)).filter(jobs::locked_by.eq(worker)).filter(jobs::state.eq("RUNNING"));
    let free = (jobs::locked_by.eq(None::<Uuid>), jobs::locked_until.eq(None::<chrono::DateTime<chrono::Utc>>));
    let ended = jobs::ended_at.eq(diesel::dsl::now);
    match outcome {
        Outcome::Done => {
            diesel::update(mine).set((jobs::state.eq("DONE"), ended, free)).execute(&mut conn).await?;
        }
        Outcome::Cancelled => {
            diesel::update(mine).set((jobs::state.eq("CANCELLED"), ended, free)).execute(&mut conn).await?;
        }
        Outcome::Failed { error } => {
            diesel::update(mine)
                .set((jobs::state.eq("FAILED"), jobs::last_error.eq(error), ended, free))
                .execute(&mut conn)
                .await?;
        }
        Outcome::Released => {
            diesel::update(mine)
                .set((jobs::state.eq("QUEUED"), jobs::attempts.eq(jobs::attempts - 1), free))
                .execute(&mut conn)
                .await?;
        }
        Outcome::Retry { after, error } => {
            diesel::sql_query(
                "UPDATE jobs SET state = 'QUEUED', locked_by = NULL, locked_until = NULL, last_error = $4, \
                        run_at = now() + $3 * interval '1 millisecond' \
                 WHERE id = $1 AND locked_by = $2 AND state = 'RUNNING'",
            )
            .bind::<SqlUuid, _>(id)
            .bind::<SqlUuid, _>(worker)
            .bind::<BigInt, _>(i64::try_from(after.as_millis()).unwrap_or(i64::MAX))
            .bind::<Text, _>(error)
            .execute(&mut conn)
            .await?;
        }
    }
    Ok(())
}

/// Jobs that wait or run, by kind and state; for metrics and health.
///
/// # Errors
/// When Postgres does not answer.
pub async fn depth(mut conn: &AsyncPgConnection) -> Result<i64> {
    Ok(jobs::table.filter(jobs::state.eq_any(["QUEUED", "RUNNING"])).count().get_result(&mut conn).await?)
}

/// Deletes jobs that ended more than `days` days ago.
///
/// # Errors
/// When Postgres does not answer.
pub async fn prune(mut conn: &AsyncPgConnection, days: i32) -> Result<usize> {
    let pruned = diesel::sql_query("DELETE FROM jobs WHERE ended_at < now() - $1 * interval '1 day'")
        .bind::<Integer, _>(days)
        .execute(&mut conn)
        .await?;
    Ok(pruned)
}
