//! Writing templates, going back to what one said, and taking one out of use.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::model::{Draft, PromptTemplate, PromptTemplateVersion, Target};
use super::policy::{TEMPLATES_MAX, body, name, note};
use super::reading::missing;
use super::store;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading::lock_role;
use crate::error::{Error, Result};
use crate::ids::{PromptTemplateId, PromptTemplateVersionId, UserId, WorkspaceId};

/// Writes a template: a new one, or another version of one that is there. What says the same as before makes no version.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace or template, FORBIDDEN for a viewer, CONFLICT when another version was saved since, for a
/// name that is taken and for the 101st template, BAD_USER_INPUT for what does not do.
pub async fn save(app: &App, actor: &Actor, target: Target, draft: &Draft) -> Result<PromptTemplate> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| match target {
        Target::New(workspace) => create(app, conn, actor, editor, workspace, draft).await,
        Target::Known(id, version) => {
            let template = editable(conn, editor, id).await?;
            require_newest(&template, version)?;
            change(app, conn, actor, editor, &template, draft).await
        }
    })
    .await
}

/// Writes what a template said in an earlier version as its newest.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown template and for a version that it does not have, FORBIDDEN for a viewer.
pub async fn restore(app: &App, actor: &Actor, id: PromptTemplateId, number: i32) -> Result<PromptTemplate> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let template = editable(conn, editor, id).await?;
        let old = store::numbered(conn, id, number).await?;
        let old = old.ok_or_else(|| Error::not_found("version of this prompt template").with_field("input.version"))?;
        let note = Some(format!("Version {number} again."));
        change(app, conn, actor, editor, &template, &Draft { name: None, body: Some(old.body), note }).await
    })
    .await
}

/// Takes a template out of use. What it wrote goes on to say so.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown template, FORBIDDEN for a viewer.
pub async fn delete(app: &App, actor: &Actor, id: PromptTemplateId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let template = editable(conn, editor, id).await?;
        let now = app.clock.now();
        store::remove(conn, id, now).await?;
        let entry = Entry::new(Action::PromptTemplateDeleted).on(id).before(json!({ "version": template.version }));
        audit::record(conn, now, actor, entry).await
    })
    .await
}

async fn create(
    app: &App,
    conn: &Connection,
    actor: &Actor,
    editor: UserId,
    workspace: WorkspaceId,
    draft: &Draft,
) -> Result<PromptTemplate> {
    require_editor(lock_role(conn, editor, workspace).await?)?;
    let name = name(draft.name.as_deref().unwrap_or_default())?;
    let body = body(draft.body.as_deref().unwrap_or_default())?;
    let note = note(draft.note.as_deref())?;
    if store::is_full(conn, workspace).await? {
        return Err(Error::conflict(format!("A workspace has at most {TEMPLATES_MAX} prompt templates.")));
    }
    let now = app.clock.now();
    let id = PromptTemplateId::generate(now);
    if !store::insert(conn, id, workspace, &name, editor, now).await? {
        return Err(taken());
    }
    store::insert_version(conn, &version(id, 1, body, note, editor, now), now).await?;
    let entry = Entry::new(Action::PromptTemplateCreated).on(id).after(json!({ "version": 1 }));
    audit::record(conn, now, actor, entry).await?;
    found(conn, editor, id).await
}

async fn change(
    app: &App,
    conn: &Connection,
    actor: &Actor,
    editor: UserId,
    was: &PromptTemplate,
    draft: &Draft,
) -> Result<PromptTemplate> {
    let name = draft.name.as_deref().map_or_else(|| Ok(was.name.clone()), name)?;
    let body = draft.body.as_deref().map_or_else(|| Ok(was.body.clone()), body)?;
    let note = note(draft.note.as_deref())?;
    if name == was.name && body == was.body {
        return Ok(was.clone());
    }
    let now = app.clock.now();
    if name != was.name && !store::rename(conn, was, &name, now).await? {
        return Err(taken());
    }
    let mut number = was.version;
    if body != was.body {
        number = number.saturating_add(1);
        store::insert_version(conn, &version(was.id, number, body, note, editor, now), now).await?;
    }
    let entry = Entry::new(Action::PromptTemplateUpdated).on(was.id).before(json!({ "version": was.version }));
    audit::record(conn, now, actor, entry.after(json!({ "version": number }))).await?;
    found(conn, editor, was.id).await
}

fn version(
    template: PromptTemplateId,
    number: i32,
    body: String,
    note: Option<String>,
    author: UserId,
    now: DateTime<Utc>,
) -> PromptTemplateVersion {
    PromptTemplateVersion {
        id: PromptTemplateVersionId::generate(now),
        template_id: template,
        workspace_id: None,
        number,
        body,
        note,
        author_id: Some(author),
        created_at: Some(now),
    }
}

/// The template, locked, for somebody who may change it.
async fn editable(conn: &Connection, editor: UserId, id: PromptTemplateId) -> Result<PromptTemplate> {
    let template = store::lock(conn, editor, id).await?.ok_or_else(missing)?;
    let workspace = template.workspace_id.ok_or_else(missing)?;
    require_editor(lock_role(conn, editor, workspace).await?)?;
    Ok(template)
}

fn require_newest(template: &PromptTemplate, version: i32) -> Result<()> {
    if template.version == version {
        return Ok(());
    }
    let is = template.version;
    let message = format!("Somebody saved this template: it is version {is} now. Please look at it again.");
    Err(Error::conflict(message).with_field("input.version"))
}

/// What was written in this transaction.
async fn found(conn: &Connection, reader: UserId, id: PromptTemplateId) -> Result<PromptTemplate> {
    store::load(conn, reader, &[id]).await?.pop().ok_or_else(missing)
}

fn taken() -> Error {
    Error::conflict("This workspace has a prompt template of this name.").with_field("input.name")
}
