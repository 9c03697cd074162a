//! What happens in a conversation, told to all of its owner's clients.

use async_stream::try_stream;
use futures::Stream;

use super::model::{Conversation, Message};
use super::{actions, messages};
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{ErrorCode, Result};
use crate::events::fact::{Fact, Topic};
use crate::ids::{ConversationId, MessageId, UserId};

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum ConversationEvent {
    /// A message was added.
    MessageAdded(Message),
    /// A message was changed: its status, its rating.
    MessageChanged(Message),
    /// A message was deleted, with all that followed it.
    MessageDeleted(MessageId),
    /// Title, status, documents or summary changed; or news may have been missed and is best read again.
    Changed(Conversation),
    /// It was deleted; nothing more will come.
    Deleted(ConversationId),
    Typing {
        user: UserId,
        typing: bool,
    },
    /// A client has shown the messages up to this one.
    Delivered(MessageId),
}

/// What happens in a conversation from now on.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown conversation.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: ConversationId,
) -> Result<impl Stream<Item = Result<ConversationEvent>> + Send + use<>> {
    // Listening before looking: what happens in between is heard.
    let mut facts = app.bus.listen(Topic::Conversation(id));
    actions::get(app, actor, id).await?;
    let (app, actor) = (app.clone(), actor.clone());
    Ok(try_stream! {
        loop {
            let fact = facts.next().await;
            let event = match &*fact {
                Fact::MessageAdded { message, .. } => {
                    found(messages::get(&app, &actor, *message).await)?.map(ConversationEvent::MessageAdded)
                }
                Fact::MessageChanged { message, .. } => {
                    found(messages::get(&app, &actor, *message).await)?.map(ConversationEvent::MessageChanged)
                }
                Fact::MessageDeleted { message, .. } => Some(ConversationEvent::MessageDeleted(*message)),
                Fact::TypingChanged { user, typing, .. } => {
                    Some(ConversationEvent::Typing { user: *user, typing: *typing })
                }
                Fact::MessagesDelivered { message, .. } => Some(ConversationEvent::Delivered(*message)),
                Fact::ConversationChanged { .. } | Fact::Missed => {
                    let Some(conversation) = found(actions::get(&app, &actor, id).await)? else {
                        yield ConversationEvent::Deleted(id);
                        return;
                    };
                    Some(ConversationEvent::Changed(conversation))
                }
                _ => None,
            };
            if let Some(event) = event {
                yield event;
            }
        }
    })
}

/// What is gone by now is no failure of the stream.
fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tells the owner's other clients that somebody is typing.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown conversation.
pub async fn set_typing(app: &App, actor: &Actor, id: ConversationId, typing: bool) -> Result<()> {
    let user = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    actions::get(app, actor, id).await?;
    app.bus.publish(&*app.db.write().await?, &Fact::TypingChanged { conversation: id, user, typing }).await
}

/// Tells the owner's other clients what was shown.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown message.
pub async fn confirm_delivery(app: &App, actor: &Actor, id: MessageId) -> Result<Message> {
    actor.require_may(Permission::ManageOwnConversations)?;
    let message = messages::get(app, actor, id).await?;
    let delivered = Fact::MessagesDelivered { conversation: message.conversation_id, message: id };
    app.bus.publish(&*app.db.write().await?, &delivered).await?;
    Ok(message)
}
