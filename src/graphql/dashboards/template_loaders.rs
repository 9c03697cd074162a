//! Templates and their versions, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::dashboards::templates::model::{PromptTemplate, PromptTemplateVersion};
use crate::domain::dashboards::templates::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::data::saved_loaders::by_page;
use crate::graphql::loader::Load;
use crate::ids::{PromptTemplateId, PromptTemplateVersionId, WorkspaceId};

/// A template that the reader sees.
pub struct PromptTemplateById;

impl Load for PromptTemplateById {
    type Key = PromptTemplateId;
    type Value = PromptTemplate;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// The templates of a workspace.
pub struct TemplatesOfWorkspace;

impl Load for TemplatesOfWorkspace {
    type Key = WorkspaceId;
    type Value = Vec<PromptTemplate>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_workspaces(app, actor, keys).await
    }
}

/// A version that the reader sees.
pub struct PromptTemplateVersionById;

impl Load for PromptTemplateVersionById {
    type Key = PromptTemplateVersionId;
    type Value = PromptTemplateVersion;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load_versions(app, actor, keys).await
    }
}

/// A page of the versions of a template.
pub struct VersionPageOfTemplate;

impl Load for VersionPageOfTemplate {
    type Key = (PromptTemplateId, Page<PromptTemplateVersionId>);
    type Value = Slice<PromptTemplateVersion>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (page, templates) in by_page(keys) {
            let found = reading::version_pages(app, actor, &templates, &page).await?;
            pages.extend(found.into_iter().map(|(template, slice)| ((template, page), slice)));
        }
        Ok(pages)
    }
}
