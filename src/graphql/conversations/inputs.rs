//! What mutations of conversations take and give.

use async_graphql::{ID, InputObject, Json, SimpleObject};

use super::types::{Conversation, ConversationKind, ConversationStatus, Message, Rating};
use crate::graphql::generation::types::Generation;

/// Which conversations to list.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ConversationFilter {
    /// Only those with this status. Null for all.
    pub status: Option<ConversationStatus>,
}

/// A conversation to make.
#[derive(Debug, Clone, InputObject)]
pub struct CreateConversationInput {
    /// Its title, up to 255 characters. Null until the first message gives one.
    pub title: Option<String>,
    /// Which assistant answers. Null for GENERAL.
    pub kind: Option<ConversationKind>,
    /// What to keep with it: any JSON object up to 16 KiB. Null for an empty one.
    pub metadata: Option<Json<serde_json::Value>>,
    /// Documents to attach: answers rest on these alone. Null or empty: on all you may see.
    pub document_ids: Option<Vec<ID>>,
}

/// What to change in a conversation. Null leaves a thing as it is.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateConversationInput {
    /// The conversation.
    pub conversation_id: ID,
    /// Its new title, up to 255 characters.
    pub title: Option<String>,
    /// Whether it is in use.
    pub status: Option<ConversationStatus>,
    /// Which assistant answers from now on.
    pub kind: Option<ConversationKind>,
    /// What to keep with it in place of what was kept: any JSON object up to 16 KiB.
    pub metadata: Option<Json<serde_json::Value>>,
}

/// A conversation to archive or delete.
#[derive(Debug, Clone, InputObject)]
pub struct ConversationInput {
    /// The conversation.
    pub conversation_id: ID,
}

/// Documents to attach to a conversation, or to detach from it.
#[derive(Debug, Clone, InputObject)]
pub struct ConversationDocumentsInput {
    /// The conversation.
    pub conversation_id: ID,
    /// The documents, 100 at most.
    pub document_ids: Vec<ID>,
}

/// A conversation that was made or changed.
#[derive(Debug, Clone, SimpleObject)]
pub struct ConversationPayload {
    /// The conversation as it now is.
    pub conversation: Conversation,
}

/// A conversation that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteConversationPayload {
    /// The id that it had.
    pub deleted_id: ID,
}

/// Something to say.
#[derive(Debug, Clone, InputObject)]
pub struct SendMessageInput {
    /// What to say, up to 10,000 characters.
    pub text: String,
    /// Where to say it. Null begins a conversation.
    pub conversation_id: Option<ID>,
    /// The message of that conversation that this one follows. Null for the newest.
    pub parent_id: Option<ID>,
    /// Documents to attach to the conversation first. Null for none.
    pub document_ids: Option<Vec<ID>>,
    /// Which assistant answers, for a conversation that begins. Null for GENERAL.
    pub kind: Option<ConversationKind>,
    /// Who answers, as provider/model. Null for the configured model.
    pub model: Option<String>,
    /// Any text of your own, up to 200 characters: the same key is the same message, so that a request may be sent
    /// again without harm. Another message under the same key is a CONFLICT. Null for none.
    pub idempotency_key: Option<String>,
    /// True answers only once the reply has ended or the request's time is up; for clients without subscriptions.
    #[graphql(default)]
    pub wait_for_reply: bool,
}

/// A message and the reply that is being written to it.
#[derive(Debug, Clone, SimpleObject)]
pub struct ExchangePayload {
    /// Where it was said.
    pub conversation: Conversation,
    /// What was said.
    pub message: Message,
    /// The reply. Follow `reply.generation.id` with the subscription `generation`.
    pub reply: Message,
}

/// A reply to have written anew.
#[derive(Debug, Clone, InputObject)]
pub struct RegenerateReplyInput {
    /// The reply, or the message that it answers.
    pub message_id: ID,
    /// Who answers, as provider/model. Null for the configured model.
    pub model: Option<String>,
}

/// A message to say otherwise.
#[derive(Debug, Clone, InputObject)]
pub struct EditMessageInput {
    /// The message, which must be a person's.
    pub message_id: ID,
    /// What to say instead, up to 10,000 characters.
    pub text: String,
    /// Who answers, as provider/model. Null for the configured model.
    pub model: Option<String>,
}

/// A message to delete with all that follows it.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteMessageInput {
    /// The message.
    pub message_id: ID,
}

/// What was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteMessagePayload {
    /// The id that the message had.
    pub deleted_id: ID,
    /// The conversation that it was in.
    pub conversation: Conversation,
}

/// A rating of a reply.
#[derive(Debug, Clone, InputObject)]
pub struct RateMessageInput {
    /// The reply.
    pub message_id: ID,
    /// What you think of it. Null takes a rating back.
    pub rating: Option<Rating>,
    /// Why, up to 2,000 characters. Null for nothing.
    pub comment: Option<String>,
}

/// A message that was changed.
#[derive(Debug, Clone, SimpleObject)]
pub struct MessagePayload {
    /// The message as it now is.
    pub message: Message,
}

/// Whether somebody is typing.
#[derive(Debug, Clone, InputObject)]
pub struct SetTypingInput {
    /// Where.
    pub conversation_id: ID,
    /// True when they begin, false when they stop.
    pub is_typing: bool,
}

/// What was told to the other clients.
#[derive(Debug, Clone, SimpleObject)]
pub struct SetTypingPayload {
    /// True when they began.
    pub is_typing: bool,
}

/// Messages that a client has shown.
#[derive(Debug, Clone, InputObject)]
pub struct ConfirmDeliveryInput {
    /// The last message that was shown.
    pub message_id: ID,
}

/// One question over documents.
#[derive(Debug, Clone, InputObject)]
pub struct AskInput {
    /// The question, up to 10,000 characters.
    pub question: String,
    /// The documents. Null for all you may see.
    pub document_ids: Option<Vec<ID>>,
    /// Which assistant answers. Null for GENERAL.
    pub kind: Option<ConversationKind>,
    /// Who answers, as provider/model. Null for the configured model.
    pub model: Option<String>,
    /// True answers only once the text has ended or the request's time is up; for clients without subscriptions.
    #[graphql(default)]
    pub wait_for_answer: bool,
}

/// The answer to a question.
#[derive(Debug, Clone, SimpleObject)]
pub struct AskPayload {
    /// The answer. Follow its id with the subscription `generation`.
    pub generation: Generation,
}
