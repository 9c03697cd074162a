//! Statements about evaluations: who evaluates which alert, and what comes of it.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::machine::Standing;
use super::model::Alert;
use super::store::ALERT;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{AlertId, QueryRunId};

/// An evaluation that somebody is to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Claimed {
    #[diesel(sql_type = SqlUuid)]
    pub id: AlertId,
    /// The number of the evaluation.
    #[diesel(sql_type = BigInt)]
    pub sequence: i64,
}

/// Which alerts are to be evaluated at `$1`: it is their time, or their data are other ones than those of the evaluation before. None of
/// them is being evaluated.
const DUE: &str = "alerts a JOIN workspaces w ON w.id = a.workspace_id AND w.deleted_at IS NULL \
     JOIN saved_queries q ON q.id = a.query_id JOIN data_sources s ON s.id = q.source_id AND s.workspace_id IS NOT NULL \
     WHERE (a.next_evaluation_at <= $1 OR a.data_version <> s.data_version) AND (a.claimed_until IS NULL OR a.claimed_until <= $1)";

/// Whether any alert is due.
pub async fn is_any_due(mut conn: &Connection, now: DateTime<Utc>) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = Bool)]
        is_any: bool,
    }
    let due = diesel::sql_query(format!("SELECT EXISTS (SELECT FROM {DUE}) AS is_any"));
    let due: Due = due.bind::<Timestamptz, _>(now).get_result(&mut conn).await?;
    Ok(due.is_any)
}

/// Whether any alert is due in the workspace of this one.
pub async fn is_any_due_beside(mut conn: &Connection, id: AlertId, now: DateTime<Utc>) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = Bool)]
        is_any: bool,
    }
    let due = diesel::sql_query(format!(
        "SELECT EXISTS (SELECT FROM {DUE} AND a.workspace_id = (SELECT b.workspace_id FROM alerts b WHERE b.id = $2)) AS is_any"
    ));
    let due: Due = due.bind::<Timestamptz, _>(now).bind::<SqlUuid, _>(id).get_result(&mut conn).await?;
    Ok(due.is_any)
}

/// How many alerts are claimed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtOnce {
    /// By one statement.
    pub all: i32,
    /// In one workspace, those that are being evaluated already among them.
    pub in_a_workspace: i32,
}

/// Claims some alerts that are due until `until`, but for those that somebody evaluated since this began: nobody else gets these until they are concluded, or it is that late. One whose evaluation
/// never comes to an end is due again by then, also when it was its data that had changed.
pub async fn take_due(
    mut conn: &Connection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    at_once: AtOnce,
) -> Result<Vec<Claimed>> {
    let taken = diesel::sql_query(format!(
        "WITH due AS (SELECT a.id, a.sequence, s.data_version, a.next_evaluation_at, \
                 row_number() OVER (PARTITION BY a.workspace_id ORDER BY a.next_evaluation_at, a.id) \
                 + (SELECT count(*) FROM alerts b WHERE b.workspace_id = a.workspace_id AND b.claimed_until > $1) AS place \
                 FROM {DUE}), \
             free AS (SELECT a.id, d.data_version FROM alerts a JOIN due d ON d.id = a.id \
                 WHERE d.place <= $4 AND a.sequence = d.sequence AND (a.claimed_until IS NULL OR a.claimed_until <= $1) \
                 ORDER BY d.next_evaluation_at LIMIT $3 FOR NO KEY UPDATE OF a SKIP LOCKED) \
         UPDATE alerts t SET sequence = t.sequence + 1, claimed_until = $2, run_id = NULL, data_version = free.data_version, \
             next_evaluation_at = least(t.next_evaluation_at, $1) \
         FROM free WHERE t.id = free.id RETURNING t.id, t.sequence"
    ));
    let taken = taken
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(until)
        .bind::<Integer, _>(at_once.all)
        .bind::<Integer, _>(at_once.in_a_workspace);
    Ok(taken.load(&mut conn).await?)
}

/// Claims a locked alert until `until`, whether or not it is due: an evaluation that is under way counts no more.
pub async fn take(mut conn: &Connection, id: AlertId, until: DateTime<Utc>) -> Result<Claimed> {
    let taken = diesel::sql_query(
        "UPDATE alerts a SET sequence = a.sequence + 1, claimed_until = $2, run_id = NULL, data_version = s.data_version, \
             next_evaluation_at = least(a.next_evaluation_at, $2) \
         FROM saved_queries q JOIN data_sources s ON s.id = q.source_id WHERE q.id = a.query_id AND a.id = $1 \
         RETURNING a.id, a.sequence",
    );
    Ok(taken.bind::<SqlUuid, _>(id).bind::<Timestamptz, _>(until).get_result(&mut conn).await?)
}

/// Writes down what was begun for an evaluation, if that still counts.
pub async fn note_run(mut conn: &Connection, claimed: Claimed, run: QueryRunId) -> Result<()> {
    let noted = diesel::sql_query(
        "UPDATE alerts SET run_id = $3 WHERE id = $1 AND sequence = $2 AND claimed_until IS NOT NULL",
    );
    noted
        .bind::<SqlUuid, _>(claimed.id)
        .bind::<BigInt, _>(claimed.sequence)
        .bind::<SqlUuid, _>(run)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// The alert, unless its workspace was deleted; nobody else changes or removes it until the transaction ends.
pub async fn lock(mut conn: &Connection, id: AlertId) -> Result<Option<Alert>> {
    let found = diesel::sql_query(format!(
        "SELECT {ALERT} FROM alerts a JOIN workspaces w ON w.id = a.workspace_id AND w.deleted_at IS NULL \
         WHERE a.id = $1 FOR NO KEY UPDATE OF a"
    ));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// What an evaluation says of an alert from now on.
#[derive(Debug, Clone)]
pub struct Concluded<'a> {
    pub standing: &'a Standing,
    pub value: Option<&'a BigDecimal>,
    pub message: &'a str,
    pub now: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
}

/// Writes that down of a locked alert, which nobody evaluates any more. Without a value the one before stays: it is what the next change is
/// measured from.
pub async fn conclude(mut conn: &Connection, id: AlertId, concluded: &Concluded<'_>) -> Result<()> {
    let standing = concluded.standing;
    let saved = diesel::sql_query(
        "UPDATE alerts SET state = $2, since = $3, cleared_at = $4, failures = $5, notified_at = $6, \
             acknowledged_at = CASE WHEN $7 THEN acknowledged_at END, acknowledger_id = CASE WHEN $7 THEN acknowledger_id END, \
             last_value = coalesce($8, last_value), last_message = $9, last_evaluated_at = $10, next_evaluation_at = $11, \
             claimed_until = NULL, run_id = NULL WHERE id = $1",
    );
    saved
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(standing.state)
        .bind::<Timestamptz, _>(standing.since)
        .bind::<Nullable<Timestamptz>, _>(standing.cleared_at)
        .bind::<Integer, _>(standing.failures)
        .bind::<Nullable<Timestamptz>, _>(standing.notified_at)
        .bind::<Bool, _>(standing.is_acknowledged)
        .bind::<Nullable<Numeric>, _>(concluded.value)
        .bind::<Text, _>(concluded.message)
        .bind::<Timestamptz, _>(concluded.now)
        .bind::<Timestamptz, _>(concluded.next_at)
        .execute(&mut conn)
        .await?;
    Ok(())
}
