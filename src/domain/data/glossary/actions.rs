//! Defining words, changing what they mean, and forgetting them.

use serde_json::json;

use super::model::{Change, Content, GlossaryTerm};
use super::policy::{TERMS_MAX, checked};
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
use crate::ids::{GlossaryTermId, UserId, WorkspaceId};

/// Defines a word of a workspace.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace, FORBIDDEN for a viewer, BAD_USER_INPUT for what does not do, CONFLICT for a word that
/// is there, and for the 501st.
pub async fn define(app: &App, actor: &Actor, workspace: WorkspaceId, content: &Content) -> Result<GlossaryTerm> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        require_editor(lock_role(conn, editor, workspace).await?)?;
        let content = checked(content)?;
        if store::count(conn, workspace).await? >= TERMS_MAX {
            return Err(Error::conflict(format!("A workspace has at most {TERMS_MAX} terms.")));
        }
        let now = app.clock.now();
        let id = GlossaryTermId::generate(now);
        if !store::insert(conn, id, workspace, editor, &content, now).await? {
            return Err(taken());
        }
        let entry = Entry::new(Action::TermDefined).on(id).after(json!({ "version": 1 }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, editor, id).await
    })
    .await
}

/// Changes a word that the actor has seen as `version`.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown word, FORBIDDEN for a viewer, CONFLICT when it was changed since and for a word that is there,
/// BAD_USER_INPUT for what does not do.
pub async fn update(
    app: &App,
    actor: &Actor,
    id: GlossaryTermId,
    version: i32,
    change: &Change,
) -> Result<GlossaryTerm> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let term = editable(conn, editor, id).await?;
        if term.version != version {
            let message =
                format!("Somebody changed this term: it is version {} now. Please look at it again.", term.version);
            return Err(Error::conflict(message).with_field("input.version"));
        }
        let was = term.content();
        let content = checked(&change.of(&was))?;
        if content == was {
            return Ok(term);
        }
        if store::has_other(conn, term.workspace_id, &content.term, id).await? {
            return Err(taken());
        }
        let now = app.clock.now();
        store::update(conn, id, &content, now).await?;
        let entry = Entry::new(Action::TermUpdated).on(id).before(json!({ "version": version }));
        let entry = entry.after(json!({ "version": version.saturating_add(1) }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, editor, id).await
    })
    .await
}

/// Forgets a word.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown word, FORBIDDEN for a viewer.
pub async fn delete(app: &App, actor: &Actor, id: GlossaryTermId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let term = editable(conn, editor, id).await?;
        store::remove(conn, id).await?;
        let entry = Entry::new(Action::TermDeleted).on(id).before(json!({ "version": term.version }));
        audit::record(conn, app.clock.now(), actor, entry).await
    })
    .await
}

/// The word, locked, for somebody who may change it.
async fn editable(conn: &Connection, editor: UserId, id: GlossaryTermId) -> Result<GlossaryTerm> {
    let term = store::lock(conn, editor, id).await?.ok_or_else(missing)?;
    require_editor(lock_role(conn, editor, term.workspace_id).await?)?;
    Ok(term)
}

/// What was written in this transaction.
async fn found(conn: &Connection, reader: UserId, id: GlossaryTermId) -> Result<GlossaryTerm> {
    store::load(conn, reader, &[id]).await?.pop().ok_or_else(missing)
}

fn taken() -> Error {
    Error::conflict("This workspace has a term of this name.").with_field("input.term")
}
