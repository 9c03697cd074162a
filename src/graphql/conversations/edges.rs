//! From conversations and messages to what hangs on them.

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, ID, Object, Result};
use bigdecimal::BigDecimal;

use super::loaders::{
    AttachedDocuments, ConversationById, MessageById, MessageCount, MessagePage, SiblingsOf, UsageOf,
};
use super::types::{Conversation, ConversationKind, Message, MessageStatus};
use crate::domain::conversations::model;
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::courses::tutoring::TutoringSession;
use crate::graphql::courses::tutoring_loaders::SessionOf;
use crate::graphql::courses::voice::SpeechFormat;
use crate::graphql::courses::voice_edges::speech_url;
use crate::graphql::documents::types::Document;
use crate::graphql::error::to_graphql;
use crate::graphql::generation::loaders::{CitationsOf, GenerationById, LiveText};
use crate::graphql::generation::types::{Citation, Generation, TokenUsage};
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::scalars::Decimal;
use crate::graphql::users::loaders::UserById;
use crate::graphql::users::types::User;
use crate::ids::ConversationId;

/// A page of messages.
pub type MessageConnection = Connection<String, Message, MessageTotal>;

/// What is counted only when it is selected.
pub struct MessageTotal {
    conversation: ConversationId,
}

/// What is counted only when it is selected.
#[Object]
impl MessageTotal {
    /// How many messages the conversation has.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(load::<MessageCount>(ctx, self.conversation).await?.unwrap_or(0))
    }
}

#[ComplexObject]
impl Conversation {
    /// Whose it is.
    async fn owner(&self, ctx: &Context<'_>) -> Result<User> {
        let owner = load::<UserById>(ctx, self.owner_key).await?;
        owner.map(User::from).ok_or_else(|| to_graphql(Error::not_found("user")))
    }

    /// All messages of the tree, newest first. Follow `parent` for one branch.
    async fn messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many of the newest, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those older than this cursor. Null for the newest.")] after: Option<String>,
        #[graphql(desc = "How many of the oldest, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those newer than this cursor. Null for the oldest.")] before: Option<String>,
    ) -> Result<MessageConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<MessagePage>(ctx, (self.key, page)).await?.unwrap_or_default();
        let total = MessageTotal { conversation: self.key };
        Ok(connection(slice, total, |message: &model::Message| message.id.to_string(), Message::from))
    }

    /// The documents that answers rest on, in the order of attaching. Empty: on all that the owner may see.
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<Document>> {
        let attached = load::<AttachedDocuments>(ctx, self.key).await?.unwrap_or_default();
        Ok(attached.into_iter().map(Document::from).collect())
    }

    /// The tutoring session that it is of. Null for any other conversation.
    async fn tutoring_session(&self, ctx: &Context<'_>) -> Result<Option<TutoringSession>> {
        if self.kind != ConversationKind::Tutoring {
            return Ok(None);
        }
        Ok(load::<SessionOf>(ctx, self.key).await?.map(TutoringSession::from))
    }

    /// Tokens of all that was written for it, titles and summaries included.
    async fn usage(&self, ctx: &Context<'_>) -> Result<TokenUsage> {
        let usage = load::<UsageOf>(ctx, self.key).await?;
        let figures = usage.map_or((0, 0, 0, false), |usage| {
            (usage.input_tokens, usage.output_tokens, usage.cached_input_tokens, usage.is_estimated)
        });
        let count = |tokens: i64| i32::try_from(tokens).unwrap_or(i32::MAX);
        Ok(TokenUsage {
            input_tokens: count(figures.0),
            output_tokens: count(figures.1),
            cached_input_tokens: count(figures.2),
            total_tokens: count(figures.0.saturating_add(figures.1)),
            is_estimated: figures.3,
        })
    }

    /// What all that was written for it cost by list prices; models without a known price count nothing.
    async fn cost_usd(&self, ctx: &Context<'_>) -> Result<Decimal> {
        let usage = load::<UsageOf>(ctx, self.key).await?;
        Ok(Decimal(usage.and_then(|usage| usage.cost_usd).unwrap_or_else(|| BigDecimal::from(0))))
    }
}

#[ComplexObject]
impl Message {
    /// Where it was said.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Conversation> {
        let found = load::<ConversationById>(ctx, self.row.conversation_id).await?;
        found.map(Conversation::from).ok_or_else(|| to_graphql(Error::not_found("conversation")))
    }

    /// What is said; for a reply that is being written, the text so far.
    async fn content(&self, ctx: &Context<'_>) -> Result<String> {
        match self.generation_key() {
            Some(key) if self.status == MessageStatus::Generating => {
                Ok(load::<LiveText>(ctx, key).await?.unwrap_or_default().0)
            }
            _ => Ok(self.row.content.clone()),
        }
    }

    /// An address under which a tutor's reply is read aloud, for 15 minutes and without further sign-in; it begins with a slash where
    /// this installation does not know its public address. Every fetch is made anew and counts as a message: keep what you have heard.
    /// Null where nothing is read aloud (viewer.speech), outside of tutoring sessions, for what a person said and while it is written.
    /// FORBIDDEN when asked with an API key.
    async fn speech_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the sound is to be in.", default_with = "SpeechFormat::Mp3")] format: SpeechFormat,
    ) -> Result<Option<String>> {
        match load::<SessionOf>(ctx, self.row.conversation_id).await? {
            Some(_) => speech_url(ctx, &self.row, format),
            None => Ok(None),
        }
    }

    /// The message that this one follows. Null for the first.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        let Some(parent) = self.row.parent_id else { return Ok(None) };
        Ok(load::<MessageById>(ctx, parent).await?.map(Message::from))
    }

    /// The messages that follow the same one: edits, other replies, and this one itself, oldest first.
    async fn siblings(&self, ctx: &Context<'_>) -> Result<Vec<Message>> {
        let siblings = load::<SiblingsOf>(ctx, self.key()).await?.unwrap_or_default();
        Ok(siblings.into_iter().map(Message::from).collect())
    }

    /// What writes this reply, or wrote it. Null for a person's message.
    async fn generation(&self, ctx: &Context<'_>) -> Result<Option<Generation>> {
        let Some(key) = self.generation_key() else { return Ok(None) };
        Ok(load::<GenerationById>(ctx, key).await?.map(Generation::from))
    }

    /// What the markers in this reply stand for, in their order. Empty for a person's message.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        let Some(key) = self.generation_key() else { return Ok(Vec::new()) };
        let citations = load::<CitationsOf>(ctx, key).await?.unwrap_or_default();
        Ok(citations.into_iter().map(Citation::from).collect())
    }
}

/// The id in an argument of a mutation of conversations.
///
/// # Errors
/// `NOT_FOUND` for what is no id of a conversation.
pub fn conversation_id(id: &ID) -> Result<ConversationId> {
    crate::graphql::scalars::parse_id(id, "input.conversationId", "conversation")
}

/// How many conversations the viewer has, counted only when selected.
pub struct ConversationTotal {
    /// Only those with this status.
    pub status: Option<model::ConversationStatus>,
}

/// What is counted only when it is selected.
#[Object]
impl ConversationTotal {
    /// How many conversations there are in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        crate::domain::conversations::actions::count(app(ctx), actor(ctx), self.status).await.map_err(to_graphql)
    }
}
