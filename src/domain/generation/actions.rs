//! What can be done with generations: ask for one, follow it, wait for it, stop it.

use std::sync::Arc;
use std::time::Duration;

use async_stream::try_stream;
use futures::{Stream, StreamExt as _};

use super::cursor::Cursor;
use super::ending;
use super::engine::Engine;
use super::event::{Event, EventBody};
use super::expense::{self, Estimate};
use super::feed::{Feed, Read};
use super::log;
use super::model::{Generation, GenerationStatus, NewGeneration};
use super::outcome::Ending;
use super::{store, store_citations, store_payers};
use crate::app::App;
use crate::config::models::ModelName;
use crate::db::error::is_transient;
use crate::db::pool::Connection;
use crate::domain::users::actor::Actor;
use crate::domain::users::budgets::model::{Payer, Refusal};
use crate::domain::users::budgets::used_up;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::{ConversationId, GenerationId, UserId};
use crate::trace::span;

/// Events read from the log at once.
const PAGE: i64 = 256;
/// How long a reader waits for news before it looks at the row itself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How long a reader waits before it looks again while Postgres is away.
const AWAY: Duration = Duration::from_millis(250);
/// How long `stop` waits for the run's end, which may come from another instance.
const STOP_WAIT: Duration = Duration::from_secs(3);

/// A run to be queued.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The name of its purpose.
    pub purpose: &'static str,
    /// What the purpose needs to make the prompt, where no other row holds it.
    pub input: serde_json::Value,
    pub conversation: Option<ConversationId>,
    /// `None` for the configured one.
    pub model: Option<&'a ModelName>,
    /// What it may come to.
    pub estimate: Estimate,
}

/// Queues a run in the caller's transaction, and reserves what it may come to. It begins, on whichever instance is first,
/// once that commits.
///
/// # Errors
/// `QUOTA_EXCEEDED` when a budget of the payer's does not cover it: then nothing is queued, and nothing reserved.
pub async fn request(app: &App, conn: &Connection, payer: Payer, request: Request<'_>) -> Result<GenerationId> {
    queue(app, conn, payer, None, request).await?.map_err(|refusal| used_up(refusal, app.clock.now()))
}

/// As [`request`], for what follows from a run by itself and was asked for by nobody: whoever paid for that pays for this.
/// `None` where a budget does not cover it: then it is left out.
///
/// # Errors
/// When Postgres does not answer.
pub async fn request_after(
    app: &App,
    conn: &Connection,
    before: &Generation,
    request: Request<'_>,
) -> Result<Option<GenerationId>> {
    let payer = Payer { account: before.owner_id, api_key: None };
    let queued = queue(app, conn, payer, Some(before.id), request).await?;
    if queued.is_err() {
        tracing::debug!(after = %before.id, "what would follow is left out: no budget covers it");
    }
    Ok(queued.ok())
}

async fn queue(
    app: &App,
    conn: &Connection,
    payer: Payer,
    after: Option<GenerationId>,
    request: Request<'_>,
) -> Result<Result<GenerationId, Refusal>> {
    let now = app.clock.now();
    let id = GenerationId::generate(now);
    let new = NewGeneration {
        id,
        owner_id: payer.account,
        purpose: request.purpose,
        input: request.input,
        conversation_id: request.conversation,
        requested_model: request.model.map(ToString::to_string),
        traceparent: span::here().map(|place| place.traceparent()),
        created_at: now,
    };
    match expense::expected(app, request.model, request.estimate) {
        None => store::insert(conn, &new).await?,
        Some(expense) => {
            let defaults = app.config.budgets.limits();
            if let Some(refusal) = store_payers::insert(conn, &new, payer, after, &expense, &defaults).await? {
                metrics::counter!("elenchus_quota_exceeded_total", "unit" => refusal.unit.as_str()).increment(1);
                return Ok(Err(refusal));
            }
        }
    }
    app.bus.publish(conn, &Fact::GenerationQueued { generation: id }).await?;
    Ok(Ok(id))
}

/// The generation, if the actor may see it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, UNAUTHENTICATED for nobody.
pub async fn get(app: &App, actor: &Actor, id: GenerationId) -> Result<Generation> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let found = store::find_owned(&*app.db.read().await?, id, owner).await?;
    found.ok_or_else(|| Error::not_found("generation"))
}

/// The steps of a run after a cursor: first what has been, then what comes, then the end. Each exactly once, on any
/// instance, however often it is cut and taken up again.
///
/// # Errors
/// As [`get`]; and BAD_USER_INPUT for a cursor that this generation never had.
pub async fn follow(
    engine: &Engine,
    actor: &Actor,
    id: GenerationId,
    after: Option<Cursor>,
) -> Result<impl Stream<Item = Result<Event>> + Send + use<>> {
    let generation = get(engine.app(), actor, id).await?;
    let after = after.unwrap_or_default();
    if generation.status.is_ended() {
        check_cursor(&generation, after)?;
    }
    Ok(steps(engine.clone(), id, after))
}

