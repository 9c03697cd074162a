//! Statements about messages: a tree, read in pages and by its branches.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Message, MessageKind, MessageRole, MessageStatus, NewMessage, Rating};
use super::visibility::readable_by;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{conversations, messages};
use crate::error::Result;
use crate::ids::{ConversationId, GenerationId, MessageId, UserId};

pub async fn insert(mut conn: &Connection, new: &NewMessage) -> Result<Message> {
    let inserted = diesel::insert_into(messages::table).values(new).returning(Message::as_returning());
    Ok(inserted.get_result(&mut conn).await?)
}

/// The message if it is in a conversation of `owner`'s: anything else is as good as none.
pub async fn find(mut conn: &Connection, id: MessageId, owner: UserId) -> Result<Option<Message>> {
    let owned = conversations::table
        .filter(conversations::owner_id.eq(owner))
        .filter(conversations::deleted_at.is_null())
        .select(conversations::id);
    let found = messages::table.find(id).filter(messages::conversation_id.eq_any(owned));
    Ok(found.select(Message::as_select()).first(&mut conn).await.optional()?)
}

/// Those of `ids` that are in conversations that `reader` may read, in no order.
pub async fn load(mut conn: &Connection, ids: &[MessageId], reader: UserId) -> Result<Vec<Message>> {
    let readable = messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(messages::id.eq_any(ids))
        .filter(readable_by(reader));
    Ok(readable.select(Message::as_select()).load(&mut conn).await?)
}

/// The message that a person sent under this key, if there is one.
pub async fn find_by_key(mut conn: &Connection, author: UserId, key: &str) -> Result<Option<Message>> {
    let sent = messages::table.filter(messages::author_id.eq(author)).filter(messages::idempotency_key.eq(key));
    Ok(sent.select(Message::as_select()).first(&mut conn).await.optional()?)
}

/// The first reply to a message.
pub async fn first_reply(mut conn: &Connection, id: MessageId) -> Result<Option<Message>> {
    let replies = messages::table.filter(messages::parent_id.eq(id)).filter(messages::role.eq(MessageRole::Assistant));
    Ok(replies.order(messages::id).select(Message::as_select()).first(&mut conn).await.optional()?)
}

/// The message of a conversation that came last.
pub async fn newest(mut conn: &Connection, id: ConversationId) -> Result<Option<Message>> {
    let said = messages::table.filter(messages::conversation_id.eq(id)).order(messages::id.desc());
    Ok(said.select(Message::as_select()).first(&mut conn).await.optional()?)
}

/// The reply that a run writes.
pub async fn find_by_generation(mut conn: &Connection, id: GenerationId) -> Result<Option<Message>> {
    let reply = messages::table.filter(messages::generation_id.eq(id));
    Ok(reply.select(Message::as_select()).first(&mut conn).await.optional()?)
}

/// Writes down how a reply ended.
pub async fn settle(
    mut conn: &Connection,
    generation: GenerationId,
    status: MessageStatus,
    content: &str,
) -> Result<Option<Message>> {
    let settled = diesel::update(messages::table.filter(messages::generation_id.eq(generation)))
        .set((messages::status.eq(status), messages::content.eq(content)))
        .returning(Message::as_returning());
    Ok(settled.get_result(&mut conn).await.optional()?)
}

pub async fn set_kind(mut conn: &Connection, id: MessageId, kind: MessageKind) -> Result<()> {
    diesel::update(messages::table.find(id)).set(messages::kind.eq(kind)).execute(&mut conn).await?;
    Ok(())
}

/// A message and what came before it up to the first, newest first, `limit` at most.
pub async fn branch(mut conn: &Connection, leaf: MessageId, limit: i32) -> Result<Vec<Message>> {
    let branch = diesel::sql_query(
        "WITH RECURSIVE branch AS ( \
             SELECT m.*, 1 AS depth FROM messages m WHERE m.id = $1 \
             UNION ALL \
             SELECT m.*, b.depth + 1 FROM messages m JOIN branch b ON m.id = b.parent_id WHERE b.depth < $2) \
         SELECT id, conversation_id, parent_id, role, content, status, generation_id, feedback_rating, \
                feedback_comment, feedback_at, created_at, kind FROM branch ORDER BY depth",
    )
    .bind::<SqlUuid, _>(leaf)
    .bind::<Integer, _>(limit)
    .load(&mut conn)
    .await?;
    Ok(branch)
}

/// The messages that follow the same one, the message itself among them, oldest first; for many messages at once.
pub async fn siblings(mut conn: &Connection, ids: &[MessageId], reader: UserId) -> Result<Vec<(MessageId, Message)>> {
    let readable = conversations::table.filter(readable_by(reader)).select(conversations::id);
    let (of, sibling) = diesel::alias!(messages as of, messages as sibling);
    let pairs = of
        .inner_join(
            sibling.on(sibling
                .field(messages::conversation_id)
                .eq(of.field(messages::conversation_id))
                .and(sibling.field(messages::parent_id).is_not_distinct_from(of.field(messages::parent_id)))),
        )
        .filter(of.field(messages::id).eq_any(ids))
        .filter(of.field(messages::conversation_id).eq_any(readable))
        .order(sibling.field(messages::id))
        .select((of.field(messages::id), sibling.fields(<Message as Selectable<Pg>>::construct_selection())));
    Ok(pairs.load(&mut conn).await?)
}

pub async fn count(
    mut conn: &Connection,
    ids: &[ConversationId],
    reader: UserId,
) -> Result<Vec<(ConversationId, i64)>> {
    let counts = messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(messages::conversation_id.eq_any(ids))
        .filter(readable_by(reader))
        .group_by(messages::conversation_id)
        .select((messages::conversation_id, diesel::dsl::count_star()));
    Ok(counts.load(&mut conn).await?)
}

