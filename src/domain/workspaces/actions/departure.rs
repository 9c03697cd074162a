//! What becomes of workspaces whose owner goes for good.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::db::pool::Connection;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::workspaces::model::WorkspaceRole;
use crate::domain::workspaces::{member_store, store};
use crate::error::Result;
use crate::ids::UserId;

/// Gives away what an account owns alone, in the transaction that removes the account: to the editor, or else the viewer,
/// who has been there longest. Where nobody else is left the workspace is removed. Their own goes with the account.
///
/// # Errors
/// When Postgres does not answer.
pub async fn leave(conn: &Connection, user: UserId, now: DateTime<Utc>) -> Result<()> {
    for workspace in store::lock_owned(conn, user).await? {
        let entry = match member_store::heir(conn, workspace, user).await? {
            None => {
                store::remove(conn, workspace).await?;
                Entry::new(Action::WorkspaceDeleted).account(user)
            }
            // There is another owner, who stays.
            Some(heir) if heir.role == WorkspaceRole::Owner => continue,
            Some(heir) => {
                member_store::set_role(conn, heir.id, WorkspaceRole::Owner).await?;
                Entry::new(Action::WorkspaceMemberRoleChanged)
                    .account(heir.user_id)
                    .before(json!({ "role": heir.role.as_str() }))
                    .after(json!({ "role": WorkspaceRole::Owner.as_str() }))
            }
        };
        audit::record_by(conn, now, &Author::system(), entry.on(workspace)).await?;
    }
    Ok(())
}
