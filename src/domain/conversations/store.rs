//! Statements about conversations and their documents.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{
    Conversation, ConversationChange, ConversationCursor, ConversationKind, ConversationStatus, ConversationUsage,
    NewConversation, TitleSource,
};
use super::visibility::{readable_by, readable_sql};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{conversation_documents, conversations, documents, messages};
use crate::domain::documents::model::Document;
use crate::domain::documents::visibility::owned_by;
use crate::error::Result;
use crate::ids::{ConversationId, DocumentId, MessageId, UserId};

diesel::define_sql_function! {
    /// The first that is not null.
    fn coalesce(one: Nullable<Timestamptz>, other: Timestamptz) -> Timestamptz;
}

/// The sort key of the list, as the index has it. Not as literal SQL: a statement with such in it is prepared anew for
/// every use.
fn spoken_at() -> coalesce<conversations::last_message_at, conversations::created_at> {
    coalesce(conversations::last_message_at, conversations::created_at)
}

pub async fn insert(mut conn: &Connection, new: &NewConversation) -> Result<Conversation> {
    let inserted = diesel::insert_into(conversations::table).values(new).returning(Conversation::as_returning());
    Ok(inserted.get_result(&mut conn).await?)
}

/// The conversation if it is `owner`'s and not deleted: anything else is as good as none.
pub async fn find(mut conn: &Connection, id: ConversationId, owner: UserId) -> Result<Option<Conversation>> {
    let owned = conversations::table
        .find(id)
        .filter(conversations::owner_id.eq(owner))
        .filter(conversations::deleted_at.is_null());
    Ok(owned.select(Conversation::as_select()).first(&mut conn).await.optional()?)
}

/// As [`find`], and nobody else changes it until the transaction ends.
pub async fn lock(mut conn: &Connection, id: ConversationId, owner: UserId) -> Result<Option<Conversation>> {
    let owned = conversations::table
        .find(id)
        .filter(conversations::owner_id.eq(owner))
        .filter(conversations::deleted_at.is_null());
    Ok(owned.select(Conversation::as_select()).for_update().first(&mut conn).await.optional()?)
}

/// As [`lock`], for the conversation that has this message. The message may go before the lock is there: look again.
pub async fn lock_with(mut conn: &Connection, id: MessageId, owner: UserId) -> Result<Option<Conversation>> {
    let has_it = messages::table.find(id).select(messages::conversation_id);
    let owned = conversations::table
        .filter(conversations::id.eq_any(has_it))
        .filter(conversations::owner_id.eq(owner))
        .filter(conversations::deleted_at.is_null());
    Ok(owned.select(Conversation::as_select()).for_update().first(&mut conn).await.optional()?)
}

/// Those of `ids` that `reader` may read, in no order.
pub async fn load(mut conn: &Connection, ids: &[ConversationId], reader: UserId) -> Result<Vec<Conversation>> {
    let readable = conversations::table.filter(conversations::id.eq_any(ids)).filter(readable_by(reader));
    Ok(readable.select(Conversation::as_select()).load(&mut conn).await?)
}

/// A page of `owner`'s conversations but sessions of courses, the one spoken in last first; one row more than the page.
pub async fn page(
    mut conn: &Connection,
    owner: UserId,
    status: Option<ConversationStatus>,
    page: &Page<ConversationCursor>,
) -> Result<Vec<Conversation>> {
    let mut query = conversations::table
        .filter(conversations::owner_id.eq(owner))
        .filter(conversations::deleted_at.is_null())
        .filter(conversations::kind.ne(ConversationKind::Tutoring))
        .select(Conversation::as_select())
        .limit(page.limit())
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(conversations::status.eq(status));
    }
    if let Some(cursor) = page.cursor {
        let beside = diesel::dsl::sql::<Bool>(if page.is_backward() {
            "(coalesce(conversations.last_message_at, conversations.created_at), conversations.id) > ("
        } else {
            "(coalesce(conversations.last_message_at, conversations.created_at), conversations.id) < ("
        });
        query = query
            .filter(beside.bind::<Timestamptz, _>(cursor.spoken_at).sql(", ").bind::<SqlUuid, _>(cursor.id).sql(")"));
    }
    let query = if page.is_backward() {
        query.order((spoken_at().asc(), conversations::id.asc()))
    } else {
        query.order((spoken_at().desc(), conversations::id.desc()))
    };
    Ok(query.load(&mut conn).await?)
}

