//! Every statement about generations but the log's.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Citation, Generation, GenerationStatus, NewGeneration};
use super::outcome::Ending;
use crate::db::pool::Connection;
use crate::db::schema::{generation_citations, generation_events, generations, instances};
use crate::error::Result;
use crate::ids::{ConversationId, GenerationId, InstanceId, UserId};

pub async fn insert(mut conn: &Connection, new: &NewGeneration) -> Result<()> {
    diesel::insert_into(generations::table).values(new).execute(&mut conn).await?;
    Ok(())
}

pub async fn find(mut conn: &Connection, id: GenerationId) -> Result<Option<Generation>> {
    Ok(generations::table.find(id).select(Generation::as_select()).first(&mut conn).await.optional()?)
}

/// The generation if it is `owner`'s: a foreign one is as good as none.
pub async fn find_owned(mut conn: &Connection, id: GenerationId, owner: UserId) -> Result<Option<Generation>> {
    let owned = generations::table.find(id).filter(generations::owner_id.eq(owner));
    Ok(owned.select(Generation::as_select()).first(&mut conn).await.optional()?)
}

/// Those of `ids` that are `owner`'s, in no order.
pub async fn load_owned(mut conn: &Connection, ids: &[GenerationId], owner: UserId) -> Result<Vec<Generation>> {
    let owned = generations::table.filter(generations::id.eq_any(ids)).filter(generations::owner_id.eq(owner));
    Ok(owned.select(Generation::as_select()).load(&mut conn).await?)
}