pub async fn rate(
    mut conn: &Connection,
    id: MessageId,
    rating: Option<Rating>,
    comment: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Message>> {
    let rated = diesel::update(messages::table.find(id))
        .set((
            messages::feedback_rating.eq(rating),
            messages::feedback_comment.eq(comment),
            messages::feedback_at.eq(rating.map(|_| now)),
        ))
        .returning(Message::as_returning());
    Ok(rated.get_result(&mut conn).await.optional()?)
}

/// What was or is being written at a message and behind it.
pub async fn runs_from(mut conn: &Connection, id: MessageId) -> Result<Vec<GenerationId>> {
    #[derive(QueryableByName)]
    struct Run {
        #[diesel(sql_type = SqlUuid)]
        generation_id: GenerationId,
    }
    let runs: Vec<Run> = diesel::sql_query(
        "WITH RECURSIVE tree AS ( \
             SELECT id, generation_id FROM messages WHERE id = $1 \
             UNION ALL \
             SELECT m.id, m.generation_id FROM messages m JOIN tree t ON m.parent_id = t.id) \
         SELECT generation_id FROM tree WHERE generation_id IS NOT NULL",
    )
    .bind::<SqlUuid, _>(id)
    .load(&mut conn)
    .await?;
    Ok(runs.into_iter().map(|run| run.generation_id).collect())
}

/// Removes a message and all that follows it.
pub async fn delete(mut conn: &Connection, id: MessageId) -> Result<usize> {
    Ok(diesel::delete(messages::table.find(id)).execute(&mut conn).await?)
}

/// Characters said on the branch that ends in `leaf`, `limit` messages at most.
pub async fn branch_length(mut conn: &Connection, leaf: MessageId, limit: i32) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Length {
        #[diesel(sql_type = BigInt)]
        chars: i64,
    }
    let length: Length = diesel::sql_query(
        "WITH RECURSIVE branch AS ( \
             SELECT id, parent_id, length(content) AS chars, 1 AS depth FROM messages WHERE id = $1 \
             UNION ALL \
             SELECT m.id, m.parent_id, length(m.content), b.depth + 1 \
             FROM messages m JOIN branch b ON m.id = b.parent_id WHERE b.depth < $2) \
         SELECT coalesce(sum(chars), 0)::bigint AS chars FROM branch",
    )
    .bind::<SqlUuid, _>(leaf)
    .bind::<Integer, _>(limit)
    .get_result(&mut conn)
    .await?;
    Ok(length.chars)
}

/// A page of messages of each of many conversations, newest first, in one statement.
struct Pages<const BACKWARD: bool, const CURSOR: bool> {
    ids: Vec<ConversationId>,
    reader: UserId,
    cursor: Option<MessageId>,
    limit: i64,
}

/// The text differs with the direction and the cursor: each of the four is prepared once.
impl<const BACKWARD: bool, const CURSOR: bool> QueryId for Pages<BACKWARD, CURSOR> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

type MessageSql = (
    SqlUuid,
    SqlUuid,
    Nullable<SqlUuid>,
    Text,
    Text,
    Text,
    Nullable<SqlUuid>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Timestamptz>,
    Timestamptz,
    Text,
);

impl<const BACKWARD: bool, const CURSOR: bool> Query for Pages<BACKWARD, CURSOR> {
    type SqlType = MessageSql;
}

impl<const BACKWARD: bool, const CURSOR: bool> QueryFragment<Pg> for Pages<BACKWARD, CURSOR> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let columns = "m.id, m.conversation_id, m.parent_id, m.role, m.content, m.status, m.generation_id, \
                       m.feedback_rating, m.feedback_comment, m.feedback_at, m.created_at, m.kind";
        out.push_sql("SELECT ");
        out.push_sql(columns);
        out.push_sql(" FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql(") AS k (id) JOIN conversations c ON c.id = k.id AND c.deleted_at IS NULL AND (c.owner_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.reader)?;
        out.push_sql(" OR is_taught_by(c.id, ");
        out.push_bind_param::<SqlUuid, _>(&self.reader)?;
        out.push_sql(")) CROSS JOIN LATERAL (SELECT * FROM messages WHERE conversation_id = c.id");
        if let Some(cursor) = self.cursor.as_ref().filter(|_| CURSOR) {
            out.push_sql(if BACKWARD { " AND id > " } else { " AND id < " });
            out.push_bind_param::<SqlUuid, _>(cursor)?;
        }
        out.push_sql(if BACKWARD { " ORDER BY id LIMIT " } else { " ORDER BY id DESC LIMIT " });
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(") AS m");
        Ok(())
    }
}

/// A page of messages of each of these conversations, in the order of the page; one row more each than the page has.
pub async fn pages(
    mut conn: &Connection,
    ids: &[ConversationId],
    reader: UserId,
    page: Page<MessageId>,
) -> Result<Vec<Message>> {
    let (limit, cursor) = (page.limit(), page.cursor);
    let ids = ids.to_vec();
    Ok(match (page.is_backward(), cursor.is_some()) {
        (false, false) => Pages::<false, false> { ids, reader, cursor, limit }.load(&mut conn).await?,
        (false, true) => Pages::<false, true> { ids, reader, cursor, limit }.load(&mut conn).await?,
        (true, false) => Pages::<true, false> { ids, reader, cursor, limit }.load(&mut conn).await?,
        (true, true) => Pages::<true, true> { ids, reader, cursor, limit }.load(&mut conn).await?,
    })
}
