//! Rows and enums of workspaces.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::db::schema::workspaces;
use crate::ids::{UserId, WorkspaceId, WorkspaceMemberId};

/// What somebody is in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum WorkspaceRole {
    /// Says who else works there, and may delete it. There is always one, and may be several.
    Owner,
    /// Changes what is in it.
    Editor,
    /// Sees what is in it.
    Viewer,
}

crate::db::enums::text_enum!(WorkspaceRole {
    Owner => "OWNER",
    Editor => "EDITOR",
    Viewer => "VIEWER",
});

impl WorkspaceRole {
    /// Whether who is this changes what is in the workspace.
    #[must_use]
    pub const fn may_edit(self) -> bool {
        matches!(self, Self::Owner | Self::Editor)
    }
}

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = workspaces, check_for_backend(diesel::pg::Pg))]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// Whose own it is; `None` for one that can be shared.
    pub personal_of: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Workspace {
    /// Whether it is somebody's own, whom nobody joins there.
    #[must_use]
    pub const fn is_personal(&self) -> bool {
        self.personal_of.is_some()
    }
}

/// A workspace as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub workspace: Workspace,
    /// What the member is in it.
    pub role: WorkspaceRole,
}

/// A workspace to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = workspaces)]
pub struct NewWorkspace {
    pub id: WorkspaceId,
    pub name: String,
    pub personal_of: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Somebody's part in a workspace, as another member sees it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Member {
    #[diesel(sql_type = SqlUuid)]
    pub id: WorkspaceMemberId,
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub role: WorkspaceRole,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// Full name, or else the username; `None` where there is neither.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = Text)]
    pub email: String,
}
