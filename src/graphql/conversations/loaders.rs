//! Conversations, messages and what hangs on them, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::conversations::model::{Conversation, ConversationUsage, Message};
use crate::domain::conversations::reading;
use crate::domain::documents::model::Document;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{ConversationId, MessageId};

/// A conversation of the reader's.
pub struct ConversationById;

impl Load for ConversationById {
    type Key = ConversationId;
    type Value = Conversation;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::conversations(app, actor, keys).await
    }
}

/// A message in a conversation of the reader's.
pub struct MessageById;

impl Load for MessageById {
    type Key = MessageId;
    type Value = Message;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::messages(app, actor, keys).await
    }
}

/// A page of a conversation's messages.
pub struct MessagePage;

impl Load for MessagePage {
    type Key = (ConversationId, Page<MessageId>);
    type Value = Slice<Message>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        // All parents of one field ask for the same page; another alias may ask for another.
        let mut by_page: HashMap<Page<MessageId>, Vec<ConversationId>> = HashMap::new();
        for (conversation, page) in keys {
            by_page.entry(*page).or_default().push(*conversation);
        }
        let mut pages = HashMap::new();
        for (page, conversations) in by_page {
            let found = reading::message_pages(app, actor, &conversations, page).await?;
            pages.extend(found.into_iter().map(|(conversation, slice)| ((conversation, page), slice)));
        }
        Ok(pages)
    }
}

/// How many messages a conversation has.
pub struct MessageCount;

impl Load for MessageCount {
    type Key = ConversationId;
    type Value = i64;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::message_counts(app, actor, keys).await
    }
}

/// The messages beside one, with itself, oldest first.
pub struct SiblingsOf;

impl Load for SiblingsOf {
    type Key = MessageId;
    type Value = Vec<Message>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::siblings(app, actor, keys).await
    }
}

/// The documents attached to a conversation, in the order of attaching.
pub struct AttachedDocuments;

impl Load for AttachedDocuments {
    type Key = ConversationId;
    type Value = Vec<Document>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::attached_documents(app, actor, keys).await
    }
}

/// Tokens and money of a conversation.
pub struct UsageOf;

impl Load for UsageOf {
    type Key = ConversationId;
    type Value = ConversationUsage;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::usage(app, actor, keys).await
    }
}
