//! Something said and its reply: say it, say it otherwise, have it answered anew.

use super::actions::{self, Create};
use super::model::{
    Conversation, ConversationChange, ConversationKind, ConversationStatus, Message, MessageKind, MessageRole,
    MessageStatus, NewMessage, TitleSource,
};
use super::reply::REPLY;
use super::{estimates, policy, store, store_messages};
use crate::app::App;
use crate::config::models::ModelName;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::generation::actions as generations;
use crate::domain::generation::expense::Estimate;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::budgets::model::Payer;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::events::fact::Fact;
use crate::ids::{ConversationId, DocumentId, GenerationId, MessageId, UserId};

/// Something that a person says.
#[derive(Debug, Clone, Default)]
pub struct Send {
    /// `None` begins a conversation.
    pub conversation: Option<ConversationId>,
    pub text: String,
    /// The message that it follows; `None` for the newest.
    pub parent: Option<MessageId>,
    /// Attached to the conversation first.
    pub documents: Vec<DocumentId>,
    /// For a conversation that begins.
    pub kind: Option<ConversationKind>,
    pub model: Option<ModelName>,
    /// The same key from the same person is the same message.
    pub idempotency_key: Option<String>,
}

/// A message with the reply that is being written to it.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub conversation: Conversation,
    pub message: Message,
    pub reply: Message,
}

/// Stores what a person says, and queues the reply. Nothing is lost when the model fails: the reply says so.
///
/// # Errors
/// `BAD_USER_INPUT` for the text, `NOT_FOUND` for what the actor may not see, CONFLICT while the message before is
/// still being answered, and for a key under which something else was sent; `QUOTA_EXCEEDED` when a budget does not cover
/// the reply: then the message is not stored either.
pub async fn send(app: &App, actor: &Actor, send: Send) -> Result<Exchange> {
    let payer = Payer::of(actor.require_may(Permission::UseAssistant)?);
    require_verified(app, actor)?;
    let text = policy::message_text(&send.text, app.config.graphql.message_max_chars, "input.text")?;
    check_model(app, send.model.as_ref())?;
    if send.conversation.is_none() && send.parent.is_some() {
        return Err(Error::bad_input(
            "input.parentId",
            "Say in which conversation the message is that this one follows.",
        ));
    }
    let send = Send { text, ..send };
    let Some(key) = &send.idempotency_key else { return send_once(app, actor, &send).await };
    policy::idempotency_key(key)?;
    if let Some(exchange) = sent_before(app, payer, key, &send).await? {
        return Ok(exchange);
    }
    match send_once(app, actor, &send).await {
        // The same request at the same time: the one that was faster has stored the message.
        Err(error) if error.code() == ErrorCode::Conflict => sent_before(app, payer, key, &send).await?.ok_or(error),
        stored => stored,
    }
}

async fn send_once(app: &App, actor: &Actor, send: &Send) -> Result<Exchange> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| send_in(app, conn, actor, send).await).await
}

async fn send_in(app: &App, conn: &Connection, actor: &Actor, send: &Send) -> Result<Exchange> {
    let payer = Payer::of(actor.require_may(Permission::UseAssistant)?);
    let author = payer.account;
    let (conversation, parent) = match send.conversation {
        None => {
            let create = Create { kind: send.kind, documents: send.documents.clone(), ..Create::default() };
            (actions::create_in(app, conn, actor, create, &send.text).await?, None)
        }
        Some(id) => {
            // Locked, so that two messages sent at once follow one another.
            let conversation = store::lock(conn, id, author).await?.ok_or_else(actions::missing)?;
            policy::require_own_pace(conversation.kind)?;
            let parent = parent_for(conn, author, id, send.parent).await?;
            if !send.documents.is_empty() {
                actions::attach_in(app, conn, actor, id, &send.documents).await?;
                app.bus.publish(conn, &Fact::ConversationChanged { conversation: id }).await?;
            }
            (conversation, parent)
        }
    };
    let said = Said { text: &send.text, idempotency_key: send.idempotency_key.as_deref() };
    let answering = Answering::reply(app, &send.text, parent.is_none(), send.model.as_ref());
    say(app, conn, payer, conversation, parent.map(|parent| parent.id), said, answering).await
}

