//! Who may read the trail: the owner of an account what happened to it, an administrator all of it.

use super::model::{Action, AuditEvent, AuditFilter};
use super::store;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::AuditEventId;

/// What happened to the actor's account, newest first.
///
/// From where other people did it is theirs: of an administrator's act one learns who, not with which machine.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key, `BAD_USER_INPUT` for an unknown action.
pub async fn own(
    app: &App,
    actor: &Actor,
    filter: &AuditFilter,
    page: &Page<AuditEventId>,
) -> Result<Slice<AuditEvent>> {
    let own = actor.require_may(Permission::ManageOwnAccount)?.user.id.to_string();
    check(filter)?;
    let mut rows = store::page(&*app.db.read().await?, Some(&own), filter, page).await?;
    for row in rows.iter_mut().filter(|row| row.actor_account.as_ref().is_some_and(|account| *account != own)) {
        row.address = None;
        row.user_agent = None;
        row.request = None;
    }
    Ok(page.slice(rows))
}

/// How many events [`own`] goes through.
///
/// # Errors
/// As [`own`].
pub async fn count_own(app: &App, actor: &Actor, filter: &AuditFilter) -> Result<i64> {
    let own = actor.require_may(Permission::ManageOwnAccount)?.user.id.to_string();
    check(filter)?;
    store::count(&*app.db.read().await?, Some(&own), filter).await
}

/// What happened at all, newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for those who may not read all of it, `BAD_USER_INPUT` for an unknown action.
pub async fn all(
    app: &App,
    actor: &Actor,
    filter: &AuditFilter,
    page: &Page<AuditEventId>,
) -> Result<Slice<AuditEvent>> {
    actor.require_may(Permission::ReadAuditOfAll)?;
    check(filter)?;
    let rows = store::page(&*app.db.read().await?, None, filter, page).await?;
    Ok(page.slice(rows))
}

/// How many events [`all`] goes through.
///
/// # Errors
/// As [`all`].
pub async fn count_all(app: &App, actor: &Actor, filter: &AuditFilter) -> Result<i64> {
    actor.require_may(Permission::ReadAuditOfAll)?;
    check(filter)?;
    store::count(&*app.db.read().await?, None, filter).await
}

/// Refuses what can never be found: a misspelt action would look like a clean record.
fn check(filter: &AuditFilter) -> Result<()> {
    if let Some(unknown) = filter.actions.iter().find(|action| action.parse::<Action>().is_err()) {
        let known: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
        let problem = format!("There is no action {unknown:?}. There are {}.", known.join(", "));
        return Err(Error::bad_input("filter.actions", problem));
    }
    let ids = [("account", &filter.account), ("actor", &filter.actor), ("object", &filter.object)];
    for (name, id) in ids {
        let is_id = |id: &String| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if id.as_ref().is_some_and(|id| !is_id(id)) {
            return Err(Error::bad_input(format!("filter.{name}"), "This is no id."));
        }
    }
    Ok(())
}