/// Takes a waiting run for `instance`; `None` when another was faster or it no longer waits.
pub async fn claim(
    mut conn: &Connection,
    id: GenerationId,
    instance: InstanceId,
    now: DateTime<Utc>,
    trace: (String, String),
) -> Result<Option<Generation>> {
    let waiting = generations::table.find(id).filter(generations::status.eq(GenerationStatus::Queued));
    let claimed = diesel::update(waiting)
        .set((
            generations::status.eq(GenerationStatus::Running),
            generations::instance_id.eq(instance),
            generations::attempt.eq(generations::attempt + 1),
            generations::started_at.eq(now),
            generations::trace_id.eq(trace.0),
            generations::span_id.eq(trace.1),
        ))
        .returning(Generation::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(claimed)
}

/// Runs that wait, oldest first.
pub async fn queued(mut conn: &Connection, limit: i64) -> Result<Vec<GenerationId>> {
    let waiting = generations::table.filter(generations::status.eq(GenerationStatus::Queued));
    Ok(waiting.order(generations::created_at).limit(limit).select(generations::id).load(&mut conn).await?)
}

/// Gives a run back untouched: nothing of it was shown, so another instance may begin it anew.
pub async fn requeue(mut conn: &Connection, id: GenerationId) -> Result<bool> {
    let running = generations::table.find(id).filter(generations::status.eq(GenerationStatus::Running));
    let requeued = diesel::update(running)
        .set((
            generations::status.eq(GenerationStatus::Queued),
            generations::instance_id.eq(None::<InstanceId>),
            generations::started_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(&mut conn)
        .await?;
    Ok(requeued == 1)
}

/// Notes that somebody wants these to stop.
pub async fn request_stop(mut conn: &Connection, ids: &[GenerationId], now: DateTime<Utc>) -> Result<()> {
    let live = generations::table
        .filter(generations::id.eq_any(ids))
        .filter(generations::status.eq_any([GenerationStatus::Queued, GenerationStatus::Running]))
        .filter(generations::stop_requested_at.is_null());
    diesel::update(live).set(generations::stop_requested_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// Runs for a conversation that are not ended.
pub async fn live_for(mut conn: &Connection, conversation: ConversationId) -> Result<Vec<GenerationId>> {
    let live = generations::table
        .filter(generations::conversation_id.eq(conversation))
        .filter(generations::status.eq_any([GenerationStatus::Queued, GenerationStatus::Running]));
    Ok(live.select(generations::id).load(&mut conn).await?)
}

/// Runs of `instance` that somebody wants to stop.
pub async fn stop_requested(mut conn: &Connection, instance: InstanceId) -> Result<Vec<GenerationId>> {
    let mine = generations::table
        .filter(generations::instance_id.eq(instance))
        .filter(generations::status.eq(GenerationStatus::Running))
        .filter(generations::stop_requested_at.is_not_null());
    Ok(mine.select(generations::id).load(&mut conn).await?)
}

/// Locks a run that is not ended; `None` when it is, or somebody else has it locked.
pub async fn lock_live(mut conn: &Connection, id: GenerationId) -> Result<Option<Generation>> {
    let live = generations::table
        .find(id)
        .filter(generations::status.eq_any([GenerationStatus::Queued, GenerationStatus::Running]));
    let locked = live.select(Generation::as_select()).for_update().skip_locked().first(&mut conn).await.optional()?;
    Ok(locked)
}

/// Writes down how a run of `instance` ended (any instance's when `None`). `None` when it is not that instance's, or
/// had ended already: of several that try, exactly one succeeds.
pub async fn end(
    mut conn: &Connection,
    id: GenerationId,
    instance: Option<InstanceId>,
    ending: &Ending,
    now: DateTime<Utc>,
) -> Result<Option<Generation>> {
    let mut live = diesel::update(generations::table.find(id))
        .set((
            generations::status.eq(ending.status),
            generations::content.eq(&ending.content),
            generations::provider.eq(&ending.provider),
            generations::model.eq(&ending.model),
            generations::prompt_version.eq(&ending.prompt_version),
            generations::finish_reason.eq(ending.finish_reason),
            generations::error_code.eq(ending.error.as_ref().map(|error| error.0.as_str())),
            generations::error_message.eq(ending.error.as_ref().map(|error| error.1.as_str())),
            generations::input_tokens.eq(ending.usage.map(|usage| count(usage.input_tokens))),
            generations::output_tokens.eq(ending.usage.map(|usage| count(usage.output_tokens))),
            generations::cached_input_tokens.eq(ending.usage.map(|usage| count(usage.cached_input_tokens))),
            generations::usage_is_estimated.eq(ending.usage.is_some_and(|usage| usage.estimated)),
            generations::cost_usd.eq(&ending.cost_usd),
            generations::first_token_ms.eq(ending.first_token_ms),
            generations::duration_ms.eq(ending.duration_ms),
            generations::last_seq.eq(ending.last_seq),
            generations::text_seq.eq(ending.text_seq),
            generations::citations_seq.eq(ending.citations_seq),
            generations::ended_at.eq(now),
        ))
        .filter(generations::status.eq_any([GenerationStatus::Queued, GenerationStatus::Running]))
        .into_boxed();
    if let Some(instance) = instance {
        live = live.filter(generations::instance_id.eq(instance));
    }
    Ok(live.returning(Generation::as_returning()).get_result(&mut conn).await.optional()?)
}

fn count(tokens: u32) -> i32 {
    i32::try_from(tokens).unwrap_or(i32::MAX)
}

/// Stores the citations of an ended run in the order of their markers.
pub async fn insert_citations(mut conn: &Connection, id: GenerationId, citations: &[Citation]) -> Result<()> {
    if citations.is_empty() {
        return Ok(());
    }
    // A document that was deleted meanwhile would break the foreign key; its quote is kept without it.
    let rows = serde_json::to_value(citations.iter().map(CitationRow::from).collect::<Vec<_>>())
        .map_err(crate::error::Error::internal)?;
    diesel::sql_query(
        "INSERT INTO generation_citations (generation_id, position, marker, document_id, chunk_id, page, start_char, \
                end_char, quote, score, answer_start_char, answer_end_char) \
         SELECT $1, (c.n - 1)::int, r.marker, d.id, k.id, r.page, r.start_char, r.end_char, r.quote, r.score, \
                r.answer_start_char, r.answer_end_char \
         FROM jsonb_array_elements($2) WITH ORDINALITY AS c (value, n) \
         CROSS JOIN LATERAL jsonb_to_record(c.value) AS r (marker int, document_id uuid, chunk_id uuid, page int, \
                start_char int, end_char int, quote text, score real, answer_start_char int, answer_end_char int) \
         LEFT JOIN documents d ON d.id = r.document_id LEFT JOIN chunks k ON k.id = r.chunk_id",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<diesel::sql_types::Jsonb, _>(rows)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A citation with ids as Postgres reads them.
#[derive(serde::Serialize)]
struct CitationRow<'a> {
    marker: i32,
    document_id: Option<uuid::Uuid>,
    chunk_id: Option<uuid::Uuid>,
    page: Option<i32>,
    start_char: i32,
    end_char: i32,
    quote: &'a str,
    score: f32,
    answer_start_char: i32,
    answer_end_char: i32,
}

impl<'a> From<&'a Citation> for CitationRow<'a> {
    fn from(citation: &'a Citation) -> Self {
        Self {
            marker: citation.marker,
            document_id: citation.document_id.map(crate::ids::Id::uuid),
            chunk_id: citation.chunk_id.map(crate::ids::Id::uuid),
            page: citation.page,
            start_char: citation.start_char,
            end_char: citation.end_char,
            quote: &citation.quote,
            score: citation.score,
            answer_start_char: citation.answer_start_char,
            answer_end_char: citation.answer_end_char,
        }
    }
}

/// Citations of `owner`'s ended runs, in the order of the markers.
pub async fn load_citations(
    mut conn: &Connection,
    ids: &[GenerationId],
    owner: UserId,
) -> Result<Vec<(GenerationId, Citation)>> {
    let citations = generation_citations::table
        .inner_join(generations::table)
        .filter(generation_citations::generation_id.eq_any(ids))
        .filter(generations::owner_id.eq(owner))
        .order((generation_citations::generation_id, generation_citations::position))
        .select((generation_citations::generation_id, Citation::as_select()))
        .load(&mut conn)
        .await?;
    Ok(citations)
}

/// The text so far of `owner`'s runs that are not ended: what their logs hold.
pub async fn load_live_texts(
    mut conn: &Connection,
    ids: &[GenerationId],
    owner: UserId,
) -> Result<Vec<(GenerationId, String)>> {
    let text = diesel::dsl::sql::<Text>("string_agg(body, '' ORDER BY seq)");
    let texts = generation_events::table
        .inner_join(generations::table)
        .filter(generation_events::generation_id.eq_any(ids))
        .filter(generations::owner_id.eq(owner))
        .filter(generation_events::kind.eq(super::model::EventKind::Text))
        .group_by(generation_events::generation_id)
        .select((generation_events::generation_id, text))
        .load(&mut conn)
        .await?;
    Ok(texts)
}

/// Says that this process lives.
pub async fn beat(mut conn: &Connection, instance: InstanceId, version: &str) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO instances (id, version) VALUES ($1, $2) \
         ON CONFLICT (id) DO UPDATE SET heartbeat_at = clock_timestamp()",
    )
    .bind::<SqlUuid, _>(instance)
    .bind::<Text, _>(version)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Says that this process has gone in good order.
pub async fn retire(mut conn: &Connection, instance: InstanceId) -> Result<()> {
    diesel::delete(instances::table.find(instance)).execute(&mut conn).await?;
    Ok(())
}

/// Forgets processes that were silent for so long, in milliseconds; their runs then belong to nobody.
pub async fn bury(mut conn: &Connection, silence_ms: i64) -> Result<usize> {
    let buried = diesel::sql_query(
        "DELETE FROM instances WHERE heartbeat_at < clock_timestamp() - $1 * interval '1 millisecond'",
    )
    .bind::<BigInt, _>(silence_ms)
    .execute(&mut conn)
    .await?;
    Ok(buried)
}

/// Runs that are RUNNING and belong to nobody.
pub async fn orphans(mut conn: &Connection, limit: i64) -> Result<Vec<GenerationId>> {
    let orphans = generations::table
        .filter(generations::status.eq(GenerationStatus::Running))
        .filter(generations::instance_id.is_null());
    Ok(orphans.order(generations::created_at).limit(limit).select(generations::id).load(&mut conn).await?)
}

/// Removes the log of runs that ended before `before`: from then on their text answers every cursor.
pub async fn prune_logs(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    let pruned = diesel::sql_query(
        "DELETE FROM generation_events WHERE generation_id IN (SELECT g.id FROM generations g \
         WHERE g.ended_at < $1 AND EXISTS (SELECT FROM generation_events e WHERE e.generation_id = g.id) LIMIT 5000)",
    )
    .bind::<diesel::sql_types::Timestamptz, _>(before)
    .execute(&mut conn)
    .await?;
    Ok(pruned)
}
