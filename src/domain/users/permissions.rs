//! Who may do what: one table of permissions, roles and scopes of API keys.
//!
//! Every action names its permission in its first line, and nothing else decides. `elenchus admin permissions` prints the
//! table, and a test holds the print against a copy, so that no line changes without a reader.

use super::model::{Role, Scope};
use crate::error::{Error, Result};

/// Something that one may do, or not. Whose things it may be done to is decided beside it: "own" is always one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    ReadOwnConversations,
    ManageOwnConversations,
    /// Have a model write: it costs, and may quote any document of the person's.
    UseAssistant,
    ReadOwnDocuments,
    ManageOwnDocuments,
    /// See the courses that one is a member of, as far as the role in each goes.
    ReadOwnCourses,
    /// Teach, by the role in each course; join and leave.
    ManageOwnCourses,
    /// See the workspaces that one is a member of, and what is in them.
    ReadOwnData,
    /// Make workspaces, and do in them what the role in each allows; leave.
    ManageOwnData,
    /// See what one was told, and what one wants to be told.
    ReadOwnNotifications,
    /// Mark it as read, delete it, and say what one wants to be told.
    ManageOwnNotifications,
    /// Profile, password, sign-ins, second factor.
    ManageOwnAccount,
    ManageApiKeys,
    /// Become the professor of a new course.
    CreateCourses,
    /// See every account.
    ListUsers,
    /// Make accounts for others, of any role, while registration is closed too.
    CreateAccounts,
    InviteUsers,
    SetRoles,
    DeactivateUsers,
    SetBudgets,
    ReadAuditOfAll,
    /// See what everybody used, and when.
    ReadAnalyticsOfAll,
    /// The parts of the installation and how they are.
    SeeSystem,
}

crate::db::enums::text_enum!(Permission {
    ReadOwnConversations => "READ_OWN_CONVERSATIONS",
    ManageOwnConversations => "MANAGE_OWN_CONVERSATIONS",
    UseAssistant => "USE_ASSISTANT",
    ReadOwnDocuments => "READ_OWN_DOCUMENTS",
    ManageOwnDocuments => "MANAGE_OWN_DOCUMENTS",
    ReadOwnCourses => "READ_OWN_COURSES",
    ManageOwnCourses => "MANAGE_OWN_COURSES",
    ReadOwnData => "READ_OWN_DATA",
    ManageOwnData => "MANAGE_OWN_DATA",
    ReadOwnNotifications => "READ_OWN_NOTIFICATIONS",
    ManageOwnNotifications => "MANAGE_OWN_NOTIFICATIONS",
    ManageOwnAccount => "MANAGE_OWN_ACCOUNT",
    ManageApiKeys => "MANAGE_API_KEYS",
    CreateCourses => "CREATE_COURSES",
    ListUsers => "LIST_USERS",
    CreateAccounts => "CREATE_ACCOUNTS",
    InviteUsers => "INVITE_USERS",
    SetRoles => "SET_ROLES",
    DeactivateUsers => "DEACTIVATE_USERS",
    SetBudgets => "SET_BUDGETS",
    ReadAuditOfAll => "READ_AUDIT_OF_ALL",
    ReadAnalyticsOfAll => "READ_ANALYTICS_OF_ALL",
    SeeSystem => "SEE_SYSTEM",
});

/// One line of the table.
struct Rule {
    permission: Permission,
    roles: &'static [Role],
    /// The scopes that a key must have, all of them; none: no key may, whosever it is.
    scopes: &'static [Scope],
}

const fn rule(permission: Permission, roles: &'static [Role], scopes: &'static [Scope]) -> Rule {
    Rule { permission, roles, scopes }
}

const EVERYBODY: &[Role] = Role::ALL;
const TEACHERS: &[Role] = &[Role::Professor, Role::Admin];
const ADMINS: &[Role] = &[Role::Admin];
const NO_KEY: &[Scope] = &[];

/// The table. What is not in it nobody may.
const TABLE: &[Rule] = &[
    rule(Permission::ReadOwnConversations, EVERYBODY, &[Scope::ConversationsRead]),
    rule(Permission::ManageOwnConversations, EVERYBODY, &[Scope::ConversationsWrite]),
    rule(Permission::UseAssistant, EVERYBODY, &[Scope::ConversationsWrite, Scope::DocumentsRead]),
    rule(Permission::ReadOwnDocuments, EVERYBODY, &[Scope::DocumentsRead]),
    rule(Permission::ManageOwnDocuments, EVERYBODY, &[Scope::DocumentsWrite]),
    rule(Permission::ReadOwnCourses, EVERYBODY, &[Scope::CoursesRead]),
    rule(Permission::ManageOwnCourses, EVERYBODY, &[Scope::CoursesWrite]),
    rule(Permission::ReadOwnData, EVERYBODY, &[Scope::DataRead]),
    rule(Permission::ManageOwnData, EVERYBODY, &[Scope::DataWrite]),
    // All that anybody is told so far is about data.
    rule(Permission::ReadOwnNotifications, EVERYBODY, &[Scope::DataRead]),
    rule(Permission::ManageOwnNotifications, EVERYBODY, &[Scope::DataWrite]),
    rule(Permission::ManageOwnAccount, EVERYBODY, NO_KEY),
    rule(Permission::ManageApiKeys, EVERYBODY, NO_KEY),
    rule(Permission::CreateCourses, TEACHERS, &[Scope::CoursesWrite]),
    rule(Permission::ListUsers, ADMINS, NO_KEY),
    rule(Permission::CreateAccounts, ADMINS, NO_KEY),
    rule(Permission::InviteUsers, ADMINS, NO_KEY),
    rule(Permission::SetRoles, ADMINS, NO_KEY),
    rule(Permission::DeactivateUsers, ADMINS, NO_KEY),
    rule(Permission::SetBudgets, ADMINS, NO_KEY),
    rule(Permission::ReadAuditOfAll, ADMINS, &[Scope::SystemRead]),
    rule(Permission::ReadAnalyticsOfAll, ADMINS, &[Scope::SystemRead]),
    rule(Permission::SeeSystem, ADMINS, &[Scope::SystemRead]),
];

