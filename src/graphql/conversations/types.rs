//! Conversations and messages as data.

use async_graphql::{Enum, ID, Json, SimpleObject, Union};
use chrono::{DateTime, Utc};

use crate::domain::conversations::model;
use crate::graphql::scalars::id;
use crate::ids::{ConversationId, GenerationId, MessageId, UserId};

/// Which assistant answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ConversationKind")]
pub enum ConversationKind {
    /// Answers from the person's documents.
    General,
    /// Researches law: sources for every statement, jurisdictions, no advice.
    LegalResearch,
    /// Asks a student about a week's readings, in a tutoring session; begun with startTutoringSession alone.
    Tutoring,
}

/// Whether a conversation is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ConversationStatus")]
pub enum ConversationStatus {
    /// In use.
    Active,
    /// Put away; a new message brings it back.
    Archived,
}

/// A conversation with an assistant.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Conversation {
    /// Opaque, and the same for the life of the conversation.
    pub id: ID,
    /// The beginning of the first message, until a model or a person gives a better one.
    pub title: String,
    /// Whether it is in use.
    pub status: ConversationStatus,
    /// Which assistant answers.
    pub kind: ConversationKind,
    /// What was said before and no longer fits a prompt. Null while all of it fits.
    pub context_summary: Option<String>,
    /// What clients keep with it: any JSON object.
    pub metadata: Json<serde_json::Value>,
    /// When something was last said. Null while nothing was.
    pub last_message_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When something about it last changed.
    pub updated_at: DateTime<Utc>,
    /// Not shown: its key, for the edges.
    #[graphql(skip)]
    pub key: ConversationId,
    /// Not shown: for the edge to its owner.
    #[graphql(skip)]
    pub owner_key: UserId,
}

impl From<model::Conversation> for Conversation {
    fn from(row: model::Conversation) -> Self {
        Self {
            id: id(row.id),
            title: row.title,
            status: row.status.into(),
            kind: row.kind.into(),
            context_summary: row.context_summary,
            metadata: Json(row.metadata),
            last_message_at: row.last_message_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            owner_key: row.owner_id,
        }
    }
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::MessageRole")]
pub enum MessageRole {
    /// A person.
    User,
    /// The assistant.
    Assistant,
    /// Neither: a note of the system.
    System,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::MessageStatus")]
pub enum MessageStatus {
    /// A person's message; stored.
    Sent,
    /// A reply that waits for its model or is being written.
    Generating,
    /// A whole reply.
    Completed,
    /// A reply that somebody stopped. The text so far is kept.
    Stopped,
    /// A reply that broke off; `generation.error` says why. It can be regenerated.
    Failed,
}

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::MessageKind")]
pub enum MessageKind {
    /// What is said in the ordinary course.
    Text,
    /// What a tutor asks first.
    Opening,
    /// A tutor's way back to the readings, in the place of an answer.
    Redirect,
    /// Where there is help, said to somebody who may be about to hurt themselves.
    Support,
    /// A tutor's last word, when the time is over.
    Closing,
}

/// What a person thinks of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Rating")]
pub enum Rating {
    /// Good.
    Up,
    /// Bad.
    Down,
}

/// A rating with what was said about it.
#[derive(Debug, Clone, SimpleObject)]
pub struct MessageFeedback {
    /// What the person thinks of the reply.
    pub rating: Rating,
    /// Why. Null when nothing was said.
    pub comment: Option<String>,
    /// When it was given.
    pub created_at: DateTime<Utc>,
}

/// A message in a conversation. Messages form a tree: an edit and another reply are siblings.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Message {
    /// Opaque, and the same for the life of the message.
    pub id: ID,
    /// Who speaks.
    pub role: MessageRole,
    /// What it is for.
    pub kind: MessageKind,
    /// Where it stands.
    pub status: MessageStatus,
    /// What the person thinks of this reply. Null when it was not rated.
    pub feedback: Option<MessageFeedback>,
    /// When it was said.
    pub created_at: DateTime<Utc>,
    /// Not shown: its row, for the edges.
    #[graphql(skip)]
    pub row: model::Message,
}

impl From<model::Message> for Message {
    fn from(row: model::Message) -> Self {
        let feedback = row.feedback_rating.map(|rating| MessageFeedback {
            rating: rating.into(),
            comment: row.feedback_comment.clone(),
            created_at: row.feedback_at.unwrap_or(row.created_at),
        });
        Self {
            id: id(row.id),
            role: row.role.into(),
            kind: row.kind.into(),
            status: row.status.into(),
            feedback,
            created_at: row.created_at,
            row,
        }
    }
}

impl Message {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> MessageId {
        self.row.id
    }

    /// What writes it, for a reply.
    #[must_use]
    pub fn generation_key(&self) -> Option<GenerationId> {
        self.row.generation_id
    }
}

/// Something that happened in a conversation.
#[derive(Debug, Clone, Union)]
pub enum ConversationEvent {
    MessageAdded(MessageAdded),
    MessageChanged(MessageChanged),
    MessageDeleted(MessageDeleted),
    ConversationChanged(ConversationChanged),
    ConversationDeleted(ConversationDeleted),
    TypingChanged(TypingChanged),
    MessagesDelivered(MessagesDelivered),
}

/// A message was added.
#[derive(Debug, Clone, SimpleObject)]
pub struct MessageAdded {
    /// The new message.
    pub message: Message,
}

/// The status or the rating of a message changed. Its text, while it is written, streams with `generation`.
#[derive(Debug, Clone, SimpleObject)]
pub struct MessageChanged {
    /// The message as it now is.
    pub message: Message,
}

/// A message was deleted, with all that followed it.
#[derive(Debug, Clone, SimpleObject)]
pub struct MessageDeleted {
    /// The id that it had.
    pub id: ID,
}

/// Title, status, documents or summary changed, or news may have been missed while the server had lost its database:
/// read again what you show.
#[derive(Debug, Clone, SimpleObject)]
pub struct ConversationChanged {
    /// The conversation as it now is.
    pub conversation: Conversation,
}

/// The conversation was deleted. The stream completes.
#[derive(Debug, Clone, SimpleObject)]
pub struct ConversationDeleted {
    /// The id that it had.
    pub id: ID,
}

/// Somebody began to type, or stopped.
#[derive(Debug, Clone, SimpleObject)]
pub struct TypingChanged {
    /// Who.
    pub user_id: ID,
    /// True when they began.
    pub is_typing: bool,
}

/// One of the owner's clients has shown the messages up to this one.
#[derive(Debug, Clone, SimpleObject)]
pub struct MessagesDelivered {
    /// The last message that was shown.
    pub message_id: ID,
}
