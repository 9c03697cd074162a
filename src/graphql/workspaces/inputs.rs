//! What mutations of workspaces take and give.

use async_graphql::{ID, InputObject, SimpleObject};

use super::types::{Workspace, WorkspaceMember, WorkspaceRole};

/// A workspace to make.
#[derive(Debug, Clone, InputObject)]
pub struct CreateWorkspaceInput {
    /// Its name, 1 to 100 characters.
    pub name: String,
}

/// A workspace to rename.
#[derive(Debug, Clone, InputObject)]
pub struct RenameWorkspaceInput {
    /// The workspace.
    pub workspace_id: ID,
    /// Its new name, 1 to 100 characters.
    pub name: String,
}

/// A workspace that was made or renamed.
#[derive(Debug, Clone, SimpleObject)]
pub struct WorkspacePayload {
    /// As it is now.
    pub workspace: Workspace,
}

/// A workspace to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteWorkspaceInput {
    /// The workspace.
    pub workspace_id: ID,
}

/// A workspace that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteWorkspacePayload {
    /// The id that it had.
    pub deleted_id: ID,
}

/// Somebody to add to a workspace.
#[derive(Debug, Clone, InputObject)]
pub struct AddWorkspaceMemberInput {
    /// The workspace.
    pub workspace_id: ID,
    /// The address of their account, in any case.
    pub email: String,
    /// What they will be in it.
    pub role: WorkspaceRole,
}

/// What a member of a workspace shall be.
#[derive(Debug, Clone, InputObject)]
pub struct SetWorkspaceRoleInput {
    /// The workspace.
    pub workspace_id: ID,
    /// The member.
    pub member_id: ID,
    /// What they will be in it.
    pub role: WorkspaceRole,
}

/// A member who was added, or whose role was set.
#[derive(Debug, Clone, SimpleObject)]
pub struct WorkspaceMemberPayload {
    /// As they are now.
    pub member: WorkspaceMember,
    /// The workspace, with what you are in it now.
    pub workspace: Workspace,
}

/// Somebody who leaves a workspace.
#[derive(Debug, Clone, InputObject)]
pub struct RemoveWorkspaceMemberInput {
    /// The workspace.
    pub workspace_id: ID,
    /// Who leaves. Null for yourself.
    pub member_id: Option<ID>,
}

/// Somebody who left a workspace.
#[derive(Debug, Clone, SimpleObject)]
pub struct RemoveWorkspaceMemberPayload {
    /// The id that they had as a member.
    pub removed_id: ID,
}
