//! Verbs of conversations.

use async_graphql::{Context, ID, Object, Result};

use super::edges::conversation_id;
use super::inputs::{
    AskInput, AskPayload, ConfirmDeliveryInput, ConversationDocumentsInput, ConversationInput, ConversationPayload,
    CreateConversationInput, DeleteConversationPayload, DeleteMessageInput, DeleteMessagePayload, EditMessageInput,
    ExchangePayload, MessagePayload, RateMessageInput, RegenerateReplyInput, SendMessageInput, SetTypingInput,
    SetTypingPayload, UpdateConversationInput,
};
use crate::config::models::ModelName;
use crate::domain::conversations::actions::{self, Create, Update};
use crate::domain::conversations::answer::{self, Question};
use crate::domain::conversations::exchanges::{self, Exchange, Send};
use crate::domain::conversations::{follow, messages, model, reading};
use crate::domain::generation::actions as generations;
use crate::error::Error;
use crate::graphql::context::{actor, app, engine};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{id, parse_id, parse_ids};
use crate::ids::{DocumentId, MessageId};

/// The part of the root that acts on conversations.
#[derive(Default)]
pub struct ConversationsMutation;

/// What people do with conversations.
#[Object]
impl ConversationsMutation {
    /// Makes an empty conversation. BAD_USER_INPUT for the title or metadata, NOT_FOUND for documents that are not
    /// yours.
    async fn create_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation to make.")] input: CreateConversationInput,
    ) -> Result<ConversationPayload> {
        let create = Create {
            title: input.title,
            kind: input.kind.map(Into::into),
            metadata: input.metadata.map(|metadata| metadata.0),
            documents: document_ids(input.document_ids)?.unwrap_or_default(),
        };
        payload(actions::create(app(ctx), actor(ctx), create).await)
    }

    /// Changes a conversation. A title given here is never replaced by a model. NOT_FOUND for one that is not yours.
    async fn update_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateConversationInput,
    ) -> Result<ConversationPayload> {
        let update = Update {
            title: input.title,
            status: input.status.map(Into::into),
            kind: input.kind.map(Into::into),
            metadata: input.metadata.map(|metadata| metadata.0),
        };
        payload(actions::update(app(ctx), actor(ctx), conversation_id(&input.conversation_id)?, update).await)
    }

    /// Puts a conversation away; a new message brings it back. NOT_FOUND for one that is not yours.
    async fn archive_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<ConversationPayload> {
        let update = Update { status: Some(model::ConversationStatus::Archived), ..Update::default() };
        payload(actions::update(app(ctx), actor(ctx), conversation_id(&input.conversation_id)?, update).await)
    }

    /// Deletes a conversation: at once for every reader, for good 30 days later. NOT_FOUND for one that is not yours.
    async fn delete_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<DeleteConversationPayload> {
        let key = conversation_id(&input.conversation_id)?;
        actions::delete(app(ctx), actor(ctx), key).await.map_err(to_graphql)?;
        Ok(DeleteConversationPayload { deleted_id: id(key) })
    }

    /// Attaches documents: from then on answers rest on the attached ones alone. NOT_FOUND when the conversation or
    /// one of the documents is not yours; then none is attached.
    async fn attach_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to attach to what.")] input: ConversationDocumentsInput,
    ) -> Result<ConversationPayload> {
        let conversation = conversation_id(&input.conversation_id)?;
        let documents = document_ids(Some(input.document_ids))?.unwrap_or_default();
        payload(actions::attach(app(ctx), actor(ctx), conversation, &documents).await)
    }

    /// Detaches documents; those that are not attached are passed over. NOT_FOUND for a conversation that is not yours.
    async fn detach_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to detach from what.")] input: ConversationDocumentsInput,
    ) -> Result<ConversationPayload> {
        let conversation = conversation_id(&input.conversation_id)?;
        let documents = document_ids(Some(input.document_ids))?.unwrap_or_default();
        payload(actions::detach(app(ctx), actor(ctx), conversation, &documents).await)
    }

    /// Says something and has it answered; begins a conversation when none is given. Both messages are stored before
    /// this returns, and the reply streams with the subscription `generation`. CONFLICT while the message before is
    /// still being answered, and for an idempotency key under which something else was sent.
    async fn send_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to say, and where.")] input: SendMessageInput,
    ) -> Result<ExchangePayload> {
        let conversation = input.conversation_id.as_ref().map(conversation_id).transpose()?;
        let parent: Option<MessageId> = match &input.parent_id {
            Some(parent) => Some(parse_id(parent, "input.parentId", "message")?),
            None => None,
        };
        let send = Send {
            conversation,
            text: input.text,
            parent,
            documents: document_ids(input.document_ids)?.unwrap_or_default(),
            kind: input.kind.map(Into::into),
            model: model_name(input.model)?,
            idempotency_key: input.idempotency_key,
        };
        let exchange = exchanges::send(app(ctx), actor(ctx), send).await.map_err(to_graphql)?;
        if input.wait_for_reply { waited(ctx, exchange).await } else { Ok(shown(exchange)) }
    }

    /// Has a message answered anew: another reply beside those there are. NOT_FOUND for a message that is not yours.
    async fn regenerate_reply(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to answer anew.")] input: RegenerateReplyInput,
    ) -> Result<ExchangePayload> {
        let message = message_id(&input.message_id)?;
        let exchange = exchanges::regenerate(app(ctx), actor(ctx), message, model_name(input.model)?).await;
        exchange.map(shown).map_err(to_graphql)
    }

    /// Says a message otherwise: another message beside it, with a reply of its own; the old branch stays. NOT_FOUND
    /// for a message that is not yours.
    async fn edit_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to say instead.")] input: EditMessageInput,
    ) -> Result<ExchangePayload> {
        let message = message_id(&input.message_id)?;
        let exchange = exchanges::edit(app(ctx), actor(ctx), message, &input.text, model_name(input.model)?).await;
        exchange.map(shown).map_err(to_graphql)
    }

    /// Deletes a message and all that follows it; its siblings stay. NOT_FOUND for a message that is not yours.
    async fn delete_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to delete.")] input: DeleteMessageInput,
    ) -> Result<DeleteMessagePayload> {
        let key = message_id(&input.message_id)?;
        let conversation = messages::delete(app(ctx), actor(ctx), key).await.map_err(to_graphql)?;
        let conversation = actions::get(app(ctx), actor(ctx), conversation).await.map_err(to_graphql)?;
        Ok(DeleteMessagePayload { deleted_id: id(key), conversation: conversation.into() })
    }

    /// Rates a reply; no rating takes it back. NOT_FOUND for a message that is not yours.
    async fn rate_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rating.")] input: RateMessageInput,
    ) -> Result<MessagePayload> {
        let rating = input.rating.map(Into::into);
        let rated = messages::rate(app(ctx), actor(ctx), message_id(&input.message_id)?, rating, input.comment).await;
        rated.map(|message| MessagePayload { message: message.into() }).map_err(to_graphql)
    }

    /// Tells the owner's other clients that somebody is typing. NOT_FOUND for a conversation that is not yours.
    async fn set_typing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who types where.")] input: SetTypingInput,
    ) -> Result<SetTypingPayload> {
        let conversation = conversation_id(&input.conversation_id)?;
        follow::set_typing(app(ctx), actor(ctx), conversation, input.is_typing).await.map_err(to_graphql)?;
        Ok(SetTypingPayload { is_typing: input.is_typing })
    }

    /// Tells the owner's other clients what was shown. NOT_FOUND for a message that is not yours.
    async fn confirm_delivery(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was shown.")] input: ConfirmDeliveryInput,
    ) -> Result<MessagePayload> {
        let message = follow::confirm_delivery(app(ctx), actor(ctx), message_id(&input.message_id)?).await;
        message.map(|message| MessagePayload { message: message.into() }).map_err(to_graphql)
    }

    /// Asks one question over documents, without a conversation. The answer streams with the subscription
    /// `generation`. NOT_FOUND for documents that are not yours.
    async fn ask(&self, ctx: &Context<'_>, #[graphql(desc = "The question.")] input: AskInput) -> Result<AskPayload> {
        let question = Question {
            text: input.question,
            documents: document_ids(input.document_ids)?,
            kind: input.kind.map(|kind| model::ConversationKind::from(kind).to_string()),
        };
        let model = model_name(input.model)?;
        let asked = answer::ask(app(ctx), actor(ctx), question, model).await.map_err(to_graphql)?;
        let generation = if input.wait_for_answer {
            generations::wait(engine(ctx), actor(ctx), asked, patience(ctx)).await
        } else {
            generations::get(app(ctx), actor(ctx), asked).await
        };
        Ok(AskPayload { generation: generation.map_err(to_graphql)?.into() })
    }
}