/// The message that a new one follows: the one named, or the newest.
pub(super) async fn parent_for(
    conn: &Connection,
    author: UserId,
    conversation: ConversationId,
    named: Option<MessageId>,
) -> Result<Option<Message>> {
    let parent = match named {
        Some(id) => {
            let found = store_messages::find(conn, id, author).await?;
            let found = found.filter(|message| message.conversation_id == conversation);
            Some(found.ok_or_else(|| Error::not_found("message").with_field("input.parentId"))?)
        }
        None => store_messages::newest(conn, conversation).await?,
    };
    match &parent {
        Some(message) if message.status == MessageStatus::Generating => {
            Err(Error::conflict("The reply is still being written. Wait for its end, or stop it."))
        }
        _ => Ok(parent),
    }
}

/// What a new message holds.
pub(super) struct Said<'a> {
    pub text: &'a str,
    pub idempotency_key: Option<&'a str>,
}

/// What is to answer a message.
pub(super) struct Answering<'a> {
    /// The name of a purpose.
    pub purpose: &'static str,
    /// `None` for the configured one.
    pub model: Option<&'a ModelName>,
    pub estimate: Estimate,
}

impl<'a> Answering<'a> {
    /// The assistant's reply to `text`.
    fn reply(app: &App, text: &str, is_first: bool, model: Option<&'a ModelName>) -> Self {
        Self { purpose: REPLY, model, estimate: estimates::reply(app, text, is_first) }
    }
}

/// Stores what a person says in a conversation that was locked, and queues the answer.
pub(super) async fn say(
    app: &App,
    conn: &Connection,
    payer: Payer,
    conversation: Conversation,
    parent: Option<MessageId>,
    said: Said<'_>,
    answering: Answering<'_>,
) -> Result<Exchange> {
    let now = app.clock.now();
    let message = NewMessage {
        id: MessageId::generate(now),
        conversation_id: conversation.id,
        parent_id: parent,
        author_id: Some(payer.account),
        role: MessageRole::User,
        content: said.text.to_owned(),
        status: MessageStatus::Sent,
        generation_id: None,
        idempotency_key: said.idempotency_key.map(str::to_owned),
        created_at: now,
        kind: MessageKind::Text,
    };
    let message = store_messages::insert(conn, &message).await?;
    let added = Fact::MessageAdded { conversation: conversation.id, message: message.id };
    app.bus.publish(conn, &added).await?;
    let reply = reply_to(app, conn, payer, &message, answering).await?;
    let conversation = spoken_in(app, conn, payer.account, conversation, said.text).await?;
    Ok(Exchange { conversation, message, reply })
}

/// Notes that a person said something: the conversation comes to the top of the list and out of the archive, and has
/// its title if it was begun without a word.
async fn spoken_in(
    app: &App,
    conn: &Connection,
    owner: UserId,
    before: Conversation,
    text: &str,
) -> Result<Conversation> {
    let now = app.clock.now();
    store::touch(conn, before.id, now).await?;
    let is_first = before.last_message_at.is_none() && before.title_source == TitleSource::FirstMessage;
    let change = ConversationChange {
        title: is_first.then(|| policy::first_title(text)).filter(|title| *title != before.title),
        status: (before.status == ConversationStatus::Archived).then_some(ConversationStatus::Active),
        updated_at: Some(now),
        ..ConversationChange::default()
    };
    if change.title.is_some() || change.status.is_some() {
        app.bus.publish(conn, &Fact::ConversationChanged { conversation: before.id }).await?;
    }
    store::change(conn, before.id, owner, &change).await?.ok_or_else(actions::missing)
}

/// Adds an empty reply and queues what is to fill it.
async fn reply_to(
    app: &App,
    conn: &Connection,
    payer: Payer,
    message: &Message,
    answering: Answering<'_>,
) -> Result<Message> {
    let conversation = Some(message.conversation_id);
    let Answering { purpose, model, estimate } = answering;
    let request = generations::Request { purpose, input: serde_json::json!({}), conversation, model, estimate };
    let generation: GenerationId = generations::request(app, conn, payer, request).await?;
    let now = app.clock.now();
    let reply = NewMessage {
        id: MessageId::generate(now),
        conversation_id: message.conversation_id,
        parent_id: Some(message.id),
        author_id: None,
        role: MessageRole::Assistant,
        content: String::new(),
        status: MessageStatus::Generating,
        generation_id: Some(generation),
        idempotency_key: None,
        created_at: now,
        kind: MessageKind::Text,
    };
    let reply = store_messages::insert(conn, &reply).await?;
    let added = Fact::MessageAdded { conversation: reply.conversation_id, message: reply.id };
    app.bus.publish(conn, &added).await?;
    Ok(reply)
}

