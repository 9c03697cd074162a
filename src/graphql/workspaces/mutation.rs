//! Making and changing workspaces, and who works in them.

use async_graphql::{Context, Object, Result};

use super::edges::{workspace_id, workspace_member_id};
use super::inputs::{
    AddWorkspaceMemberInput, CreateWorkspaceInput, DeleteWorkspaceInput, DeleteWorkspacePayload,
    RemoveWorkspaceMemberInput, RemoveWorkspaceMemberPayload, RenameWorkspaceInput, SetWorkspaceRoleInput,
    WorkspaceMemberPayload, WorkspacePayload,
};
use crate::domain::workspaces::actions::{members, workspaces};
use crate::domain::workspaces::model;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::id;

/// The part of the root that changes workspaces.
#[derive(Default)]
pub struct WorkspacesMutation;

/// What people do with workspaces.
#[Object]
impl WorkspacesMutation {
    /// Makes a workspace that can be shared, of which you are the owner. BAD_USER_INPUT for a name that is empty or too long,
    /// CONFLICT when you own 20.
    async fn create_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace to make.")] input: CreateWorkspaceInput,
    ) -> Result<WorkspacePayload> {
        workspace(workspaces::create(app(ctx), actor(ctx), &input.name).await)
    }

    /// Renames a workspace, which your personal one may be too. NOT_FOUND for one that you are no member of, FORBIDDEN for
    /// all but its owners, BAD_USER_INPUT for a name that is empty or too long.
    async fn rename_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace, and its name.")] input: RenameWorkspaceInput,
    ) -> Result<WorkspacePayload> {
        let key = workspace_id(&input.workspace_id)?;
        workspace(workspaces::rename(app(ctx), actor(ctx), key, &input.name).await)
    }

    /// Deletes a workspace: gone at once for all its members, with all that is in it. NOT_FOUND for one that you are no member
    /// of, FORBIDDEN for all but its owners, CONFLICT for your personal one.
    async fn delete_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace to delete.")] input: DeleteWorkspaceInput,
    ) -> Result<DeleteWorkspacePayload> {
        let key = workspace_id(&input.workspace_id)?;
        workspaces::delete(app(ctx), actor(ctx), key).await.map_err(to_graphql)?;
        Ok(DeleteWorkspacePayload { deleted_id: id(key) })
    }

    /// Adds somebody who has an account. NOT_FOUND for a workspace that you are no member of and, with the field `input.email`
    /// and always the same, for an address that nobody has an open account with; FORBIDDEN for all but the owners, CONFLICT
    /// for your personal workspace, for one with 200 members, for whoever is a member already, and for an owner who owns 20.
    async fn add_workspace_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is added to what, and as what.")] input: AddWorkspaceMemberInput,
    ) -> Result<WorkspaceMemberPayload> {
        let key = workspace_id(&input.workspace_id)?;
        let added = members::add(app(ctx), actor(ctx), key, &input.email, input.role.into()).await;
        let (seen, member) = added.map_err(to_graphql)?;
        Ok(WorkspaceMemberPayload { member: member.into(), workspace: seen.into() })
    }

    /// Says what a member is in a workspace. NOT_FOUND for a workspace that you are no member of and for an unknown member,
    /// FORBIDDEN for all but the owners, CONFLICT when no owner would be left, and for an owner who owns 20.
    async fn set_workspace_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is what.")] input: SetWorkspaceRoleInput,
    ) -> Result<WorkspaceMemberPayload> {
        let key = workspace_id(&input.workspace_id)?;
        let member = workspace_member_id(&input.member_id)?;
        let set = members::set_role(app(ctx), actor(ctx), key, member, input.role.into()).await;
        let member = set.map_err(to_graphql)?.into();
        // One may have changed one's own.
        let seen = workspaces::get(app(ctx), actor(ctx), key).await.map_err(to_graphql)?;
        Ok(WorkspaceMemberPayload { member, workspace: seen.into() })
    }

    /// Takes you, or another member, out of a workspace, and the right to what is in it with it. NOT_FOUND for a workspace that
    /// you are no member of and for an unknown member, FORBIDDEN for whoever takes out another and is no owner, CONFLICT for
    /// the last owner.
    async fn remove_workspace_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who leaves what.")] input: RemoveWorkspaceMemberInput,
    ) -> Result<RemoveWorkspaceMemberPayload> {
        let key = workspace_id(&input.workspace_id)?;
        let member = input.member_id.as_ref().map(workspace_member_id).transpose()?;
        let removed = members::remove(app(ctx), actor(ctx), key, member).await.map_err(to_graphql)?;
        Ok(RemoveWorkspaceMemberPayload { removed_id: id(removed) })
    }
}

fn workspace(result: crate::error::Result<model::Seen>) -> Result<WorkspacePayload> {
    result.map(|seen| WorkspacePayload { workspace: seen.into() }).map_err(to_graphql)
}
