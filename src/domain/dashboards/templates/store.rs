//! Statements about templates. All that read them for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{PromptTemplate, PromptTemplateVersion, TemplateKind};
use super::policy::TEMPLATES_MAX;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{prompt_template_versions, prompt_templates};
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{PromptTemplateId, PromptTemplateVersionId, UserId, WorkspaceId};

const TEMPLATE: &str = "t.id, t.workspace_id, t.kind, t.name, t.version, v.body, t.author_id, t.created_at, t.updated_at, \
     t.deleted_at IS NOT NULL AS is_deleted";
const TEMPLATES: &str =
    "prompt_templates t JOIN prompt_template_versions v ON v.template_id = t.id AND v.number = t.version";
const VERSION: &str = "v.id, v.template_id, t.workspace_id, v.number, v.body, v.note, v.author_id, v.created_at";
const VERSIONS: &str = "prompt_template_versions v JOIN prompt_templates t ON t.id = v.template_id";

/// Those of these templates that `reader` sees, deleted ones too.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[PromptTemplateId]) -> Result<Vec<PromptTemplate>> {
    let seen = format!("SELECT {TEMPLATE} FROM {TEMPLATES} {} WHERE t.id = ANY ($2)", seen_by("t"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids);
    Ok(seen.load(&mut conn).await?)
}

/// The templates of these workspaces that are used, as far as `reader` sees them, by their names.
pub async fn of_workspaces(
    mut conn: &Connection,
    reader: UserId,
    workspaces: &[WorkspaceId],
) -> Result<Vec<PromptTemplate>> {
    let seen = format!(
        "SELECT {TEMPLATE} FROM {TEMPLATES} {} WHERE t.workspace_id = ANY ($2) AND t.deleted_at IS NULL \
         ORDER BY t.workspace_id, lower(t.name), t.id",
        seen_by("t")
    );
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(workspaces);
    Ok(seen.load(&mut conn).await?)
}

/// Those of these versions that `reader` sees, of deleted templates too.
pub async fn load_versions(
    mut conn: &Connection,
    reader: UserId,
    ids: &[PromptTemplateVersionId],
) -> Result<Vec<PromptTemplateVersion>> {
    let seen = format!("SELECT {VERSION} FROM {VERSIONS} {} WHERE v.id = ANY ($2)", seen_by("t"));
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids);
    Ok(seen.load(&mut conn).await?)
}

/// A version, whoever asks: for work that is the server's own.
pub async fn find_version(mut conn: &Connection, id: PromptTemplateVersionId) -> Result<Option<PromptTemplateVersion>> {
    let found = diesel::sql_query(format!("SELECT {VERSION} FROM {VERSIONS} WHERE v.id = $1"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// A version of a template by its number, whoever asks.
pub async fn numbered(
    mut conn: &Connection,
    template: PromptTemplateId,
    number: i32,
) -> Result<Option<PromptTemplateVersion>> {
    let found =
        diesel::sql_query(format!("SELECT {VERSION} FROM {VERSIONS} WHERE v.template_id = $1 AND v.number = $2"));
    let found = found.bind::<SqlUuid, _>(template).bind::<Integer, _>(number);
    Ok(found.get_result(&mut conn).await.optional()?)
}

/// The same page of the versions of each of these templates, as far as `reader` sees them, the newest first and in the order of the fetch;
/// one row more each than asked for if there is one.
pub async fn version_pages(
    mut conn: &Connection,
    reader: UserId,
    templates: &[PromptTemplateId],
    page: &Page<PromptTemplateVersionId>,
) -> Result<Vec<PromptTemplateVersion>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {VERSION} FROM {VERSIONS} {} WHERE v.template_id = k.id \
         AND ($3 IS NULL OR v.id {beside} $3) ORDER BY v.id {order} LIMIT $4) l ORDER BY l.template_id, l.id {order}",
        seen_by("t")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(templates)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// The template, if `reader` sees it and it is used; nobody else changes or removes it until the transaction ends.
pub async fn lock(mut conn: &Connection, reader: UserId, id: PromptTemplateId) -> Result<Option<PromptTemplate>> {
    let seen = format!(
        "SELECT {TEMPLATE} FROM {TEMPLATES} {} WHERE t.id = $2 AND t.deleted_at IS NULL FOR NO KEY UPDATE OF t",
        seen_by("t")
    );
    let seen = diesel::sql_query(seen).bind::<SqlUuid, _>(reader).bind::<SqlUuid, _>(id);
    Ok(seen.get_result(&mut conn).await.optional()?)
}

/// Whether a workspace has no room for another template.
pub async fn is_full(mut conn: &Connection, workspace: WorkspaceId) -> Result<bool> {
    let used = prompt_templates::table
        .filter(prompt_templates::workspace_id.eq(workspace))
        .filter(prompt_templates::deleted_at.is_null())
        .count();
    let used: i64 = used.get_result(&mut conn).await?;
    Ok(used >= TEMPLATES_MAX)
}

/// Stores a template without its first version; says whether the workspace did not have its name yet, in whichever case.
pub async fn insert(
    mut conn: &Connection,
    id: PromptTemplateId,
    workspace: WorkspaceId,
    name: &str,
    author: UserId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let inserted = diesel::sql_query(
        "INSERT INTO prompt_templates (id, workspace_id, kind, name, version, author_id, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, 1, $5, $6, $6) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(workspace)
    .bind::<Text, _>(TemplateKind::Insight)
    .bind::<Text, _>(name)
    .bind::<SqlUuid, _>(author)
    .bind::<Timestamptz, _>(now);
    Ok(inserted.execute(&mut conn).await? == 1)
}

/// Gives a locked template another name; says whether no other of the workspace has it, in whichever case.
pub async fn rename(mut conn: &Connection, template: &PromptTemplate, name: &str, now: DateTime<Utc>) -> Result<bool> {
    let renamed = diesel::sql_query(
        "UPDATE prompt_templates t SET name = $2, updated_at = $3 WHERE t.id = $1 AND NOT EXISTS (SELECT FROM prompt_templates o \
         WHERE o.workspace_id = t.workspace_id AND o.kind = t.kind AND lower(o.name) = lower($2) AND o.deleted_at IS NULL \
         AND o.id <> t.id)",
    )
    .bind::<SqlUuid, _>(template.id)
    .bind::<Text, _>(name)
    .bind::<Timestamptz, _>(now);
    Ok(renamed.execute(&mut conn).await? == 1)
}

/// Stores a version of a locked or new template, which is its newest from now on.
pub async fn insert_version(mut conn: &Connection, new: &PromptTemplateVersion, now: DateTime<Utc>) -> Result<()> {
    diesel::insert_into(prompt_template_versions::table)
        .values((
            prompt_template_versions::id.eq(new.id),
            prompt_template_versions::template_id.eq(new.template_id),
            prompt_template_versions::number.eq(new.number),
            prompt_template_versions::body.eq(&new.body),
            prompt_template_versions::note.eq(&new.note),
            prompt_template_versions::author_id.eq(new.author_id),
            prompt_template_versions::created_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    diesel::update(prompt_templates::table.find(new.template_id))
        .set((prompt_templates::version.eq(new.number), prompt_templates::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Takes a locked template out of use. Its versions stay.
pub async fn remove(mut conn: &Connection, id: PromptTemplateId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(prompt_templates::table.find(id))
        .set(prompt_templates::deleted_at.eq(now))
        .execute(&mut conn)
        .await?;
    Ok(())
}
