//! What happens in a conversation.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;

use super::types::{
    ConversationChanged, ConversationDeleted, ConversationEvent, MessageAdded, MessageChanged, MessageDeleted,
    MessagesDelivered, TypingChanged,
};
use crate::domain::conversations::follow;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::{id as show_id, parse_id};

/// The part of the root that tells what happens in conversations.
#[derive(Default)]
pub struct ConversationsSubscription;

#[Subscription]
impl ConversationsSubscription {
    /// What happens in a conversation from now on: messages, titles, typing, delivery, to all of its owner's clients.
    /// The text of a reply streams with `generation`. NOT_FOUND for a conversation that is not yours.
    async fn conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] id: ID,
    ) -> Result<impl Stream<Item = Result<ConversationEvent>> + use<>> {
        let id = parse_id(&id, "id", "conversation")?;
        let news = follow::follow(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(events(ctx, news, show))
    }
}

fn show(event: follow::ConversationEvent) -> ConversationEvent {
    match event {
        follow::ConversationEvent::MessageAdded(row) => {
            ConversationEvent::MessageAdded(MessageAdded { message: row.into() })
        }
        follow::ConversationEvent::MessageChanged(row) => {
            ConversationEvent::MessageChanged(MessageChanged { message: row.into() })
        }
        follow::ConversationEvent::MessageDeleted(id) => {
            ConversationEvent::MessageDeleted(MessageDeleted { id: show_id(id) })
        }
        follow::ConversationEvent::Changed(row) => {
            ConversationEvent::ConversationChanged(ConversationChanged { conversation: row.into() })
        }
        follow::ConversationEvent::Deleted(id) => {
            ConversationEvent::ConversationDeleted(ConversationDeleted { id: show_id(id) })
        }
        follow::ConversationEvent::Typing { user, typing } => {
            ConversationEvent::TypingChanged(TypingChanged { user_id: show_id(user), is_typing: typing })
        }
        follow::ConversationEvent::Delivered(id) => {
            ConversationEvent::MessagesDelivered(MessagesDelivered { message_id: show_id(id) })
        }
    }
}
