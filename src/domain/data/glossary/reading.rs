//! Looking at the words of workspaces.

use std::collections::HashMap;

use super::model::GlossaryTerm;
use super::store;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::Connection;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{GlossaryTermId, WorkspaceId};

/// Those of these words that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[GlossaryTermId]) -> Result<HashMap<GlossaryTermId, GlossaryTerm>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|term| (term.id, term)).collect())
}

/// The same page of the words of each of these workspaces, as far as the actor sees them, the oldest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn pages_of(
    app: &App,
    actor: &Actor,
    workspaces: &[WorkspaceId],
    page: &Page<GlossaryTermId>,
) -> Result<HashMap<WorkspaceId, Slice<GlossaryTerm>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<WorkspaceId, Vec<GlossaryTerm>> = HashMap::new();
    for term in store::pages(&*app.db.read().await?, reader, workspaces, page).await? {
        of.entry(term.workspace_id).or_default().push(term);
    }
    Ok(of.into_iter().map(|(workspace, terms)| (workspace, page.slice(terms))).collect())
}

/// All words of a workspace, for the domains' own use: **nothing is authorised here**.
///
/// # Errors
/// When Postgres does not answer.
pub async fn find_all(conn: &Connection, workspace: WorkspaceId) -> Result<Vec<GlossaryTerm>> {
    store::all(conn, workspace).await
}

/// What is said of a word that is not there for whoever asks.
pub(super) fn missing() -> Error {
    Error::not_found("glossary term")
}
