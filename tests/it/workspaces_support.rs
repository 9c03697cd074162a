//! Workspaces and their members, as people make them and see them.

use serde_json::{Value, json};

use super::support::classroom::text;
use super::support::live::Person;
use super::support::served::Served;

pub const MINE: &str = "{ viewer { workspaces { id name isPersonal role createdAt updatedAt
    members { totalCount nodes { id name email role joinedAt } } } } }";
pub const NODE: &str =
    "query ($id: ID!) { node(id: $id) { id ... on Workspace { name role members { nodes { email } } } } }";
pub const MEMBERS: &str = "query ($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Workspace {
    members(first: $first, after: $after) { totalCount nodes { id email role } pageInfo { hasNextPage endCursor } } } } }";

pub async fn mine(person: &Person) -> Vec<Value> {
    person.run(MINE, json!({})).await["viewer"]["workspaces"].as_array().unwrap().clone()
}

/// The id of a new workspace.
pub async fn make(person: &Person, name: &str) -> String {
    let made = person.act("createWorkspace", "CreateWorkspaceInput", json!({"name": name}), "workspace { id }").await;
    text(&made["workspace"]["id"])
}

/// The id of somebody as a member.
pub async fn add(owner: &Person, workspace: &str, name: &str, role: &str) -> String {
    let input = json!({"workspaceId": workspace, "email": format!("{name}@example.org"), "role": role});
    let added = owner.act("addWorkspaceMember", "AddWorkspaceMemberInput", input, "member { id }").await;
    text(&added["member"]["id"])
}

/// Addresses and roles of the members, in the order of joining.
pub async fn members(person: &Person, workspace: &str) -> Vec<(String, String)> {
    let data = person.run(MEMBERS, json!({"id": workspace})).await;
    let nodes = data["node"]["members"]["nodes"].as_array().unwrap();
    assert_eq!(data["node"]["members"]["totalCount"], nodes.len());
    nodes.iter().map(|member| (text(&member["email"]), text(&member["role"]))).collect()
}

pub fn pairs(members: &[(&str, &str)]) -> Vec<(String, String)> {
    members.iter().map(|(name, role)| (format!("{name}@example.org"), (*role).to_owned())).collect()
}

/// Everything that owners alone may do, on somebody's part in it.
pub fn changes(workspace: &str, member: &str) -> [(&'static str, &'static str, Value); 5] {
    [
        ("renameWorkspace", "RenameWorkspaceInput", json!({"workspaceId": workspace, "name": "mine now"})),
        ("deleteWorkspace", "DeleteWorkspaceInput", json!({"workspaceId": workspace})),
        (
            "addWorkspaceMember",
            "AddWorkspaceMemberInput",
            json!({"workspaceId": workspace, "email": "eve@example.org", "role": "VIEWER"}),
        ),
        (
            "setWorkspaceRole",
            "SetWorkspaceRoleInput",
            json!({"workspaceId": workspace, "memberId": member, "role": "EDITOR"}),
        ),
        ("removeWorkspaceMember", "RemoveWorkspaceMemberInput", json!({"workspaceId": workspace, "memberId": member})),
    ]
}

pub async fn leave(person: &Person, workspace: &str) {
    let input = json!({"workspaceId": workspace});
    person.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", input, "removedId").await;
}

impl Served {
    /// How many workspaces there are, deleted ones included.
    pub async fn workspaces(&self) -> String {
        self.library.text("count(*) FROM workspaces").await.unwrap()
    }

    /// Names, addresses and roles of all members there are.
    pub async fn everybody(&self) -> String {
        let all = "string_agg(w.name || ' ' || split_part(u.email, '@', 1) || ' ' || m.role, ', ' ORDER BY w.name, u.email) \
                   FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id JOIN users u ON u.id = m.user_id \
                   WHERE w.personal_of IS NULL";
        self.library.text(all).await.unwrap_or_default()
    }
}
