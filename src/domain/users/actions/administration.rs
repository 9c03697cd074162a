//! What administrators do with the accounts of others, and operators from the command line.

use serde_json::json;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::sessions;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::model::{RevokeReason, Role, User, UserFilter};
use crate::domain::users::permissions::Permission;
use crate::domain::users::{account_store, admin_store};
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::UserId;

/// What is to become of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Role(Role),
    /// Nobody gets in any more; nothing is lost.
    Deactivate,
    Reactivate,
}

impl Change {
    fn permission(self) -> Permission {
        match self {
            Self::Role(_) => Permission::SetRoles,
            Self::Deactivate | Self::Reactivate => Permission::DeactivateUsers,
        }
    }

    /// Whether an account is as it would be made.
    fn is_done(self, user: &User) -> bool {
        match self {
            Self::Role(role) => user.role == role,
            Self::Deactivate => !user.is_active,
            Self::Reactivate => user.is_active,
        }
    }
}

/// A page of all accounts, newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for whoever may not list accounts.
pub async fn list(app: &App, actor: &Actor, filter: &UserFilter, page: &Page<UserId>) -> Result<Slice<User>> {
    actor.require_may(Permission::ListUsers)?;
    Ok(page.slice(admin_store::list(&*app.db.read().await?, filter, page).await?))
}

/// How many accounts [`list`] goes through.
///
/// # Errors
/// As [`list`].
pub async fn count(app: &App, actor: &Actor, filter: &UserFilter) -> Result<i64> {
    actor.require_may(Permission::ListUsers)?;
    admin_store::count(&*app.db.read().await?, filter).await
}

/// Changes an account, one's own too, and gives it as it then is. What is so already stays as it is.
///
/// # Errors
/// FORBIDDEN for whoever may not; `NOT_FOUND` for an unknown account; CONFLICT for what would leave no administrator who
/// can sign in.
pub async fn change(app: &App, actor: &Actor, id: UserId, change: Change) -> Result<User> {
    actor.require_may(change.permission())?;
    change_by(app, &Author::of(actor), id, change).await
}

/// As [`change`], for the command line: whoever may run it may do anything.
///
/// # Errors
/// `NOT_FOUND` for an unknown account; CONFLICT as for [`change`].
pub async fn change_as_operator(app: &App, id: UserId, change: Change) -> Result<User> {
    change_by(app, &Author::system(), id, change).await
}

async fn change_by(app: &App, author: &Author, id: UserId, change: Change) -> Result<User> {
    let mut conn = app.db.write().await?;
    let (before, after) = conn
        .transaction(async |conn| {
            if !matches!(change, Change::Role(Role::Admin) | Change::Reactivate) {
                require_other_admin(conn, id).await?;
            }
            let before = account_store::lock(conn, id).await?.ok_or_else(|| Error::not_found("user"))?;
            let after = if change.is_done(&before) {
                before.clone()
            } else {
                apply(app, conn, author, &before, change).await?
            };
            Ok::<_, Error>((before, after))
        })
        .await?;
    if !change.is_done(&before) {
        tracing::info!(event = "account_changed", user = %id, change = ?change, "an account was changed");
    }
    Ok(after)
}

/// Refuses to go on where an account is the only administrator who can sign in; else holds all of them until the
/// transaction ends. For whatever takes an administrator away.
///
/// # Errors
/// CONFLICT.
pub async fn require_other_admin(conn: &Connection, losing: UserId) -> Result<()> {
    if admin_store::lock_admins(conn).await? == [losing] {
        return Err(Error::conflict("This is the last administrator. Make another one first."));
    }
    Ok(())
}

async fn apply(app: &App, conn: &Connection, author: &Author, before: &User, change: Change) -> Result<User> {
    let (now, id) = (app.clock.now(), before.id);
    let entry = match change {
        Change::Role(role) => Entry::new(Action::AccountRoleChanged)
            .before(json!({ "role": before.role.as_str() }))
            .after(json!({ "role": role.as_str() })),
        Change::Deactivate => Entry::new(Action::AccountDeactivated),
        Change::Reactivate => Entry::new(Action::AccountReactivated),
    };
    audit::record_by(conn, now, author, entry.account(id)).await?;
    match change {
        Change::Role(role) => {
            let changed = admin_store::set_role(conn, id, role, now).await?;
            // Sockets rest on the role that their account had when they were opened.
            app.bus.publish(conn, &Fact::AccessChanged { user: id }).await?;
            Ok(changed)
        }
        Change::Deactivate => {
            let changed = admin_store::set_active(conn, id, false, now).await?;
            sessions::end_all(app, conn, author, id, None, RevokeReason::ByAdmin).await?;
            app.bus.publish(conn, &Fact::AccountShut { user: id }).await?;
            Ok(changed)
        }
        Change::Reactivate => admin_store::set_active(conn, id, true, now).await,
    }
}
