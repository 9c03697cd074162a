//! Pure rules of workspaces.

use super::model::WorkspaceRole;
use crate::error::{Error, Result};

/// What everybody's own is called until they rename it.
pub const PERSONAL: &str = "Personal";
/// Longest name, in characters.
const MAX_NAME: usize = 100;
/// Shared workspaces that one person owns at most.
pub const MAX_OWNED: i64 = 20;
/// Members of one workspace at most.
pub const MAX_MEMBERS: i64 = 200;
/// Workspaces that are listed at most: others may make somebody a member of any number.
pub const MAX_LISTED: i64 = 500;

/// Refuses what only those may do who change what is in a workspace.
///
/// # Errors
/// FORBIDDEN for viewers.
pub fn require_editor(role: WorkspaceRole) -> Result<()> {
    if role.may_edit() {
        return Ok(());
    }
    Err(Error::forbidden("Only the owners and the editors of this workspace may do this."))
}

/// Refuses what only owners may do.
///
/// # Errors
/// FORBIDDEN for all others.
pub fn require_owner(role: WorkspaceRole) -> Result<()> {
    if role == WorkspaceRole::Owner {
        return Ok(());
    }
    Err(Error::forbidden("Only an owner of this workspace may do this."))
}

/// A name as it is kept: one line, trimmed, without control characters.
///
/// # Errors
/// BAD_USER_INPUT when nothing is left, and for more than 100 characters.
pub fn checked_name(name: &str) -> Result<String> {
    let clean: String = name.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let clean = clean.trim();
    if clean.is_empty() {
        return Err(Error::bad_input("input.name", "This must not be empty."));
    }
    if clean.chars().count() > MAX_NAME {
        return Err(Error::bad_input("input.name", format!("At most {MAX_NAME} characters.")));
    }
    Ok(clean.to_owned())
}

/// What is said of a workspace that is foreign, deleted or unknown.
#[must_use]
pub fn missing() -> Error {
    Error::not_found("workspace")
}

/// What is said when nobody would be left who may say who works there.
#[must_use]
pub fn last_owner() -> Error {
    Error::conflict("A workspace has an owner. Make another member an owner first, or delete it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_of_one_to_a_hundred_characters() {
        assert_eq!(checked_name("  Sales\n2026\t").unwrap(), "Sales 2026");
        assert_eq!(checked_name(&"ß".repeat(100)).unwrap().chars().count(), 100);
        for wrong in [String::new(), " \n\u{0}".to_owned(), "ß".repeat(101)] {
            assert_eq!(checked_name(&wrong).unwrap_err().fields()[0].path, "input.name");
        }
    }

    #[test]
    fn owners_may_what_editors_may_and_viewers_neither() {
        for (role, edits, owns) in [
            (WorkspaceRole::Owner, true, true),
            (WorkspaceRole::Editor, true, false),
            (WorkspaceRole::Viewer, false, false),
        ] {
            assert_eq!((require_editor(role).is_ok(), require_owner(role).is_ok()), (edits, owns), "{role}");
        }
    }
}