/// A cursor from another generation, or made up, would give a text that never was.
fn check_cursor(ended: &Generation, after: Cursor) -> Result<()> {
    let offset = usize::try_from(after.offset).unwrap_or(usize::MAX);
    if after.seq > ended.last_seq || !ended.content.is_char_boundary(offset) {
        return Err(Error::bad_input("after", "This is not a cursor of this generation."));
    }
    Ok(())
}

fn steps(engine: Engine, id: GenerationId, after: Cursor) -> impl Stream<Item = Result<Event>> + Send {
    try_stream! {
        metrics::gauge!("elenchus_generation_subscribers").increment(1);
        let _gone = scopeguard(|| metrics::gauge!("elenchus_generation_subscribers").decrement(1));
        // Holding the feed before the first look at the log makes sure that nothing falls between the two.
        let feed = engine.feeds().get(id);
        let mut news = feed.watch();
        let mut at = after;
        let mut look = true;
        loop {
            news.mark_unchanged();
            let events = match feed.read(at.seq, usize::try_from(PAGE).unwrap_or(256)) {
                Read::Events(events) => events,
                Read::UpToDate if !look => {
                    let waited = tokio::time::timeout(LOOK_AGAIN, news.changed()).await;
                    look = !matches!(waited, Ok(Ok(())));
                    continue;
                }
                Read::UpToDate | Read::Behind => {
                    look = false;
                    match from_log(&engine, &feed, id, at).await {
                        Err(error) if is_transient(&error) => {
                            // Postgres is away: the reader keeps its place, and its socket, until it is back.
                            tokio::time::sleep(AWAY).await;
                            look = true;
                            continue;
                        }
                        // Whoever has seen the end gets nothing more.
                        read => match read? {
                            Some(events) => events,
                            None => return,
                        },
                    }
                }
            };
            for event in events {
                at = event.cursor;
                let is_end = event.is_end();
                yield event;
                if is_end {
                    return;
                }
            }
        }
    }
}

/// What the log, or for a run that has ended its final text, holds after a cursor; `None` behind the end.
async fn from_log(engine: &Engine, feed: &Arc<Feed>, id: GenerationId, at: Cursor) -> Result<Option<Vec<Event>>> {
    let conn = engine.app().db.read().await?;
    let Some(generation) = store::find(&conn, id).await? else { return Err(Error::not_found("generation")) };
    if generation.status.is_ended() {
        // Whoever reads along while it is deleted hears of the end, and of nothing more.
        if generation.discarded_at.is_none() {
            check_cursor(&generation, at)?;
        }
        let citations = match generation.citations_seq {
            0 => Vec::new(),
            _ => store_citations::of(&conn, id).await?,
        };
        let rest = rest(&generation, citations, at);
        return Ok((!rest.is_empty()).then_some(rest));
    }
    let rows = log::after(&conn, id, at.seq, PAGE).await?;
    let events: Vec<Event> = rows.into_iter().map(Event::from_row).collect::<Result<_>>()?;
    // Other readers here need not read the same again.
    feed.push(events.iter().cloned());
    Ok(Some(events))
}

/// The rest of an ended run after a cursor, from its final text: what was in the log comes to the same, in fewer steps.
fn rest(ended: &Generation, citations: Vec<super::model::Citation>, at: Cursor) -> Vec<Event> {
    let length = i32::try_from(ended.content.len()).unwrap_or(i32::MAX);
    let mut events = Vec::new();
    let text = usize::try_from(at.offset).ok().and_then(|from| ended.content.get(from..)).unwrap_or("");
    if !text.is_empty() {
        let cursor = Cursor { seq: ended.text_seq, offset: length };
        events.push(Event { cursor, body: EventBody::Text(text.into()) });
    }
    if at.seq < ended.citations_seq && !citations.is_empty() {
        // In the order of the log, so that this step's cursor tells what was seen before it.
        let offset = if ended.citations_seq < ended.text_seq { at.offset } else { length };
        let cursor = Cursor { seq: ended.citations_seq, offset };
        events.push(Event { cursor, body: EventBody::Citations(citations.into()) });
        events.sort_by_key(|event| event.cursor.seq);
    }
    if at.seq < ended.last_seq {
        let cursor = Cursor { seq: ended.last_seq, offset: length };
        events.push(Event { cursor, body: EventBody::End(ended.status) });
    }
    events
}

/// Waits for the end of a run, `patience` at most, and gives it as it then is.
///
/// # Errors
/// As [`get`].
pub async fn wait(engine: &Engine, actor: &Actor, id: GenerationId, patience: Duration) -> Result<Generation> {
    let steps = follow(engine, actor, id, None).await?;
    let end = async {
        tokio::pin!(steps);
        while let Some(step) = steps.next().await {
            step?;
        }
        Ok::<_, Error>(())
    };
    if let Ok(ended) = tokio::time::timeout(patience, end).await {
        ended?;
    }
    get(engine.app(), actor, id).await
}

