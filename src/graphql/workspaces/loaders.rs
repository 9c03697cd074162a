//! Workspaces and members, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::workspaces::model::{Member, Seen};
use crate::domain::workspaces::reading;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{UserId, WorkspaceId, WorkspaceMemberId};

/// A workspace that the reader is a member of.
pub struct WorkspaceById;

impl Load for WorkspaceById {
    type Key = WorkspaceId;
    type Value = Seen;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_ids(app, actor, keys).await
    }
}

/// A page of a workspace's members.
pub struct WorkspaceMemberPage;

impl Load for WorkspaceMemberPage {
    type Key = (WorkspaceId, Page<WorkspaceMemberId>);
    type Value = Slice<Member>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        // All parents of one field ask for the same page; another alias may ask for another.
        let mut by_page: HashMap<_, Vec<WorkspaceId>> = HashMap::new();
        for (workspace, page) in keys {
            by_page.entry(*page).or_default().push(*workspace);
        }
        let mut pages = HashMap::new();
        for (page, workspaces) in by_page {
            let found = reading::member_pages(app, actor, &workspaces, &page).await?;
            pages.extend(found.into_iter().map(|(workspace, slice)| ((workspace, page), slice)));
        }
        Ok(pages)
    }
}

/// Somebody as a member of a workspace.
pub struct WorkspaceMemberOf;

impl Load for WorkspaceMemberOf {
    type Key = (WorkspaceId, UserId);
    type Value = Member;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::members_of(app, actor, keys).await
    }
}

/// How many members a workspace has.
pub struct WorkspaceMemberCount;

impl Load for WorkspaceMemberCount {
    type Key = WorkspaceId;
    type Value = i64;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::member_counts(app, actor, keys).await
    }
}
