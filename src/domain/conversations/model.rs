//! Rows and enums of conversations.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::schema::{conversations, messages};
use crate::ids::{ConversationId, GenerationId, MessageId, UserId};

/// Which assistant answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ConversationKind {
    General,
    LegalResearch,
    /// A tutor who asks, in a session of a course. What is said in it is the session's business.
    Tutoring,
}

crate::db::enums::text_enum!(ConversationKind {
    General => "GENERAL",
    LegalResearch => "LEGAL_RESEARCH",
    Tutoring => "TUTORING",
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ConversationStatus {
    Active,
    Archived,
}

crate::db::enums::text_enum!(ConversationStatus { Active => "ACTIVE", Archived => "ARCHIVED" });

/// Who gave a conversation its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum TitleSource {
    /// The beginning of the first message.
    FirstMessage,
    Model,
    /// Never replaced.
    Person,
}

crate::db::enums::text_enum!(TitleSource {
    FirstMessage => "FIRST_MESSAGE",
    Model => "MODEL",
    Person => "PERSON",
});

/// One conversation.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = conversations, check_for_backend(diesel::pg::Pg))]
pub struct Conversation {
    pub id: ConversationId,
    pub owner_id: UserId,
    pub kind: ConversationKind,
    pub title: String,
    pub title_source: TitleSource,
    pub status: ConversationStatus,
    pub context_summary: Option<String>,
    pub summary_message_id: Option<MessageId>,
    pub metadata: serde_json::Value,
    pub last_message_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Conversation {
    /// When something was last said, or when it began.
    #[must_use]
    pub fn spoken_at(&self) -> DateTime<Utc> {
        self.last_message_at.unwrap_or(self.created_at)
    }
}

/// A conversation to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = conversations)]
pub struct NewConversation {
    pub id: ConversationId,
    pub owner_id: UserId,
    pub kind: ConversationKind,
    pub title: String,
    pub title_source: TitleSource,
    pub metadata: serde_json::Value,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is to be changed in a conversation; `None` leaves it.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = conversations)]
pub struct ConversationChange {
    pub title: Option<String>,
    pub title_source: Option<TitleSource>,
    pub status: Option<ConversationStatus>,
    pub kind: Option<ConversationKind>,
    pub metadata: Option<serde_json::Value>,
    pub updated_at: Option<DateTime<Utc>>,
}

/// Place in the list of conversations: the one spoken in last comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConversationCursor {
    pub spoken_at: DateTime<Utc>,
    pub id: ConversationId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum MessageRole {
    User,
    Assistant,
    System,
}

crate::db::enums::text_enum!(MessageRole { User => "USER", Assistant => "ASSISTANT", System => "SYSTEM" });

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum MessageKind {
    /// What is said in the ordinary course.
    Text,
    /// What a tutor asks first.
    Opening,
    /// A tutor's way back to the readings, in the place of an answer.
    Redirect,
    /// Said to somebody who may be about to hurt themselves.
    Support,
    /// A tutor's last word, when the time is over.
    Closing,
}

crate::db::enums::text_enum!(MessageKind {
    Text => "TEXT",
    Opening => "OPENING",
    Redirect => "REDIRECT",
    Support => "SUPPORT",
    Closing => "CLOSING",
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum MessageStatus {
    /// A person's message, stored.
    Sent,
    /// A reply that is being written.
    Generating,
    Completed,
    Stopped,
    Failed,
}

crate::db::enums::text_enum!(MessageStatus {
    Sent => "SENT",
    Generating => "GENERATING",
    Completed => "COMPLETED",
    Stopped => "STOPPED",
    Failed => "FAILED",
});

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Rating {
    Up,
    Down,
}

crate::db::enums::text_enum!(Rating { Up => "UP", Down => "DOWN" });

/// One message.
#[derive(Debug, Clone, Queryable, QueryableByName, Selectable, Identifiable)]
#[diesel(table_name = messages, check_for_backend(diesel::pg::Pg))]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub parent_id: Option<MessageId>,
    pub role: MessageRole,
    /// Empty for a reply while it is written.
    pub content: String,
    pub status: MessageStatus,
    pub generation_id: Option<GenerationId>,
    pub feedback_rating: Option<Rating>,
    pub feedback_comment: Option<String>,
    pub feedback_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub kind: MessageKind,
}

/// A message to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = messages)]
pub struct NewMessage {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub parent_id: Option<MessageId>,
    pub author_id: Option<UserId>,
    pub role: MessageRole,
    pub content: String,
    pub status: MessageStatus,
    pub generation_id: Option<GenerationId>,
    pub idempotency_key: Option<String>,
    pub created_at: DateTime<Utc>,
    pub kind: MessageKind,
}

/// Tokens and money of one conversation, titles and summaries included.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct ConversationUsage {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub conversation_id: ConversationId,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub input_tokens: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub output_tokens: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub cached_input_tokens: i64,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub is_estimated: bool,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Numeric>)]
    pub cost_usd: Option<bigdecimal::BigDecimal>,
}
