//! What can be done with one message: read it, rate it, delete it.

use serde_json::json;

use super::model::{Message, MessageRole, Rating};
use super::summary::SUMMARY;
use super::{policy, store, store_messages};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::generation::actions as generations;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::{ConversationId, MessageId};

/// Longest comment on a rating, in characters.
const COMMENT_MAX_CHARS: usize = 2000;

/// Rates a reply; no rating takes it back.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown message, `BAD_USER_INPUT` for one that is no reply, or a long comment.
pub async fn rate(
    app: &App,
    actor: &Actor,
    id: MessageId,
    rating: Option<Rating>,
    comment: Option<String>,
) -> Result<Message> {
    let owner = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let comment = comment.map(|comment| comment.replace('\0', "")).filter(|_| rating.is_some());
    if comment.as_ref().is_some_and(|comment| comment.chars().count() > COMMENT_MAX_CHARS) {
        let problem = format!("The comment is longer than {COMMENT_MAX_CHARS} characters.");
        return Err(Error::bad_input("input.comment", problem));
    }
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let message = store_messages::find(conn, id, owner).await?.ok_or_else(missing)?;
        if message.role != MessageRole::Assistant {
            return Err(Error::bad_input("input.messageId", "Only a reply can be rated."));
        }
        let rated = store_messages::rate(conn, id, rating, comment.as_deref(), app.clock.now()).await?;
        let rated = rated.ok_or_else(missing)?;
        let changed = Fact::MessageChanged { conversation: rated.conversation_id, message: id };
        app.bus.publish(conn, &changed).await?;
        Ok(rated)
    })
    .await
}

/// Deletes a message and all that follows it, and leaves its siblings. What is still being written there is stopped.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown message.
pub async fn delete(app: &App, actor: &Actor, id: MessageId) -> Result<ConversationId> {
    let owner = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let owned = store_messages::find(conn, id, owner).await?.ok_or_else(missing)?;
        // In the order in which the end of a run takes its locks: first the run, then the conversation.
        generations::discard(app, conn, &store_messages::runs_from(conn, owned.id).await?).await?;
        // Locked, so that nothing is said meanwhile to what goes.
        let locked = store::lock_with(conn, id, owner).await?.ok_or_else(missing)?;
        policy::require_own_pace(locked.kind)?;
        let conversation = locked.id;
        generations::erase(app, conn, &store_messages::runs_from(conn, id).await?).await?;
        if store_messages::delete(conn, id).await? == 0 {
            return Err(missing());
        }
        let entry = Entry::new(Action::MessageDeleted).on(id).before(json!({ "conversation": conversation }));
        audit::record(conn, app.clock.now(), actor, entry).await?;
        store::forget_lost_summary(conn, conversation).await?;
        // They may tell of what is gone; what holds of them is in the conversation.
        generations::erase_all_for(app, conn, conversation, SUMMARY).await?;
        app.bus.publish(conn, &Fact::MessageDeleted { conversation, message: id }).await?;
        Ok(conversation)
    })
    .await
}

/// The message, if it is in a conversation of the actor's.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn get(app: &App, actor: &Actor, id: MessageId) -> Result<Message> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    store_messages::find(&*app.db.read().await?, id, owner).await?.ok_or_else(missing)
}

fn missing() -> Error {
    Error::not_found("message")
}
