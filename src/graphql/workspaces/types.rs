//! Workspaces and members as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::workspaces::model;
use crate::graphql::scalars::id;
use crate::ids::WorkspaceId;

/// What somebody is in a workspace, whatever the role of their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::WorkspaceRole")]
pub enum WorkspaceRole {
    /// Says who else works there, renames and deletes it, and changes what is in it. There is at least one.
    Owner,
    /// Changes what is in it.
    Editor,
    /// Sees what is in it.
    Viewer,
}

/// Where data sources, queries, charts and dashboards live. Only its members see it, and what is in it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Workspace {
    /// Opaque, and the same for the life of the workspace.
    pub id: ID,
    /// Its name.
    pub name: String,
    /// Whether it is your own, where nobody else can be added and which cannot be deleted.
    pub is_personal: bool,
    /// What you are in it.
    pub role: WorkspaceRole,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its name last changed; when it was made, if it never did.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: WorkspaceId,
}

impl From<model::Seen> for Workspace {
    fn from(seen: model::Seen) -> Self {
        let model::Seen { workspace, role } = seen;
        Self {
            id: id(workspace.id),
            is_personal: workspace.is_personal(),
            name: workspace.name,
            role: role.into(),
            created_at: workspace.created_at,
            updated_at: workspace.updated_at,
            key: workspace.id,
        }
    }
}

/// Somebody's part in a workspace.
#[derive(Debug, Clone, SimpleObject)]
pub struct WorkspaceMember {
    /// Opaque, and the same for as long as they are a member.
    pub id: ID,
    /// What they are in the workspace.
    pub role: WorkspaceRole,
    /// Their name for others to read, or else the name that they sign in with. Null when they have neither.
    pub name: Option<String>,
    /// Their e-mail address, for other members to see.
    pub email: String,
    /// When they became a member.
    pub joined_at: DateTime<Utc>,
}

impl From<model::Member> for WorkspaceMember {
    fn from(row: model::Member) -> Self {
        Self { id: id(row.id), role: row.role.into(), name: row.name, email: row.email, joined_at: row.created_at }
    }
}
