//! Statements about accounts that are deleted, and about all that goes with them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::pool::Connection;
use crate::db::schema::users;
use crate::domain::users::model::User;
use crate::error::Result;
use crate::ids::UserId;

diesel::define_sql_function! {
    /// Folds case as the unique indexes on accounts do.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// False when there is no such account, or it was deleted before.
pub async fn mark_deleted(mut conn: &Connection, id: UserId, now: DateTime<Utc>) -> Result<bool> {
    let open = users::table.find(id).filter(users::deleted_at.is_null());
    let marked = diesel::update(open).set((users::deleted_at.eq(now), users::updated_at.eq(now)));
    Ok(marked.execute(&mut conn).await? == 1)
}

/// Opens the deleted account with that address in any case; `None` when there is none.
pub async fn restore(mut conn: &Connection, email: &str, now: DateTime<Utc>) -> Result<Option<User>> {
    let deleted =
        users::table.filter(lower(users::email).eq(email.to_lowercase())).filter(users::deleted_at.is_not_null());
    let restored = diesel::update(deleted)
        .set((users::deleted_at.eq(None::<DateTime<Utc>>), users::updated_at.eq(now)))
        .returning(User::as_returning());
    Ok(restored.get_result(&mut conn).await.optional()?)
}

/// An account that was deleted before `before`, the longest gone first.
pub async fn next_to_purge(
    mut conn: &Connection,
    before: DateTime<Utc>,
    after: Option<UserId>,
) -> Result<Option<UserId>> {
    let mut gone = users::table.filter(users::deleted_at.lt(before)).order(users::id).select(users::id).into_boxed();
    if let Some(after) = after {
        gone = gone.filter(users::id.gt(after));
    }
    Ok(gone.first(&mut conn).await.optional()?)
}

/// Whether the account is still deleted since before `before`: it may have been restored meanwhile. Locked until the
/// transaction ends.
pub async fn lock_to_purge(mut conn: &Connection, id: UserId, before: DateTime<Utc>) -> Result<bool> {
    let gone = users::table.find(id).filter(users::deleted_at.lt(before)).select(users::id);
    Ok(gone.for_update().first::<UserId>(&mut conn).await.optional()?.is_some())
}

/// What belongs to an account, what hangs on other rows first, and how many rows one statement removes: none takes long,
/// however much there is.
pub const PARTS: &[(&str, i64)] = &[
    // Of workspaces that go with the account, as nobody else works there: their history, which may be long.
    (
        "DELETE FROM data_questions WHERE id IN (SELECT q.id FROM workspace_members m JOIN data_sources s ON s.workspace_id = m.workspace_id \
         JOIN data_questions q ON q.source_id = s.id WHERE m.user_id = $1 \
         AND NOT EXISTS (SELECT FROM workspace_members o WHERE o.workspace_id = m.workspace_id AND o.user_id <> $1) LIMIT $2)",
        1000,
    ),
    (
        "DELETE FROM insights WHERE id IN (SELECT i.id FROM workspace_members m JOIN data_sources s ON s.workspace_id = m.workspace_id \
          JOIN insights i ON i.source_id = s.id WHERE m.user_id = $1 \
          AND NOT EXISTS (SELECT FROM workspace_members o WHERE o.workspace_id = m.workspace_id AND o.user_id <> $1) LIMIT $2)",
        1000,
    ),
    (
        "DELETE FROM query_runs WHERE id IN (SELECT r.id FROM workspace_members m JOIN data_sources s ON s.workspace_id = m.workspace_id \
         JOIN query_runs r ON r.source_id = s.id WHERE m.user_id = $1 \
         AND NOT EXISTS (SELECT FROM workspace_members o WHERE o.workspace_id = m.workspace_id AND o.user_id <> $1) LIMIT $2)",
        1000,
    ),
    (
        "DELETE FROM query_results WHERE id IN (SELECT p.id FROM workspace_members m JOIN data_sources s ON s.workspace_id = m.workspace_id \
         JOIN query_results p ON p.source_id = s.id WHERE m.user_id = $1 \
         AND NOT EXISTS (SELECT FROM workspace_members o WHERE o.workspace_id = m.workspace_id AND o.user_id <> $1) LIMIT $2)",
        20,
    ),
    // In other workspaces what they asked stays, and is nobody's.
    (
        "UPDATE query_runs SET asker_id = NULL WHERE id IN (SELECT id FROM query_runs WHERE asker_id = $1 LIMIT $2)",
        1000,
    ),
    ("UPDATE insights SET author_id = NULL WHERE id IN (SELECT id FROM insights WHERE author_id = $1 LIMIT $2)", 1000),
    (
        "UPDATE data_questions SET asker_id = NULL WHERE id IN (SELECT id FROM data_questions WHERE asker_id = $1 LIMIT $2)",
        1000,
    ),
    (
        "DELETE FROM chunks WHERE id IN (SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.owner_id = $1 LIMIT $2)",
        2000,
    ),
    ("DELETE FROM documents WHERE id IN (SELECT id FROM documents WHERE owner_id = $1 LIMIT $2)", 200),
    (
        "DELETE FROM search_terms WHERE (owner_id, term) IN (SELECT owner_id, term FROM search_terms WHERE owner_id = $1 LIMIT $2)",
        5000,
    ),
    ("DELETE FROM generations WHERE id IN (SELECT id FROM generations WHERE owner_id = $1 LIMIT $2)", 500),
    (
        "DELETE FROM messages WHERE id IN (SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.owner_id = $1 LIMIT $2)",
        1000,
    ),
    ("DELETE FROM conversations WHERE id IN (SELECT id FROM conversations WHERE owner_id = $1 LIMIT $2)", 200),
    // A course goes with its professor; who only takes part in one goes alone, with the row itself.
    (
        "DELETE FROM courses WHERE id IN (SELECT course_id FROM course_members WHERE user_id = $1 AND role = 'PROFESSOR' LIMIT $2)",
        50,
    ),
    ("DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE user_id = $1 LIMIT $2)", 2000),
    // What was summed up; what changed since goes with the row itself.
    (
        "DELETE FROM analytics_usage WHERE (user_id, starts_at, slot) IN (SELECT user_id, starts_at, slot FROM analytics_usage WHERE user_id = $1 LIMIT $2)",
        2000,
    ),
    (
        "DELETE FROM analytics_conversations WHERE (user_id, starts_at, conversation_id) IN \
         (SELECT user_id, starts_at, conversation_id FROM analytics_conversations WHERE user_id = $1 LIMIT $2)",
        2000,
    ),
    (
        "DELETE FROM analytics_workflows WHERE id IN (SELECT id FROM analytics_workflows WHERE user_id = $1 LIMIT $2)",
        2000,
    ),
];

/// Removes, or lets go of, some rows of one part, and says how many.
pub async fn remove_some(mut conn: &Connection, id: UserId, part: (&'static str, i64)) -> Result<usize> {
    let removed = diesel::sql_query(part.0).bind::<SqlUuid, _>(id).bind::<BigInt, _>(part.1);
    Ok(removed.execute(&mut conn).await?)
}

/// Removes the row itself. Links, sign-ins, keys and the like are few, and go with it.
pub async fn remove_account(mut conn: &Connection, id: UserId) -> Result<()> {
    diesel::delete(users::table.find(id).filter(users::deleted_at.is_not_null())).execute(&mut conn).await?;
    Ok(())
}
