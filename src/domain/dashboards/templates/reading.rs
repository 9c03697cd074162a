//! Looking at templates. The one that is built in anybody sees who may read data.

use std::collections::HashMap;

use super::model::{PromptTemplate, PromptTemplateVersion};
use super::{built_in, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{PromptTemplateId, PromptTemplateVersionId, WorkspaceId};

/// Those of these templates that the actor sees, deleted ones too: what they wrote refers to them.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(
    app: &App,
    actor: &Actor,
    ids: &[PromptTemplateId],
) -> Result<HashMap<PromptTemplateId, PromptTemplate>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    let mut of: HashMap<_, _> = found.into_iter().map(|template| (template.id, template)).collect();
    if ids.contains(&built_in::id()) {
        of.insert(built_in::id(), built_in::template());
    }
    Ok(of)
}

/// The templates of these workspaces that are used, as far as the actor sees them: the one that is built in, then the others by name.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of_workspaces(
    app: &App,
    actor: &Actor,
    workspaces: &[WorkspaceId],
) -> Result<HashMap<WorkspaceId, Vec<PromptTemplate>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<WorkspaceId, Vec<PromptTemplate>> =
        workspaces.iter().map(|workspace| (*workspace, vec![built_in::template()])).collect();
    for template in store::of_workspaces(&*app.db.read().await?, reader, workspaces).await? {
        if let Some(workspace) = template.workspace_id {
            of.entry(workspace).or_default().push(template);
        }
    }
    Ok(of)
}

/// Those of these versions that the actor sees, of deleted templates too.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load_versions(
    app: &App,
    actor: &Actor,
    ids: &[PromptTemplateVersionId],
) -> Result<HashMap<PromptTemplateVersionId, PromptTemplateVersion>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load_versions(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|version| (version.id, version)).collect())
}

/// The same page of the versions of each of these templates, as far as the actor sees them, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn version_pages(
    app: &App,
    actor: &Actor,
    templates: &[PromptTemplateId],
    page: &Page<PromptTemplateVersionId>,
) -> Result<HashMap<PromptTemplateId, Slice<PromptTemplateVersion>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<PromptTemplateId, Vec<PromptTemplateVersion>> = HashMap::new();
    for version in store::version_pages(&*app.db.read().await?, reader, templates, page).await? {
        of.entry(version.template_id).or_default().push(version);
    }
    // It has this one, which stands behind no cursor.
    if templates.contains(&built_in::id()) && page.cursor.is_none() {
        of.insert(built_in::id(), vec![built_in::version()]);
    }
    Ok(of.into_iter().map(|(template, versions)| (template, page.slice(versions))).collect())
}

/// What is said of a template that is not there for whoever asks.
#[must_use]
pub fn missing() -> Error {
    Error::not_found("prompt template")
}
