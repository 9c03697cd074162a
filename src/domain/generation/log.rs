//! The statements of the log: appending is the hottest write of the product.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Integer, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{EventKind, EventRow, GenerationStatus};
use super::visibility::readable_by;
use crate::db::pool::Connection;
use crate::db::schema::{generation_events, generations};
use crate::error::Result;
use crate::ids::{GenerationId, InstanceId, UserId};

/// One multi-row append with its notifications, in one round trip and one commit.
///
/// * Only rows of runs that this instance still owns go in. Locking those runs makes it impossible to append to a run
///   that another instance is just ending.
/// * A row that is there already is left alone: after a lost connection the same append is simply sent again.
struct Append {
    instance: InstanceId,
    runs: Vec<GenerationId>,
    ids: Vec<GenerationId>,
    seqs: Vec<i32>,
    kinds: Vec<&'static str>,
    bodies: Vec<String>,
    text_ends: Vec<i32>,
    notifications: Vec<String>,
}

impl QueryId for Append {
    // A static id, so that the statement is prepared once and not at every call.
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Append {
    type SqlType = SqlUuid;
}

impl QueryFragment<Pg> for Append {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH live AS (SELECT id FROM generations WHERE status = 'RUNNING' AND instance_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.instance)?;
        out.push_sql(" AND id = ANY (");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.runs)?;
        out.push_sql(
            ") FOR SHARE), added AS (INSERT INTO generation_events (generation_id, seq, kind, body, text_end) \
             SELECT e.generation_id, e.seq, e.kind, e.body, e.text_end FROM unnest(",
        );
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.seqs)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.kinds)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.bodies)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Integer>, _>(&self.text_ends)?;
        out.push_sql(
            ") AS e (generation_id, seq, kind, body, text_end) JOIN live ON live.id = e.generation_id \
             ON CONFLICT DO NOTHING), \
             told AS (SELECT count(pg_notify('elenchus', n)) AS times FROM unnest(",
        );
        out.push_bind_param::<Array<Text>, _>(&self.notifications)?;
        out.push_sql(") AS n) SELECT live.id FROM live, told WHERE told.times >= 0");
        Ok(())
    }
}

impl<Conn> diesel::RunQueryDsl<Conn> for Append {}

/// Appends rows of any number of runs and says which of the runs are still `instance`'s: nothing was added to others.
///
/// # Errors
/// When Postgres does not answer; then it is not known whether the rows are in, and the same append may be sent again.
pub async fn append(
    mut conn: &Connection,
    instance: InstanceId,
    rows: Vec<EventRow>,
    notifications: Vec<String>,
) -> Result<Vec<GenerationId>> {
    let mut runs: Vec<GenerationId> = rows.iter().map(|row| row.generation_id).collect();
    runs.sort_unstable();
    runs.dedup();
    let mut append = Append {
        instance,
        runs,
        ids: Vec::with_capacity(rows.len()),
        seqs: Vec::with_capacity(rows.len()),
        kinds: Vec::with_capacity(rows.len()),
        bodies: Vec::with_capacity(rows.len()),
        text_ends: Vec::with_capacity(rows.len()),
        notifications,
    };
    for row in rows {
        append.ids.push(row.generation_id);
        append.seqs.push(row.seq);
        append.kinds.push(row.kind.as_str());
        append.bodies.push(row.body);
        append.text_ends.push(row.text_end);
    }
    Ok(append.get_results(&mut conn).await?)
}

/// Adds one row in the caller's transaction.
///
/// # Errors
/// When Postgres does not answer.
pub async fn insert(mut conn: &Connection, row: &EventRow) -> Result<()> {
    diesel::insert_into(generation_events::table).values(row).execute(&mut conn).await?;
    Ok(())
}

/// The log of one run after `seq`, in order, `limit` rows at most.
///
/// # Errors
/// When Postgres does not answer.
pub async fn after(mut conn: &Connection, generation: GenerationId, seq: i32, limit: i64) -> Result<Vec<EventRow>> {
    let rows = generation_events::table
        .filter(generation_events::generation_id.eq(generation))
        .filter(generation_events::seq.gt(seq))
        .order(generation_events::seq)
        .limit(limit)
        .select(EventRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows)
}

/// The logs of several runs, each after its own `seq`, in one statement.
///
/// # Errors
/// When Postgres does not answer.
pub async fn after_each(mut conn: &Connection, runs: &[(GenerationId, i32)]) -> Result<Vec<EventRow>> {
    let ids: Vec<GenerationId> = runs.iter().map(|(id, _)| *id).collect();
    let seqs: Vec<i32> = runs.iter().map(|(_, seq)| *seq).collect();
    let known = diesel::dsl::sql::<diesel::sql_types::Bool>(
        "(generation_id, seq) IN (SELECT e.generation_id, e.seq FROM unnest(",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .sql(", ")
    .bind::<Array<Integer>, _>(seqs)
    .sql(
        ") AS k (id, seq) JOIN generation_events e ON e.generation_id = k.id AND e.seq > k.seq \
             AND e.seq <= k.seq + 1000)",
    );
    let rows = generation_events::table
        .filter(known)
        .order((generation_events::generation_id, generation_events::seq))
        .select(EventRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows)
}

/// The citations in the logs of `owner`'s runs that are still written.
///
/// # Errors
/// When Postgres does not answer.
pub async fn live_citations(mut conn: &Connection, ids: &[GenerationId], owner: UserId) -> Result<Vec<EventRow>> {
    let rows = generation_events::table
        .inner_join(generations::table)
        .filter(generation_events::generation_id.eq_any(ids))
        .filter(generation_events::kind.eq(EventKind::Citations))
        .filter(readable_by(owner))
        .filter(generations::status.eq(GenerationStatus::Running))
        .order((generation_events::generation_id, generation_events::seq))
        .select(EventRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows)
}
