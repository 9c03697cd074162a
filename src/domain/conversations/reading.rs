//! Many conversations and messages at once, for those who may see them.

use std::collections::HashMap;

use super::model::{Conversation, ConversationUsage, Message};
use super::{store, store_messages};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::documents::model::Document;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, DocumentId, MessageId};

/// Those of `ids` that are the actor's.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn conversations(
    app: &App,
    actor: &Actor,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Conversation>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let found = store::load(&*app.db.read().await?, ids, owner).await?;
    Ok(found.into_iter().map(|conversation| (conversation.id, conversation)).collect())
}

/// Those of `ids` that are in conversations of the actor's.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn messages(app: &App, actor: &Actor, ids: &[MessageId]) -> Result<HashMap<MessageId, Message>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let found = store_messages::load(&*app.db.read().await?, ids, owner).await?;
    Ok(found.into_iter().map(|message| (message.id, message)).collect())
}

/// The same page of each of these conversations' messages, newest first, in one statement.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn message_pages(
    app: &App,
    actor: &Actor,
    ids: &[ConversationId],
    page: Page<MessageId>,
) -> Result<HashMap<ConversationId, Slice<Message>>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    // A page may be empty and still say that there is something beside it.
    let mut rows: HashMap<ConversationId, Vec<Message>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    for message in store_messages::pages(&*app.db.read().await?, ids, owner, page).await? {
        rows.entry(message.conversation_id).or_default().push(message);
    }
    Ok(rows.into_iter().map(|(id, rows)| (id, page.slice(rows))).collect())
}

/// How many messages each has.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn message_counts(app: &App, actor: &Actor, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i64>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    Ok(store_messages::count(&*app.db.read().await?, ids, owner).await?.into_iter().collect())
}

/// The messages beside each, with itself, oldest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn siblings(app: &App, actor: &Actor, ids: &[MessageId]) -> Result<HashMap<MessageId, Vec<Message>>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let mut siblings: HashMap<MessageId, Vec<Message>> = HashMap::new();
    for (id, sibling) in store_messages::siblings(&*app.db.read().await?, ids, owner).await? {
        siblings.entry(id).or_default().push(sibling);
    }
    Ok(siblings)
}

/// The documents attached to each, in the order of attaching.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn attached_documents(
    app: &App,
    actor: &Actor,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<Document>>> {
    let owner = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    let mut attached: HashMap<ConversationId, Vec<Document>> = HashMap::new();
    for (conversation, document) in store::attached_documents(&*app.db.read().await?, ids, owner).await? {
        attached.entry(conversation).or_default().push(document);
    }
    Ok(attached)
}

/// The documents that answers in a conversation rest on: those that are attached, `None` for all where none is.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown conversation, UNAUTHENTICATED for nobody.
pub async fn scope(app: &App, actor: &Actor, id: ConversationId) -> Result<Option<Vec<DocumentId>>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let conn = app.db.read().await?;
    store::find(&conn, id, owner)
        .await?
        .ok_or_else(|| Error::not_found("conversation").with_field("scope.conversationId"))?;
    let attached = store::attached(&conn, &[id], owner).await?;
    Ok((!attached.is_empty()).then(|| attached.into_iter().map(|(_, document)| document).collect()))
}

/// Tokens and money of each, titles and summaries included.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn usage(
    app: &App,
    actor: &Actor,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, ConversationUsage>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let usage = store::usage(&*app.db.read().await?, ids, owner).await?;
    Ok(usage.into_iter().map(|usage| (usage.conversation_id, usage)).collect())
}
