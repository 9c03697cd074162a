//! Statements about what was held back.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Flag, NewFlag, Resolution};
use super::store::SEEN;
use crate::db::pool::Connection;
use crate::db::schema::moderation_flags;
use crate::error::Result;
use crate::ids::{GenerationId, MessageId, ModerationFlagId, TutoringSessionId, UserId};

const COLUMNS: &str = "f.id, f.session_id, f.message_id, f.direction, f.categories, f.source, f.explanation, f.excerpt, \
     f.created_at, f.appeal, f.appealed_at, f.resolution, f.resolution_note, f.resolved_at";

/// Stores a flag; a run that is begun anew finds what it found before.
pub async fn insert(mut conn: &Connection, new: &NewFlag) -> Result<()> {
    diesel::insert_into(moderation_flags::table).values(new).on_conflict_do_nothing().execute(&mut conn).await?;
    Ok(())
}

/// The flags of those of these sessions that `reader` may see, the oldest first.
pub async fn of_sessions(mut conn: &Connection, reader: UserId, ids: &[TutoringSessionId]) -> Result<Vec<Flag>> {
    let seen = diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM moderation_flags f JOIN tutoring_sessions t ON t.id = f.session_id \
         WHERE f.session_id = ANY ($2) AND {SEEN} ORDER BY f.id"
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// A flag that `reader` may see, locked.
pub async fn lock(mut conn: &Connection, reader: UserId, id: ModerationFlagId) -> Result<Option<Flag>> {
    let seen = diesel::sql_query(format!(
        "SELECT {COLUMNS} FROM moderation_flags f JOIN tutoring_sessions t ON t.id = f.session_id \
         WHERE f.id = $2 AND {SEEN} FOR UPDATE OF f"
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// The messages of a session that were held back: no prompt has them.
pub async fn flagged_messages(mut conn: &Connection, session: TutoringSessionId) -> Result<Vec<MessageId>> {
    let flagged = moderation_flags::table.filter(moderation_flags::session_id.eq(session));
    let ids: Vec<Option<MessageId>> = flagged.select(moderation_flags::message_id).load(&mut conn).await?;
    Ok(ids.into_iter().flatten().collect())
}

/// The categories of what was found in a run; `None` when nothing was.
pub async fn found_in(mut conn: &Connection, run: GenerationId) -> Result<Option<Vec<String>>> {
    let found = moderation_flags::table.filter(moderation_flags::generation_id.eq(run));
    let found: Vec<Vec<String>> = found.select(moderation_flags::categories).load(&mut conn).await?;
    Ok((!found.is_empty()).then(|| found.concat()))
}

pub async fn appeal(mut conn: &Connection, id: ModerationFlagId, appeal: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(moderation_flags::table.find(id))
        .set((moderation_flags::appeal.eq(appeal), moderation_flags::appealed_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

pub async fn resolve(
    mut conn: &Connection,
    id: ModerationFlagId,
    resolver: UserId,
    resolution: Resolution,
    note: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(moderation_flags::table.find(id))
        .set((
            moderation_flags::resolution.eq(resolution),
            moderation_flags::resolution_note.eq(note),
            moderation_flags::resolver_id.eq(resolver),
            moderation_flags::resolved_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}
