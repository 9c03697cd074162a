//! Statements about the words of workspaces. All that read them for somebody join the members.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Content, GlossaryTerm};
use super::policy::TERMS_MAX;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::glossary_terms;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{GlossaryTermId, UserId, WorkspaceId};

const TERM: &str = "g.id, g.workspace_id, g.term, g.synonyms, g.definition, g.expression, g.version, g.author_id, g.created_at, \
     g.updated_at";

/// Those of these words that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[GlossaryTermId]) -> Result<Vec<GlossaryTerm>> {
    let seen = format!("SELECT {TERM} FROM glossary_terms g {} WHERE g.id = ANY ($2)", seen_by("g"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids);
    Ok(seen.load(&mut conn).await?)
}

/// The word, if `reader` sees it; nobody else changes or removes it until the transaction ends.
pub async fn lock(mut conn: &Connection, reader: UserId, id: GlossaryTermId) -> Result<Option<GlossaryTerm>> {
    let seen = format!("SELECT {TERM} FROM glossary_terms g {} WHERE g.id = $2 FOR NO KEY UPDATE OF g", seen_by("g"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    Ok(seen.get_result(&mut conn).await.optional()?)
}

/// The same page of the words of each of these workspaces, as far as `reader` sees them, the oldest first and in the order of the fetch;
/// one row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    workspaces: &[WorkspaceId],
    page: &Page<GlossaryTermId>,
) -> Result<Vec<GlossaryTerm>> {
    let (beside, order) = if page.is_backward() { ("<", "DESC") } else { (">", "ASC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {TERM} FROM glossary_terms g {} \
         WHERE g.workspace_id = k.id AND ($3 IS NULL OR g.id {beside} $3) ORDER BY g.id {order} LIMIT $4) l \
         ORDER BY l.workspace_id, l.id {order}",
        seen_by("g")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(workspaces)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// All words of a workspace, whoever asks: for work that has found out what may be seen.
pub async fn all(mut conn: &Connection, workspace: WorkspaceId) -> Result<Vec<GlossaryTerm>> {
    let found =
        format!("SELECT {TERM} FROM glossary_terms g WHERE g.workspace_id = $1 ORDER BY g.id LIMIT {TERMS_MAX}");
    Ok(diesel::sql_query(found).bind::<SqlUuid, _>(workspace).load(&mut conn).await?)
}

/// How many words a workspace has.
pub async fn count(mut conn: &Connection, workspace: WorkspaceId) -> Result<i64> {
    let all = glossary_terms::table.filter(glossary_terms::workspace_id.eq(workspace)).count();
    Ok(all.get_result(&mut conn).await?)
}

/// Stores a word; says whether the workspace did not have it yet, in whichever case.
pub async fn insert(
    mut conn: &Connection,
    id: GlossaryTermId,
    workspace: WorkspaceId,
    author: UserId,
    content: &Content,
    now: DateTime<Utc>,
) -> Result<bool> {
    let inserted = diesel::sql_query(
        "INSERT INTO glossary_terms (id, workspace_id, term, synonyms, definition, expression, author_id, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (workspace_id, lower(term)) DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(workspace)
    .bind::<Text, _>(&content.term)
    .bind::<Array<Text>, _>(&content.synonyms)
    .bind::<Text, _>(&content.definition)
    .bind::<Nullable<Text>, _>(&content.expression)
    .bind::<SqlUuid, _>(author)
    .bind::<Timestamptz, _>(now);
    Ok(inserted.execute(&mut conn).await? == 1)
}

/// Whether a workspace has this word, in whichever case, beside this one.
pub async fn has_other(
    mut conn: &Connection,
    workspace: WorkspaceId,
    term: &str,
    beside: GlossaryTermId,
) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        is_there: bool,
    }
    let found = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM glossary_terms WHERE workspace_id = $1 AND lower(term) = lower($2) AND id <> $3) AS is_there",
    );
    let found = found.bind::<SqlUuid, _>(workspace).bind::<Text, _>(term).bind::<SqlUuid, _>(beside);
    let found: Found = found.get_result(&mut conn).await?;
    Ok(found.is_there)
}

/// Writes a locked word anew, as its next version.
pub async fn update(mut conn: &Connection, id: GlossaryTermId, content: &Content, now: DateTime<Utc>) -> Result<()> {
    diesel::update(glossary_terms::table.find(id))
        .set((
            glossary_terms::term.eq(&content.term),
            glossary_terms::synonyms.eq(&content.synonyms),
            glossary_terms::definition.eq(&content.definition),
            glossary_terms::expression.eq(&content.expression),
            glossary_terms::version.eq(glossary_terms::version + 1),
            glossary_terms::updated_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Removes a word.
pub async fn remove(mut conn: &Connection, id: GlossaryTermId) -> Result<()> {
    diesel::delete(glossary_terms::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
