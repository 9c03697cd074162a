//! Statements about searches for misconceptions and what they found.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{
    Against, Extent, Misconception, NewEvidence, PATIENCE, REST, Search, SearchMethod, SearchStatus, Span,
};
use super::statement_store::{COUNTS, SAID, fingerprint_sql};
use crate::db::pool::Connection;
use crate::db::schema::{misconception_evidence, misconception_readings, misconception_searches, misconceptions};
use crate::error::Result;
use crate::ids::{GenerationId, MisconceptionId, UserId, WeekId};

/// Weeks that are searched anew at once.
const STALE_AT_ONCE: i64 = 20;

/// What is read of a search `s`.
pub(super) fn columns() -> String {
    format!(
        "s.week_id, s.status, s.requested_at, s.ended_at, s.method, s.session_count, s.statement_count, s.computed_at, \
         s.computed_hash IS DISTINCT FROM {} AS is_stale",
        fingerprint_sql("s.week_id")
    )
}

/// The newest search of a week of a course that was locked; whether it reads what there is to be read now.
pub async fn newest(mut conn: &Connection, week: WeekId, hash: &[u8]) -> Result<Option<(Search, bool)>> {
    let found = diesel::sql_query(format!("SELECT {} FROM misconception_searches s WHERE s.week_id = $1", columns()));
    let found: Option<Search> = found.bind::<SqlUuid, _>(week).get_result(&mut conn).await.optional()?;
    let Some(search) = found else { return Ok(None) };
    let same = misconception_searches::table.find(week).select(misconception_searches::content_hash.eq(hash));
    Ok(Some((search, same.first(&mut conn).await?)))
}