/// How long a request may wait for a text: a little less than it may take in all.
fn patience(ctx: &Context<'_>) -> std::time::Duration {
    app(ctx).config.server.request_timeout.mul_f64(0.9)
}

/// The exchange once its reply has ended.
async fn waited(ctx: &Context<'_>, exchange: Exchange) -> Result<ExchangePayload> {
    if let Some(generation) = exchange.reply.generation_id {
        generations::wait(engine(ctx), actor(ctx), generation, patience(ctx)).await.map_err(to_graphql)?;
    }
    let (conversation, message, reply) = (exchange.conversation.id, exchange.message, exchange.reply.id);
    let conversation = actions::get(app(ctx), actor(ctx), conversation).await.map_err(to_graphql)?;
    let mut found = reading::messages(app(ctx), actor(ctx), &[reply]).await.map_err(to_graphql)?;
    let reply = found.remove(&reply).ok_or_else(|| to_graphql(Error::not_found("message")))?;
    Ok(shown(Exchange { conversation, message, reply }))
}

fn shown(exchange: Exchange) -> ExchangePayload {
    ExchangePayload {
        conversation: exchange.conversation.into(),
        message: exchange.message.into(),
        reply: exchange.reply.into(),
    }
}

fn payload(result: crate::error::Result<model::Conversation>) -> Result<ConversationPayload> {
    result.map(|conversation| ConversationPayload { conversation: conversation.into() }).map_err(to_graphql)
}

fn message_id(id: &ID) -> Result<MessageId> {
    parse_id(id, "input.messageId", "message")
}

fn document_ids(ids: Option<Vec<ID>>) -> Result<Option<Vec<DocumentId>>> {
    ids.map(|ids| parse_ids(&ids, "input.documentIds", "document")).transpose()
}

fn model_name(name: Option<String>) -> Result<Option<ModelName>> {
    let Some(name) = name else { return Ok(None) };
    let refused = || to_graphql(Error::bad_input("input.model", "A model is named as provider/model."));
    ModelName::parse_chat(&name).map(Some).ok_or_else(refused)
}
