//! What can be done with conversations.

use super::model::{
    Conversation, ConversationChange, ConversationCursor, ConversationKind, ConversationStatus, NewConversation,
    TitleSource,
};
use super::{policy, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::generation::actions as generations;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::{ConversationId, DocumentId, UserId};

/// Most documents attached or detached by one call.
const ATTACH_MAX: usize = 100;

/// A conversation to be made.
#[derive(Debug, Clone, Default)]
pub struct Create {
    /// `None` until the first message gives one.
    pub title: Option<String>,
    pub kind: Option<ConversationKind>,
    pub metadata: Option<serde_json::Value>,
    pub documents: Vec<DocumentId>,
}

/// What is to be changed; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct Update {
    pub title: Option<String>,
    pub status: Option<ConversationStatus>,
    pub kind: Option<ConversationKind>,
    pub metadata: Option<serde_json::Value>,
}

/// The conversation, if it is the actor's.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn get(app: &App, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    store::find(&*app.db.read().await?, id, owner).await?.ok_or_else(missing)
}

/// The actor's conversations, the one spoken in last first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn list(
    app: &App,
    actor: &Actor,
    status: Option<ConversationStatus>,
    page: Page<ConversationCursor>,
) -> Result<Slice<Conversation>> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    let rows = store::page(&*app.db.read().await?, owner, status, &page).await?;
    Ok(page.slice(rows))
}

/// How many conversations [`list`] goes through.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn count(app: &App, actor: &Actor, status: Option<ConversationStatus>) -> Result<i64> {
    let owner = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    store::count(&*app.db.read().await?, owner, status).await
}

/// Makes an empty conversation.
///
/// # Errors
/// `BAD_USER_INPUT` for the title or metadata, `NOT_FOUND` for documents that the actor may not see.
pub async fn create(app: &App, actor: &Actor, create: Create) -> Result<Conversation> {
    actor.require_may(Permission::ManageOwnConversations)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| create_in(app, conn, actor, create, "").await).await
}

/// As [`create`], in the caller's transaction, with `first_message` for a title where none is given.
///
/// # Errors
/// As [`create`].
pub(super) async fn create_in(
    app: &App,
    conn: &Connection,
    actor: &Actor,
    create: Create,
    first_message: &str,
) -> Result<Conversation> {
    let owner = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let kind = policy::chosen_kind(create.kind)?.unwrap_or(ConversationKind::General);
    let (title, metadata) = policy::title_and_metadata(create.title.as_deref(), create.metadata)?;
    let (title, title_source) = match title {
        Some(title) => (title, TitleSource::Person),
        None => (policy::first_title(first_message), TitleSource::FirstMessage),
    };
    let now = app.clock.now();
    let new = NewConversation {
        id: ConversationId::generate(now),
        owner_id: owner,
        kind,
        title,
        title_source,
        metadata: metadata.unwrap_or_else(|| serde_json::json!({})),
        created_at: now,
        updated_at: now,
    };
    let conversation = store::insert(conn, &new).await?;
    attach_in(app, conn, actor, conversation.id, &create.documents).await?;
    Ok(conversation)
}

/// Changes a conversation.
///
/// # Errors
/// `BAD_USER_INPUT` for the title or metadata, `NOT_FOUND` for a foreign or unknown one.
pub async fn update(app: &App, actor: &Actor, id: ConversationId, update: Update) -> Result<Conversation> {
    let owner = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let kind = policy::chosen_kind(update.kind)?;
    let (title, metadata) = policy::title_and_metadata(update.title.as_deref(), update.metadata)?;
    let change = ConversationChange {
        title_source: title.is_some().then_some(TitleSource::Person),
        title,
        status: update.status,
        kind,
        metadata,
        updated_at: Some(app.clock.now()),
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        policy::require_own_pace(store::lock(conn, id, owner).await?.ok_or_else(missing)?.kind)?;
        let changed = store::change(conn, id, owner, &change).await?.ok_or_else(missing)?;
        app.bus.publish(conn, &Fact::ConversationChanged { conversation: id }).await?;
        Ok(changed)
    })
    .await
}

/// Makes a conversation vanish at once; a job purges it 30 days later.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn delete(app: &App, actor: &Actor, id: ConversationId) -> Result<()> {
    let owner = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        policy::require_own_pace(store::find(conn, id, owner).await?.ok_or_else(missing)?.kind)?;
        // In the order in which the end of a run takes its locks: first the run, then the conversation.
        generations::discard_all_for(app, conn, &[id]).await?;
        let now = app.clock.now();
        if store::soft_delete(conn, &[id], now).await? == 0 {
            return Err(missing());
        }
        audit::record(conn, now, actor, Entry::new(Action::ConversationDeleted).on(id)).await?;
        app.bus.publish(conn, &Fact::ConversationChanged { conversation: id }).await
    })
    .await
}

/// Attaches documents: from then on answers rest on the attached ones alone.
///
/// # Errors
/// `NOT_FOUND` for a conversation or documents that the actor may not see; then none is attached.
pub async fn attach(app: &App, actor: &Actor, id: ConversationId, documents: &[DocumentId]) -> Result<Conversation> {
    let owner = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        policy::require_own_pace(store::lock(conn, id, owner).await?.ok_or_else(missing)?.kind)?;
        attach_in(app, conn, actor, id, documents).await?;
        documents_changed(app, conn, id, owner).await
    })
    .await
}

/// Notes that other documents are attached than before, and tells of it.
async fn documents_changed(app: &App, conn: &Connection, id: ConversationId, owner: UserId) -> Result<Conversation> {
    let change = ConversationChange { updated_at: Some(app.clock.now()), ..ConversationChange::default() };
    let changed = store::change(conn, id, owner, &change).await?.ok_or_else(missing)?;
    app.bus.publish(conn, &Fact::ConversationChanged { conversation: id }).await?;
    Ok(changed)
}

pub(super) async fn attach_in(
    app: &App,
    conn: &Connection,
    actor: &Actor,
    id: ConversationId,
    documents: &[DocumentId],
) -> Result<()> {
    let owner = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    if documents.is_empty() {
        return Ok(());
    }
    actor.require_may(Permission::ReadOwnDocuments)?;
    check_number(documents)?;
    let attached = store::attach(conn, id, owner, documents, app.clock.now()).await?;
    if documents.iter().any(|document| !attached.contains(document)) {
        return Err(Error::not_found("document").with_field("input.documentIds"));
    }
    Ok(())
}

fn check_number(documents: &[DocumentId]) -> Result<()> {
    if documents.len() > ATTACH_MAX {
        return Err(Error::bad_input("input.documentIds", format!("At most {ATTACH_MAX} documents at once.")));
    }
    Ok(())
}

/// Detaches documents; those that are not attached are passed over.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown conversation, `BAD_USER_INPUT` for too many documents.
pub async fn detach(app: &App, actor: &Actor, id: ConversationId, documents: &[DocumentId]) -> Result<Conversation> {
    let owner = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    check_number(documents)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        policy::require_own_pace(store::lock(conn, id, owner).await?.ok_or_else(missing)?.kind)?;
        store::detach(conn, id, documents).await?;
        documents_changed(app, conn, id, owner).await
    })
    .await
}

pub(super) fn missing() -> Error {
    Error::not_found("conversation")
}
