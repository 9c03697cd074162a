//! Sharing dashboards, and taking it back.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::model::{NewSharing, Share, ShareAccess, ShareKind, With};
use super::store::{self, NewShare};
use super::{policy, secrets};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::dashboards::boards::model::Dashboard;
use crate::domain::dashboards::boards::{reading as boards, store as board_store};
use crate::domain::notifications::model::{NotificationKind, Subject, SubjectKind};
use crate::domain::notifications::posting::{News, post};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::model::User;
use crate::domain::users::permissions::Permission;
use crate::domain::users::{audit, password};
use crate::domain::workspaces::actions::members::guest;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading as workspaces;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{DashboardShareId, UserId, WorkspaceId};

/// The input that holds a person's address.
const EMAIL: &str = "input.person.email";

/// Shares a dashboard with a person, in the place of what it was shared with them as before, or makes a link to it, whose token is given
/// this once.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown dashboard and for an address without an account, FORBIDDEN for a viewer of its workspace,
/// CONFLICT for a member of it, and for more than 100, BAD_USER_INPUT for what does not do.
pub async fn share(app: &App, actor: &Actor, new: &NewSharing) -> Result<(Share, Option<SecretString>)> {
    let author = &actor.require_may(Permission::ManageOwnData)?.user;
    let editor = author.id;
    require_verified(app, actor)?;
    let seen = boards::dashboard(app, actor, new.dashboard).await?;
    require_editor(workspaces::role(&*app.db.read().await?, editor, seen.workspace_id).await?)?;
    let now = app.clock.now();
    policy::check(new, now)?;
    let (row, token) = row(app, editor, new, now).await?;
    let mut conn = app.db.write().await?;
    let share: Result<Share> = conn
        .transaction(async |conn| {
            let dashboard = board_store::lock(conn, editor, new.dashboard).await?.ok_or_else(boards::missing)?;
            require_editor(workspaces::lock_role(conn, editor, dashboard.workspace_id).await?)?;
            let before = match row.user_id {
                Some(person) => replace(conn, dashboard.workspace_id, &row, person, now).await?,
                None => None,
            };
            if store::count(conn, dashboard.id).await? >= policy::SHARES_MAX {
                let most = policy::SHARES_MAX;
                let message =
                    format!("A dashboard is shared with at most {most}, links included. Please take one back first.");
                return Err(Error::conflict(message));
            }
            store::insert(conn, &row).await?;
            let share = store::find(conn, editor, row.id, now).await?.ok_or_else(missing)?;
            let mut entry = Entry::new(Action::DashboardShared).on(row.id).after(told(&share));
            entry.account = row.user_id;
            entry.before = before;
            audit::record(conn, now, actor, entry).await?;
            if let Some(person) = row.user_id {
                post(conn, now, &[news(author, person, &dashboard, &share)]).await?;
            }
            Ok(share)
        })
        .await;
    Ok((share?, token))
}

/// What a person is told whom a dashboard is shared with.
fn news(author: &User, person: UserId, dashboard: &Dashboard, share: &Share) -> News {
    let name = author.full_name.as_ref().or(author.username.as_ref()).unwrap_or(&author.email);
    let body = match share.access {
        ShareAccess::View => "You can look at it.",
        ShareAccess::Edit => "You can look at it, and arrange and name what stands on it.",
    };
    News {
        user: person,
        kind: NotificationKind::DashboardShared,
        title: format!("{name} shares the dashboard “{}” with you", dashboard.title),
        body: Some(body.to_owned()),
        subject: Some(Subject { kind: SubjectKind::Dashboard, id: dashboard.id.uuid() }),
        key: format!("dashboard_shared:{}", share.id),
    }
}

/// What is to be kept, and the token of a link.
async fn row(
    app: &App,
    author: UserId,
    new: &NewSharing,
    now: DateTime<Utc>,
) -> Result<(NewShare, Option<SecretString>)> {
    let mut row = NewShare {
        id: DashboardShareId::generate(now),
        dashboard_id: new.dashboard,
        kind: ShareKind::Link,
        user_id: None,
        access: new.access,
        token_hash: None,
        password_hash: None,
        expires_at: new.expires_at,
        author_id: author,
        created_at: now,
    };
    match &new.with {
        With::Person(email) => {
            row.kind = ShareKind::Person;
            row.user_id = Some(guest(app, email, EMAIL).await?.id);
            Ok((row, None))
        }
        With::Link { password } => {
            let (token, hash) = secrets::token();
            row.token_hash = Some(hash);
            if let Some(password) = password {
                row.password_hash = Some(password::hash(&app.hashing, password::PATIENCE, password).await?);
            }
            Ok((row, Some(token)))
        }
    }
}

/// Makes room for what is shared with a person, and says what was before.
async fn replace(
    conn: &Connection,
    workspace: WorkspaceId,
    row: &NewShare,
    person: UserId,
    now: DateTime<Utc>,
) -> Result<Option<Value>> {
    match workspaces::role(conn, person, workspace).await {
        Ok(_) => {
            let message = "This person is a member of the workspace, and sees it already.";
            return Err(Error::conflict(message).with_field(EMAIL));
        }
        Err(error) if error.code() == ErrorCode::NotFound => {}
        Err(error) => return Err(error),
    }
    let Some((id, access)) = store::of_person(conn, row.dashboard_id, person).await? else { return Ok(None) };
    store::revoke(conn, id, now).await?;
    Ok(Some(json!({ "share": id.to_string(), "access": access.as_str() })))
}

/// Takes back what was shared, at once.
///
/// # Errors
/// `NOT_FOUND` for what is foreign, unknown, or taken back already, FORBIDDEN for a viewer of the workspace.
pub async fn revoke(app: &App, actor: &Actor, id: DashboardShareId) -> Result<Share> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let workspace = store::workspace_of(conn, editor, id).await?.ok_or_else(missing)?;
        require_editor(workspaces::lock_role(conn, editor, workspace).await?)?;
        if !store::lock(conn, id).await? {
            return Err(missing());
        }
        let now = app.clock.now();
        let share = store::find(conn, editor, id, now).await?.ok_or_else(missing)?;
        store::revoke(conn, id, now).await?;
        let entry = Entry::new(Action::DashboardShareRevoked).on(id).before(told(&share));
        audit::record(conn, now, actor, entry).await?;
        Ok(Share { holds: false, ..share })
    })
    .await
}

/// What the trail says of it: never the token, and never a password.
fn told(share: &Share) -> Value {
    json!({
        "dashboard": share.dashboard_id.to_string(),
        "kind": share.kind.as_str(),
        "access": share.access.as_str(),
        "expiresAt": share.expires_at,
        "isProtected": share.is_protected,
    })
}

/// What is said of a share that is not there for whoever asks.
fn missing() -> Error {
    Error::not_found("share")
}