/// Writes down a search that begins, in the place of the one before; what that found stays until this one has succeeded.
pub async fn begin(
    mut conn: &Connection,
    week: WeekId,
    hash: &[u8],
    generation: Option<GenerationId>,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO misconception_searches (week_id, content_hash, status, generation_id, requested_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (week_id) DO UPDATE SET content_hash = excluded.content_hash, \
         status = excluded.status, generation_id = excluded.generation_id, requested_at = excluded.requested_at, \
         ended_at = NULL, drafts = NULL",
    )
    .bind::<SqlUuid, _>(week)
    .bind::<Binary, _>(hash)
    .bind::<Text, _>(SearchStatus::Pending)
    .bind::<Nullable<SqlUuid>, _>(generation)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Keeps what the parts of a long reading gave, for the run that joins it; none for a reading in one part.
pub async fn keep_drafts(mut conn: &Connection, run: GenerationId, drafts: Option<serde_json::Value>) -> Result<()> {
    diesel::update(misconception_searches::table.filter(misconception_searches::generation_id.eq(run)))
        .set(misconception_searches::drafts.eq(drafts))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// What the parts of the reading of this run gave; `None` for one in one part, or when another search has taken its place.
pub async fn drafts(mut conn: &Connection, run: GenerationId) -> Result<Option<serde_json::Value>> {
    let of_run = misconception_searches::table.filter(misconception_searches::generation_id.eq(run));
    let found: Option<Option<serde_json::Value>> =
        of_run.select(misconception_searches::drafts).first(&mut conn).await.optional()?;
    Ok(found.flatten())
}

/// Ends a search that found nothing that holds; false when another one has taken its place.
pub async fn fail(mut conn: &Connection, week: WeekId, hash: &[u8], now: DateTime<Utc>) -> Result<bool> {
    let ended = diesel::sql_query(
        "UPDATE misconception_searches SET status = $3, ended_at = $4, drafts = NULL \
         WHERE week_id = $1 AND content_hash = $2 AND status = 'PENDING'",
    )
    .bind::<SqlUuid, _>(week)
    .bind::<Binary, _>(hash)
    .bind::<Text, _>(SearchStatus::Failed)
    .bind::<Timestamptz, _>(now);
    Ok(ended.execute(&mut conn).await? == 1)
}

/// Ends the search of this hash with what it was made of, and the hash of that; false when another one has taken its place.
pub async fn succeed(
    mut conn: &Connection,
    week: WeekId,
    (hash, read): (&[u8], &[u8]),
    method: SearchMethod,
    extent: Extent,
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = diesel::sql_query(
        "UPDATE misconception_searches SET status = $3, ended_at = $4, drafts = NULL, method = $5, computed_hash = $8, \
         session_count = $6, statement_count = $7, computed_at = $4 \
         WHERE week_id = $1 AND content_hash = $2 AND status = 'PENDING'",
    )
    .bind::<SqlUuid, _>(week)
    .bind::<Binary, _>(hash)
    .bind::<Text, _>(SearchStatus::Ready)
    .bind::<Timestamptz, _>(now)
    .bind::<Text, _>(method)
    .bind::<Integer, _>(extent.sessions)
    .bind::<Integer, _>(extent.statements)
    .bind::<Binary, _>(read);
    Ok(ended.execute(&mut conn).await? == 1)
}

/// Whether a search of a week has succeeded before.
pub async fn has_result(mut conn: &Connection, week: WeekId) -> Result<bool> {
    let succeeded = misconception_searches::table.find(week).filter(misconception_searches::computed_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(succeeded)).get_result(&mut conn).await?)
}

/// Puts what was found in the place of what a week has, in this order.
pub async fn replace(
    mut conn: &Connection,
    week: WeekId,
    found: &[(Misconception, Option<Against>, Vec<Span>)],
) -> Result<()> {
    diesel::delete(misconceptions::table.filter(misconceptions::week_id.eq(week))).execute(&mut conn).await?;
    let rows: Vec<&Misconception> = found.iter().map(|(row, _, _)| row).collect();
    diesel::insert_into(misconceptions::table).values(rows).execute(&mut conn).await?;
    let readings: Vec<&Against> = found.iter().filter_map(|(_, against, _)| against.as_ref()).collect();
    diesel::insert_into(misconception_readings::table).values(readings).execute(&mut conn).await?;
    let evidence: Vec<NewEvidence> = found.iter().flat_map(|(row, _, spans)| placed(row.id, spans)).collect();
    diesel::insert_into(misconception_evidence::table).values(evidence).execute(&mut conn).await?;
    Ok(())
}

fn placed(id: MisconceptionId, spans: &[Span]) -> impl Iterator<Item = NewEvidence> {
    spans.iter().zip(0..).map(move |(span, position)| NewEvidence {
        misconception_id: id,
        position,
        message_id: span.message,
        start_char: span.start,
        end_char: span.end,
    })
}

/// A week in which something else is there to be read by now, and whoever pays for its course.
#[derive(Debug, QueryableByName)]
pub struct Stale {
    #[diesel(sql_type = SqlUuid)]
    pub week_id: WeekId,
    #[diesel(sql_type = SqlUuid)]
    pub professor_id: UserId,
}

/// Weeks in which more was said, or something deleted, since the newest search, which has had its rest; and those whose search
/// was lost; those that wait longest first. What is under way is waited for; where nothing is left, nothing is to be found.
pub async fn stale(mut conn: &Connection, now: DateTime<Utc>) -> Result<Vec<Stale>> {
    let rows = diesel::sql_query(format!(
        "SELECT s.week_id, m.user_id AS professor_id FROM misconception_searches s JOIN weeks w ON w.id = s.week_id \
         JOIN courses c ON c.id = w.course_id JOIN course_members m ON m.course_id = c.id AND m.role = 'PROFESSOR' \
         WHERE c.deleted_at IS NULL AND c.archived_at IS NULL AND s.requested_at <= CASE s.status WHEN 'PENDING' THEN $2 ELSE $3 END \
               AND CASE s.status WHEN 'PENDING' THEN true ELSE s.content_hash <> {} END \
         ORDER BY s.requested_at LIMIT $1",
        fingerprint_sql("s.week_id")
    ))
    .bind::<BigInt, _>(STALE_AT_ONCE)
    .bind::<Timestamptz, _>(now - PATIENCE)
    .bind::<Timestamptz, _>(now - REST)
    .load(&mut conn)
    .await?;
    Ok(rows)
}

/// Removes what there is no evidence for any more: its words may be close to those that were deleted.
pub async fn remove_unfounded(mut conn: &Connection) -> Result<usize> {
    let removed = diesel::sql_query(format!(
        "DELETE FROM misconceptions i WHERE NOT EXISTS (SELECT FROM {SAID} \
         JOIN misconception_evidence e ON e.message_id = m.id WHERE e.misconception_id = i.id AND {COUNTS})"
    ));
    Ok(removed.execute(&mut conn).await?)
}

/// Ends a search that has nothing left to read.
pub async fn end_empty(mut conn: &Connection, week: WeekId, now: DateTime<Utc>) -> Result<()> {
    let this = misconception_searches::table.find(week);
    diesel::update(this.filter(misconception_searches::status.eq(SearchStatus::Pending)))
        .set((misconception_searches::status.eq(SearchStatus::Failed), misconception_searches::ended_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(())
}
