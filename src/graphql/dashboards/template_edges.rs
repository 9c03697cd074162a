//! From templates to their workspace, their versions and who wrote them.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Result};

use super::template_loaders::{PromptTemplateById, VersionPageOfTemplate};
use super::template_types::{PromptTemplate, PromptTemplateVersion};
use crate::domain::dashboards::templates::model::PromptTemplateVersion as Version;
use crate::domain::dashboards::templates::reading::missing;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::workspaces::loaders::{WorkspaceById, WorkspaceMemberOf};
use crate::graphql::workspaces::types::{Workspace, WorkspaceMember};
use crate::ids::{UserId, WorkspaceId};

/// A page of a template's versions.
pub type PromptTemplateVersionConnection = Connection<String, PromptTemplateVersion, EmptyFields>;

async fn member(
    ctx: &Context<'_>,
    workspace: Option<WorkspaceId>,
    author: Option<UserId>,
) -> Result<Option<WorkspaceMember>> {
    let (Some(workspace), Some(author)) = (workspace, author) else { return Ok(None) };
    Ok(load::<WorkspaceMemberOf>(ctx, (workspace, author)).await?.map(WorkspaceMember::from))
}

#[ComplexObject]
impl PromptTemplate {
    /// The workspace that it belongs to. Null for the one that is built in.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Option<Workspace>> {
        let Some(key) = self.workspace_key else { return Ok(None) };
        Ok(load::<WorkspaceById>(ctx, key).await?.map(Workspace::from))
    }

    /// What it said, the newest version first.
    async fn versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<PromptTemplateVersionConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<VersionPageOfTemplate>(ctx, (self.key, page)).await?.unwrap_or_default();
        Ok(connection(slice, EmptyFields, |row: &Version| row.id.to_string(), PromptTemplateVersion::from))
    }

    /// Who made it, as a member of its workspace. Null for the one that is built in, and when they are no member any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        member(ctx, self.workspace_key, self.author_key).await
    }
}

#[ComplexObject]
impl PromptTemplateVersion {
    /// The template that said this.
    async fn template(&self, ctx: &Context<'_>) -> Result<PromptTemplate> {
        let found = load::<PromptTemplateById>(ctx, self.template_key).await?;
        found.map(PromptTemplate::from).ok_or_else(|| to_graphql(missing()))
    }

    /// Who saved it, as a member of its workspace. Null for the template that is built in, and when they are no member any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        member(ctx, self.workspace_key, self.author_key).await
    }
}