fn find(permission: Permission) -> Option<&'static Rule> {
    TABLE.iter().find(|rule| rule.permission == permission)
}

/// Whether somebody of this role may; `scopes` are those of the key that is asked with, if one is.
///
/// # Errors
/// FORBIDDEN with what is missing.
pub fn check(permission: Permission, role: Role, scopes: Option<&[Scope]>) -> Result<()> {
    let Some(rule) = find(permission).filter(|rule| rule.roles.contains(&role)) else {
        return Err(Error::forbidden(format!(
            "This needs the permission {permission}, which your role does not have."
        )));
    };
    let Some(scopes) = scopes else { return Ok(()) };
    if rule.scopes.is_empty() {
        return Err(not_by_key());
    }
    match rule.scopes.iter().find(|wanted| !scopes.iter().any(|scope| scope.includes(**wanted))) {
        Some(missing) => Err(Error::forbidden(format!("This API key does not have the scope {missing}."))),
        None => Ok(()),
    }
}

/// What a program is told that tries what only people may.
#[must_use]
pub fn not_by_key() -> Error {
    Error::forbidden("No API key may do this: sign in instead.")
}

/// Whether a key with this scope is of any use to somebody of this role.
#[must_use]
pub fn is_of_use(scope: Scope, role: Role) -> bool {
    TABLE.iter().any(|rule| rule.roles.contains(&role) && rule.scopes.iter().any(|wanted| scope.includes(*wanted)))
}

/// The table as text, for operators and reviewers.
#[must_use]
pub fn printed() -> String {
    let first = Permission::ALL.iter().map(|permission| permission.as_str().len()).max().unwrap_or(0);
    let line = |name: &str, marks: &mut dyn Iterator<Item = &'static str>, last: &str| {
        let mut cells = vec![format!("{name:first$}")];
        cells.extend(marks.zip(Role::ALL).map(|(mark, role)| format!("{mark:width$}", width = role.as_str().len())));
        cells.push(last.to_owned());
        cells.join("  ") + "\n"
    };
    let heading = line("permission", &mut Role::ALL.iter().map(|role| role.as_str()), "API keys with");
    TABLE.iter().fold(heading, |text, rule| {
        let mut marks = Role::ALL.iter().map(|role| if rule.roles.contains(role) { "yes" } else { "-" });
        let scopes: Vec<&str> = rule.scopes.iter().map(|scope| scope.as_str()).collect();
        let keys = if scopes.is_empty() { "-".to_owned() } else { scopes.join(" and ") };
        text + &line(rule.permission.as_str(), &mut marks, &keys)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_one_line_and_administrators_have_them_all() {
        for permission in Permission::ALL {
            assert_eq!(TABLE.iter().filter(|rule| rule.permission == *permission).count(), 1, "{permission}");
            assert!(check(*permission, Role::Admin, None).is_ok(), "{permission}");
        }
    }

    #[test]
    fn a_key_may_what_its_scopes_and_its_owner_may() {
        let all = Scope::ALL;
        for permission in Permission::ALL {
            for role in Role::ALL {
                let person = check(*permission, *role, None).is_ok();
                let key = check(*permission, *role, Some(all)).is_ok();
                assert!(person || !key, "a key of {role} may {permission}");
                assert!(check(*permission, *role, Some(&[])).is_err(), "a key without scopes may {permission}");
            }
        }
        let refused =
            |permission, scopes| check(permission, Role::Member, Some(scopes)).unwrap_err().message().to_owned();
        let writes = [Scope::ConversationsWrite];
        assert!(
            check(Permission::ReadOwnConversations, Role::Member, Some(&writes)).is_ok(),
            "writing includes reading"
        );
        assert_eq!(
            refused(Permission::UseAssistant, &writes),
            "This API key does not have the scope DOCUMENTS_READ.",
            "an answer may quote documents"
        );
        assert_eq!(refused(Permission::ManageApiKeys, all), "No API key may do this: sign in instead.");
        assert!(!is_of_use(Scope::SystemRead, Role::Analyst) && is_of_use(Scope::SystemRead, Role::Admin));
    }
}
