//! Many generations at once, for those who may see them.

use std::collections::HashMap;

use super::cursor::Cursor;
use super::event::{Event, EventBody};
use super::log;
use super::model::{Citation, Generation};
use super::{store, store_citations};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::GenerationId;

/// Those of `ids` that the actor may see.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[GenerationId]) -> Result<Vec<Generation>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    store::load_readable(&*app.db.read().await?, ids, owner).await
}

/// A run of the actor's that ended while they followed it. What was deleted meanwhile is without its text.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, UNAUTHENTICATED for nobody.
pub async fn ended(app: &App, actor: &Actor, id: GenerationId) -> Result<Generation> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let found = store::find(&*app.db.read().await?, id).await?.filter(|found| found.owner_id == owner);
    let mut ended = found.ok_or_else(|| Error::not_found("generation"))?;
    if ended.discarded_at.is_some() {
        ended.content.clear();
    }
    Ok(ended)
}

/// A run, for what another domain does by itself: **nothing is authorised here**.
///
/// # Errors
/// When Postgres does not answer.
pub async fn find(conn: &Connection, id: GenerationId) -> Result<Option<Generation>> {
    store::find(conn, id).await
}

/// Citations by generation, in the order of the markers; for a run that is still written, those found so far.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn citations(app: &App, actor: &Actor, ids: &[GenerationId]) -> Result<HashMap<GenerationId, Vec<Citation>>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let conn = app.db.read().await?;
    let mut by_generation: HashMap<GenerationId, Vec<Citation>> = HashMap::new();
    let (stored, live) =
        futures::try_join!(store_citations::load(&conn, ids, owner), log::live_citations(&conn, ids, owner))?;
    for row in live {
        let id = row.generation_id;
        if let EventBody::Citations(found) = Event::from_row(row)?.body {
            by_generation.entry(id).or_default().extend(found.iter().cloned());
        }
    }
    for (id, citation) in stored {
        by_generation.entry(id).or_default().push(citation);
    }
    Ok(by_generation)
}

/// The text so far of runs that are still written, and where a reader of it goes on.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn live_texts(
    app: &App,
    actor: &Actor,
    ids: &[GenerationId],
) -> Result<HashMap<GenerationId, (String, Cursor)>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let texts = store::load_live_texts(&*app.db.read().await?, ids, owner).await?;
    Ok(texts.into_iter().collect())
}