pub async fn count(mut conn: &Connection, owner: UserId, status: Option<ConversationStatus>) -> Result<i64> {
    let mut query = conversations::table
        .filter(conversations::owner_id.eq(owner))
        .filter(conversations::deleted_at.is_null())
        .filter(conversations::kind.ne(ConversationKind::Tutoring))
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(conversations::status.eq(status));
    }
    Ok(query.count().get_result(&mut conn).await?)
}

pub async fn change(
    mut conn: &Connection,
    id: ConversationId,
    owner: UserId,
    change: &ConversationChange,
) -> Result<Option<Conversation>> {
    let owned = conversations::table
        .find(id)
        .filter(conversations::owner_id.eq(owner))
        .filter(conversations::deleted_at.is_null());
    let changed = diesel::update(owned).set(change).returning(Conversation::as_returning());
    Ok(changed.get_result(&mut conn).await.optional()?)
}

/// Notes that something was said: the conversation comes to the top of the list.
pub async fn touch(mut conn: &Connection, id: ConversationId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(conversations::table.find(id))
        .set((conversations::last_message_at.eq(now), conversations::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Replaces a title that was only the beginning of the first message; false when a person has chosen one meanwhile.
pub async fn set_model_title(
    mut conn: &Connection,
    id: ConversationId,
    title: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let provisional = conversations::table.find(id).filter(conversations::title_source.eq(TitleSource::FirstMessage));
    let set = diesel::update(provisional)
        .set((
            conversations::title.eq(title),
            conversations::title_source.eq(TitleSource::Model),
            conversations::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(set == 1)
}

/// Stores what was said up to `through`, unless the summary there is no longer the one that went to `after`.
pub async fn set_summary(
    mut conn: &Connection,
    id: ConversationId,
    summary: &str,
    through: MessageId,
    after: Option<MessageId>,
) -> Result<bool> {
    let grown = conversations::table.find(id).filter(conversations::summary_message_id.is_not_distinct_from(after));
    let set = diesel::update(grown)
        .set((conversations::context_summary.eq(summary), conversations::summary_message_id.eq(through)));
    Ok(set.execute(&mut conn).await? == 1)
}

/// Forgets a summary whose last message is gone: it tells of what was deleted.
pub async fn forget_lost_summary(mut conn: &Connection, id: ConversationId) -> Result<()> {
    let lost = conversations::table.find(id).filter(conversations::summary_message_id.is_null());
    diesel::update(lost).set(conversations::context_summary.eq(None::<String>)).execute(&mut conn).await?;
    Ok(())
}

/// Makes these vanish for every reader at once; says how many there were. Whose they are is for the caller to know.
pub async fn soft_delete(mut conn: &Connection, ids: &[ConversationId], now: DateTime<Utc>) -> Result<usize> {
    let there = conversations::table.filter(conversations::id.eq_any(ids)).filter(conversations::deleted_at.is_null());
    Ok(diesel::update(there).set(conversations::deleted_at.eq(now)).execute(&mut conn).await?)
}

/// Removes conversations that were deleted before `before`, with their messages and what models wrote for them.
pub async fn purge(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    // The generations first: their foreign key would only be set to null.
    let purged = diesel::sql_query(
        "WITH gone AS (SELECT id FROM conversations WHERE deleted_at < $1 LIMIT 200), \
              runs AS (DELETE FROM generations WHERE conversation_id IN (SELECT id FROM gone)) \
         DELETE FROM conversations WHERE id IN (SELECT id FROM gone)",
    )
    .bind::<Timestamptz, _>(before)
    .execute(&mut conn)
    .await?;
    Ok(purged)
}

/// Attaches those of `ids` that `owner` owns; returns which those are.
pub async fn attach(
    mut conn: &Connection,
    id: ConversationId,
    owner: UserId,
    ids: &[DocumentId],
    now: DateTime<Utc>,
) -> Result<Vec<DocumentId>> {
    let visible: Vec<DocumentId> = documents::table
        .filter(documents::id.eq_any(ids))
        .filter(documents::owner_id.eq(owner))
        .filter(documents::deleted_at.is_null())
        .select(documents::id)
        .load(&mut conn)
        .await?;
    let rows: Vec<_> = visible
        .iter()
        .map(|document| {
            (
                conversation_documents::conversation_id.eq(id),
                conversation_documents::document_id.eq(*document),
                conversation_documents::attached_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(conversation_documents::table).values(rows).on_conflict_do_nothing().execute(&mut conn).await?;
    Ok(visible)
}

pub async fn detach(mut conn: &Connection, id: ConversationId, ids: &[DocumentId]) -> Result<usize> {
    let attached = conversation_documents::table
        .filter(conversation_documents::conversation_id.eq(id))
        .filter(conversation_documents::document_id.eq_any(ids));
    Ok(diesel::delete(attached).execute(&mut conn).await?)
}

/// What is attached to these conversations, in the order of attaching; deleted documents left out.
pub async fn attached(
    mut conn: &Connection,
    ids: &[ConversationId],
    owner: UserId,
) -> Result<Vec<(ConversationId, DocumentId)>> {
    let attached = conversation_documents::table
        .inner_join(documents::table)
        .inner_join(conversations::table)
        .filter(conversation_documents::conversation_id.eq_any(ids))
        .filter(conversations::owner_id.eq(owner))
        .filter(documents::deleted_at.is_null())
        .order((conversation_documents::attached_at, conversation_documents::document_id))
        .select((conversation_documents::conversation_id, conversation_documents::document_id));
    Ok(attached.load(&mut conn).await?)
}

/// As [`attached`], with the documents whole: one statement where a reader would else wait for two.
pub async fn attached_documents(
    mut conn: &Connection,
    ids: &[ConversationId],
    owner: UserId,
) -> Result<Vec<(ConversationId, Document)>> {
    let attached = conversation_documents::table
        .inner_join(documents::table)
        .inner_join(conversations::table)
        .filter(conversation_documents::conversation_id.eq_any(ids))
        .filter(conversations::owner_id.eq(owner))
        .filter(owned_by(owner))
        .order((conversation_documents::attached_at, conversation_documents::document_id))
        .select((conversation_documents::conversation_id, Document::as_select()));
    Ok(attached.load(&mut conn).await?)
}

/// Tokens and money of those of these conversations that `reader` may read; none for those for which nothing was written yet.
pub async fn usage(mut conn: &Connection, ids: &[ConversationId], reader: UserId) -> Result<Vec<ConversationUsage>> {
    let readable = readable_sql("$2");
    let usage = diesel::sql_query(format!(
        "SELECT g.conversation_id, coalesce(sum(g.input_tokens), 0) AS input_tokens, \
                coalesce(sum(g.output_tokens), 0) AS output_tokens, \
                coalesce(sum(g.cached_input_tokens), 0) AS cached_input_tokens, \
                bool_or(g.usage_is_estimated) AS is_estimated, sum(g.cost_usd) AS cost_usd \
         FROM conversations c JOIN generations g ON g.conversation_id = c.id AND g.owner_id = c.owner_id \
         WHERE c.id = ANY ($1) AND {readable} GROUP BY g.conversation_id"
    ))
    .bind::<diesel::sql_types::Array<SqlUuid>, _>(ids)
    .bind::<SqlUuid, _>(reader)
    .load(&mut conn)
    .await?;
    Ok(usage)
}
