//! From terms to their workspace and who defined them.

use async_graphql::{ComplexObject, Context, Result};

use super::glossary_types::GlossaryTerm;
use crate::error::Error;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::workspaces::loaders::{WorkspaceById, WorkspaceMemberOf};
use crate::graphql::workspaces::types::{Workspace, WorkspaceMember};

#[ComplexObject]
impl GlossaryTerm {
    /// The workspace whose word it is.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace> {
        let found = load::<WorkspaceById>(ctx, self.workspace_key).await?;
        found.map(Workspace::from).ok_or_else(|| to_graphql(Error::not_found("workspace")))
    }

    /// Who defined it, as a member of its workspace. Null when they are none any more.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<WorkspaceMember>> {
        let Some(author) = self.author_key else { return Ok(None) };
        Ok(load::<WorkspaceMemberOf>(ctx, (self.workspace_key, author)).await?.map(WorkspaceMember::from))
    }
}