/// The message that was sent under this key, and its reply; a new one, if somebody deleted that.
async fn sent_before(app: &App, payer: Payer, key: &str, send: &Send) -> Result<Option<Exchange>> {
    let author = payer.account;
    let mut conn = app.db.write().await?;
    let Some(message) = store_messages::find_by_key(&conn, author, key).await? else { return Ok(None) };
    let is_same = message.content == send.text
        && send.conversation.is_none_or(|conversation| conversation == message.conversation_id)
        && send.parent.is_none_or(|parent| Some(parent) == message.parent_id);
    if !is_same {
        // Silence would lose what was said.
        let problem = "This key was used for another message. Every message needs a key of its own.";
        return Err(Error::conflict(problem).with_field("input.idempotencyKey"));
    }
    let conversation = store::find(&conn, message.conversation_id, author).await?.ok_or_else(actions::missing)?;
    policy::require_own_pace(conversation.kind)?;
    if let Some(reply) = store_messages::first_reply(&conn, message.id).await? {
        return Ok(Some(Exchange { conversation, message, reply }));
    }
    let answered = conn.transaction(async |conn| {
        let conversation = store::lock_with(conn, message.id, author).await?.ok_or_else(missing)?;
        let message = store_messages::find(conn, message.id, author).await?.ok_or_else(missing)?;
        let reply = if let Some(reply) = store_messages::first_reply(conn, message.id).await? {
            reply
        } else {
            let is_first = message.parent_id.is_none();
            let answering = Answering::reply(app, &message.content, is_first, send.model.as_ref());
            reply_to(app, conn, payer, &message, answering).await?
        };
        Ok(Exchange { conversation, message, reply })
    });
    answered.await.map(Some)
}

/// Has a message answered anew: another reply beside those there are.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown reply, `BAD_USER_INPUT` for a message that is none.
pub async fn regenerate(app: &App, actor: &Actor, id: MessageId, model: Option<ModelName>) -> Result<Exchange> {
    let payer = Payer::of(actor.require_may(Permission::UseAssistant)?);
    let owner = payer.account;
    require_verified(app, actor)?;
    check_model(app, model.as_ref())?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let conversation = store::lock_with(conn, id, owner).await?.ok_or_else(missing)?;
        policy::require_own_pace(conversation.kind)?;
        let named = store_messages::find(conn, id, owner).await?.ok_or_else(missing)?;
        let message = match named.parent_id.filter(|_| named.role == MessageRole::Assistant) {
            Some(parent) => store_messages::find(conn, parent, owner).await?.ok_or_else(missing)?,
            // Naming the question is as clear as naming its reply.
            None if named.role == MessageRole::User => named,
            None => return Err(Error::bad_input("input.messageId", "Only a reply can be written anew.")),
        };
        let answering = Answering::reply(app, &message.content, message.parent_id.is_none(), model.as_ref());
        let reply = reply_to(app, conn, payer, &message, answering).await?;
        let conversation = spoken_in(app, conn, owner, conversation, &message.content).await?;
        Ok(Exchange { conversation, message, reply })
    })
    .await
}

/// Says a message otherwise: another message beside it, with a reply of its own. The old branch stays.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown message, `BAD_USER_INPUT` for one that a person did not write.
pub async fn edit(app: &App, actor: &Actor, id: MessageId, text: &str, model: Option<ModelName>) -> Result<Exchange> {
    let payer = Payer::of(actor.require_may(Permission::UseAssistant)?);
    let author = payer.account;
    require_verified(app, actor)?;
    let text = policy::message_text(text, app.config.graphql.message_max_chars, "input.text")?;
    check_model(app, model.as_ref())?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let conversation = store::lock_with(conn, id, author).await?.ok_or_else(missing)?;
        policy::require_own_pace(conversation.kind)?;
        let edited = store_messages::find(conn, id, author).await?.ok_or_else(missing)?;
        if edited.role != MessageRole::User {
            return Err(Error::bad_input("input.messageId", "Only a message of your own can be edited."));
        }
        let said = Said { text: &text, idempotency_key: None };
        let answering = Answering::reply(app, &text, edited.parent_id.is_none(), model.as_ref());
        say(app, conn, payer, conversation, edited.parent_id, said, answering).await
    })
    .await
}

/// Refuses models that this installation does not offer: they differ in price.
///
/// # Errors
/// `BAD_USER_INPUT` for `input.model`.
pub(super) fn check_model(app: &App, model: Option<&ModelName>) -> Result<()> {
    match model {
        Some(model) if !app.models.available().contains(model) => {
            Err(Error::bad_input("input.model", format!("{model} is not offered here.")))
        }
        _ => Ok(()),
    }
}

fn missing() -> Error {
    Error::not_found("message")
}
