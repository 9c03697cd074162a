//! Every statement about generations but the log's.

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use super::cursor::Cursor;
use super::model::{EventKind, Generation, GenerationStatus, NewGeneration};
use super::outcome::Ending;
use super::visibility::{owned_by, readable_by};
use crate::db::pool::Connection;
use crate::db::schema::{generation_citations, generation_events, generations, users};
use crate::error::Result;
use crate::ids::{ConversationId, GenerationId, InstanceId, UserId};

pub async fn insert(mut conn: &Connection, new: &NewGeneration) -> Result<()> {
    diesel::insert_into(generations::table).values(new).execute(&mut conn).await?;
    Ok(())
}

pub async fn find(mut conn: &Connection, id: GenerationId) -> Result<Option<Generation>> {
    Ok(generations::table.find(id).select(Generation::as_select()).first(&mut conn).await.optional()?)
}

/// The generation if it is `owner`'s: anything else is as good as none.
pub async fn find_owned(mut conn: &Connection, id: GenerationId, owner: UserId) -> Result<Option<Generation>> {
    let owned = generations::table.find(id).filter(owned_by(owner));
    Ok(owned.select(Generation::as_select()).first(&mut conn).await.optional()?)
}

/// Those of `ids` that `reader` may read, in no order.
pub async fn load_readable(mut conn: &Connection, ids: &[GenerationId], reader: UserId) -> Result<Vec<Generation>> {
    let readable = generations::table.filter(generations::id.eq_any(ids)).filter(readable_by(reader));
    Ok(readable.select(Generation::as_select()).load(&mut conn).await?)
}

/// Takes a waiting run for `instance`; `None` when another was faster or it no longer waits.
pub async fn claim(
    mut conn: &Connection,
    id: GenerationId,
    instance: InstanceId,
    now: DateTime<Utc>,
    traceparent: String,
) -> Result<Option<Generation>> {
    let waiting = generations::table.find(id).filter(generations::status.eq(GenerationStatus::Queued));
    let claimed = diesel::update(waiting)
        .set((
            generations::status.eq(GenerationStatus::Running),
            generations::instance_id.eq(instance),
            generations::attempt.eq(generations::attempt + 1),
            generations::started_at.eq(now),
            generations::traceparent.eq(traceparent),
        ))
        .returning(Generation::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(claimed)
}

/// Where a run was asked for, as in W3C Trace Context.
pub async fn traceparent(mut conn: &Connection, id: GenerationId) -> Result<Option<String>> {
    let found = generations::table.find(id).select(generations::traceparent).first(&mut conn).await.optional()?;
    Ok(found.flatten())
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

/// Notes that somebody wants these to stop; returns those that were not to stop before.
pub async fn request_stop(
    mut conn: &Connection,
    ids: &[GenerationId],
    now: DateTime<Utc>,
) -> Result<Vec<GenerationId>> {
    let live = generations::table
        .filter(generations::id.eq_any(ids))
        .filter(generations::status.eq_any([GenerationStatus::Queued, GenerationStatus::Running]))
        .filter(generations::stop_requested_at.is_null());
    let asked = diesel::update(live).set(generations::stop_requested_at.eq(now)).returning(generations::id);
    Ok(asked.get_results(&mut conn).await?)
}

/// Runs for these conversations, all or those of one purpose.
pub async fn of_conversations(
    mut conn: &Connection,
    conversations: &[ConversationId],
    purpose: Option<&str>,
) -> Result<Vec<GenerationId>> {
    let of_these = generations::table.filter(generations::conversation_id.eq_any(conversations));
    let mut runs = of_these.select(generations::id).into_boxed();
    if let Some(purpose) = purpose {
        runs = runs.filter(generations::purpose.eq(purpose));
    }
    Ok(runs.load(&mut conn).await?)
}

/// Takes these from every reader.
pub async fn discard(mut conn: &Connection, ids: &[GenerationId], now: DateTime<Utc>) -> Result<()> {
    let readable = generations::table.filter(generations::id.eq_any(ids)).filter(generations::discarded_at.is_null());
    diesel::update(readable).set(generations::discarded_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// Removes what was written and cited in those of these runs that have ended; what they cost stays.
pub async fn erase(mut conn: &Connection, ids: &[GenerationId]) -> Result<()> {
    let ended = generations::table.filter(generations::id.eq_any(ids)).filter(generations::ended_at.is_not_null());
    let erased: Vec<GenerationId> = diesel::update(ended)
        .set((generations::content.eq(""), generations::input.eq(serde_json::json!({}))))
        .returning(generations::id)
        .get_results(&mut conn)
        .await?;
    let cited = generation_citations::table.filter(generation_citations::generation_id.eq_any(&erased));
    diesel::delete(cited).execute(&mut conn).await?;
    // The end stays: whoever still reads along is waiting for it.
    let said = generation_events::table
        .filter(generation_events::generation_id.eq_any(&erased))
        .filter(generation_events::kind.ne(EventKind::End));
    diesel::delete(said).execute(&mut conn).await?;
    Ok(())
}

/// Runs of `instance` that somebody wants to stop.
pub async fn stop_requested(mut conn: &Connection, instance: InstanceId) -> Result<Vec<GenerationId>> {
    let mine = generations::table
        .filter(generations::instance_id.eq(instance))
        .filter(generations::status.eq(GenerationStatus::Running))
        .filter(generations::stop_requested_at.is_not_null());
    Ok(mine.select(generations::id).load(&mut conn).await?)
}

/// Runs of `owner` that are not ended.
pub async fn live_of(mut conn: &Connection, owner: UserId) -> Result<Vec<GenerationId>> {
    let live = generations::table
        .filter(generations::owner_id.eq(owner))
        .filter(generations::status.eq_any([GenerationStatus::Queued, GenerationStatus::Running]));
    Ok(live.select(generations::id).load(&mut conn).await?)
}

/// Owners of runs that are not ended whose accounts are shut or deleted.
pub async fn shut_owners(mut conn: &Connection) -> Result<Vec<UserId>> {
    let of_shut = generations::table
        .inner_join(users::table)
        .filter(generations::status.eq_any([GenerationStatus::Queued, GenerationStatus::Running]))
        .filter(generations::stop_requested_at.is_null())
        .filter(diesel::dsl::not(users::is_active).or(users::deleted_at.is_not_null()));
    Ok(of_shut.select(generations::owner_id).distinct().load(&mut conn).await?)
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

/// The text so far of `owner`'s runs that are not ended, and the step that it goes up to: what their logs hold.
pub async fn load_live_texts(
    mut conn: &Connection,
    ids: &[GenerationId],
    owner: UserId,
) -> Result<Vec<(GenerationId, (String, Cursor))>> {
    let text = diesel::dsl::sql::<Text>("string_agg(body, '' ORDER BY seq)");
    let (seq, offset) = (max(generation_events::seq), max(generation_events::text_end));
    let texts: Vec<(GenerationId, String, Option<i32>, Option<i32>)> = generation_events::table
        .inner_join(generations::table)
        .filter(generation_events::generation_id.eq_any(ids))
        .filter(readable_by(owner))
        .filter(generation_events::kind.eq(EventKind::Text))
        .group_by(generation_events::generation_id)
        .select((generation_events::generation_id, text, seq, offset))
        .load(&mut conn)
        .await?;
    let at = |seq: Option<i32>, offset: Option<i32>| Cursor { seq: seq.unwrap_or(0), offset: offset.unwrap_or(0) };
    Ok(texts.into_iter().map(|(id, text, seq, offset)| (id, (text, at(seq, offset)))).collect())
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
