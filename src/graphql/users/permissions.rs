//! What somebody may do, as data.

use async_graphql::Enum;

use crate::domain::users::actor::Actor;
use crate::domain::users::permissions;

/// Something that one may do, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "permissions::Permission")]
pub enum Permission {
    /// Read one's own conversations.
    ReadOwnConversations,
    /// Begin, change and delete one's own conversations.
    ManageOwnConversations,
    /// Have a model write: send messages, ask.
    UseAssistant,
    /// Read and search one's own documents.
    ReadOwnDocuments,
    /// Upload, change and delete one's own documents.
    ManageOwnDocuments,
    /// See the courses that one is a member of.
    ReadOwnCourses,
    /// Join and leave courses, and do in them what one's role there allows.
    ManageOwnCourses,
    /// See the workspaces that one is a member of, and what is in them.
    ReadOwnData,
    /// Make and leave workspaces, and do in them what one's role there allows.
    ManageOwnData,
    /// See one's own notifications, and which ones one wants.
    ReadOwnNotifications,
    /// Mark one's own notifications as read, delete them, and say which ones one wants.
    ManageOwnNotifications,
    /// Change one's own profile, password, sign-ins and second factor.
    ManageOwnAccount,
    /// Make and revoke API keys of one's own.
    ManageApiKeys,
    /// Make courses, and be their professor.
    CreateCourses,
    /// See every account.
    ListUsers,
    /// Make accounts for others, of any role.
    CreateAccounts,
    /// Invite people.
    InviteUsers,
    /// Say which role an account has.
    SetRoles,
    /// Shut accounts, and open them again.
    DeactivateUsers,
    /// Say what accounts may spend.
    SetBudgets,
    /// Read what anybody did.
    ReadAuditOfAll,
    /// See what everybody used, and when.
    ReadAnalyticsOfAll,
    /// See the parts of the installation and how they are.
    SeeSystem,
}

/// All that whoever asks may do, in the order of the table.
#[must_use]
pub fn of(actor: &Actor) -> Vec<Permission> {
    permissions::Permission::ALL.iter().filter(|permission| actor.may(**permission)).map(|one| (*one).into()).collect()
}