/// Stops a run, wherever it is written, and gives it as it then is. Stopping what has ended changes nothing.
///
/// # Errors
/// As [`get`].
pub async fn stop(engine: &Engine, actor: &Actor, id: GenerationId) -> Result<Generation> {
    actor.require_may(Permission::ManageOwnConversations)?;
    let app = engine.app();
    let generation = get(app, actor, id).await?;
    if generation.status.is_ended() {
        return Ok(generation);
    }
    stop_all(app, &*app.db.write().await?, &[id]).await?;
    if generation.status == GenerationStatus::Queued {
        // Nobody writes it yet: it can end here and now. Whoever claims it first wins.
        let stopped = Ending::empty(GenerationStatus::Stopped);
        end_queued(engine, id, &stopped).await?;
    }
    engine.stop_here(id);
    wait(engine, actor, id, STOP_WAIT).await
}

/// Stops all that is written for an account that was shut, wherever it is written. What is missed now is seen to at the
/// next heartbeat.
pub(super) async fn stop_all_of(engine: &Engine, owner: UserId) {
    let app = engine.app();
    let stopped = async {
        let conn = app.db.write().await?;
        let live = store::live_of(&conn, owner).await?;
        stop_all(app, &conn, &live).await?;
        drop(conn);
        for id in live {
            end_queued(engine, id, &Ending::empty(GenerationStatus::Stopped)).await?;
            engine.stop_here(id);
        }
        Ok::<_, Error>(())
    };
    if let Err(error) = stopped.await {
        tracing::warn!(user = %owner, error = %error.chain(), "cannot stop what is written for an account that was shut");
    }
}

/// Asks that runs be stopped, once the caller's transaction commits. Those that have ended are passed over.
async fn stop_all(app: &App, conn: &Connection, ids: &[GenerationId]) -> Result<()> {
    for generation in store::request_stop(conn, ids, app.clock.now()).await? {
        app.bus.publish(conn, &Fact::GenerationStopRequested { generation }).await?;
    }
    Ok(())
}

/// Asks, in the caller's transaction, that all be stopped that is written for a conversation.
///
/// # Errors
/// When Postgres does not answer.
pub async fn stop_all_for(app: &App, conn: &Connection, conversation: ConversationId) -> Result<()> {
    stop_all(app, conn, &store::of_conversations(conn, &[conversation], None).await?).await
}

/// Takes runs from every reader once the caller's transaction commits, what they were for being deleted, and stops
/// those that are still written. What they cost stays.
///
/// # Errors
/// When Postgres does not answer.
pub async fn discard(app: &App, conn: &Connection, ids: &[GenerationId]) -> Result<()> {
    stop_all(app, conn, ids).await?;
    store::discard(conn, ids, app.clock.now()).await
}

/// As [`discard`], for all that is written for these conversations: replies, titles, summaries.
///
/// # Errors
/// When Postgres does not answer.
pub async fn discard_all_for(app: &App, conn: &Connection, conversations: &[ConversationId]) -> Result<()> {
    discard(app, conn, &store::of_conversations(conn, conversations, None).await?).await
}

/// As [`discard`], for what was written for that purpose; its text goes too.
///
/// # Errors
/// When Postgres does not answer.
pub async fn erase_all_for(app: &App, conn: &Connection, conversation: ConversationId, purpose: &str) -> Result<()> {
    erase(app, conn, &store::of_conversations(conn, &[conversation], Some(purpose)).await?).await
}

/// As [`discard`], and the text and citations of those that have ended are gone with it. What is still written is
/// erased by its purpose, when it has ended.
///
/// # Errors
/// When Postgres does not answer.
pub async fn erase(app: &App, conn: &Connection, ids: &[GenerationId]) -> Result<()> {
    discard(app, conn, ids).await?;
    store::erase(conn, ids).await
}

async fn end_queued(engine: &Engine, id: GenerationId, ending: &Ending) -> Result<()> {
    use crate::db::pool::Transactional as _;
    let mut conn = engine.app().db.write().await?;
    conn.transaction(async |conn| {
        let Some(run) = store::lock_live(conn, id).await? else { return Ok(()) };
        if run.status == GenerationStatus::Queued {
            ending::end_in(engine.app(), engine.purposes(), conn, engine.instance(), id, ending, None).await?;
        }
        Ok(())
    })
    .await
}

/// Runs `leave` when dropped.
fn scopeguard(leave: impl FnOnce()) -> impl Drop {
    struct Guard<F: FnOnce()>(Option<F>);
    impl<F: FnOnce()> Drop for Guard<F> {
        fn drop(&mut self) {
            if let Some(leave) = self.0.take() {
                leave();
            }
        }
    }
    Guard(Some(leave))
}
