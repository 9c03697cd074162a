//! Who gets to see a dashboard that is shared.

use secrecy::SecretString;
use serde_json::json;

use super::model::{Held, Opened};
use super::{secrets, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::dashboards::boards::reading::missing;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::users::{audit, password};
use crate::error::{Error, Result};
use crate::ids::{DashboardId, DashboardShareId};
use crate::limits::class::Class;
use crate::limits::key;

/// The dashboard that a link shows, for whoever has its token: open to everybody.
///
/// # Errors
/// `NOT_FOUND`, always the same, for a token that is none, was taken back, or is over; FORBIDDEN without the password of a link that takes
/// one, or with another; `RATE_LIMITED` after too many of those.
pub async fn by_link(
    app: &App,
    actor: &Actor,
    token: &SecretString,
    password: Option<&SecretString>,
) -> Result<Opened> {
    let hash = secrets::token_hash(token).ok_or_else(missing)?;
    let now = app.clock.now();
    let held = store::by_token(&*app.db.read().await?, &hash, now).await?.ok_or_else(missing)?;
    if let Some(expected) = &held.share_password {
        require_password(app, actor, held.share_id, expected, password).await?;
    }
    let id = held.share_id;
    let mut conn = app.db.write().await?;
    let noted: Result<()> = conn
        .transaction(async |conn| {
            // It may have been taken back while the password was looked at.
            if store::note_use(conn, id, now).await?.ok_or_else(missing)? == 1 {
                let after = json!({ "dashboard": held.dashboard.id.to_string() });
                audit::record(conn, now, actor, Entry::new(Action::DashboardLinkOpened).on(id).after(after)).await?;
            }
            Ok(())
        })
        .await;
    noted?;
    Ok(opened(held, true))
}

/// Makes sure that this is the password of a link. Wrong ones are counted by link and address: nobody far away locks others out.
async fn require_password(
    app: &App,
    actor: &Actor,
    link: DashboardShareId,
    expected: &str,
    password: Option<&SecretString>,
) -> Result<()> {
    let Some(password) = password else {
        return Err(Error::forbidden("This link takes a password.").with_field("password"));
    };
    let tries = key::name(&format!("{link} {}", key::address(actor.client().address)));
    app.limits.take(Class::LinkTry, &tries, 1).await?;
    if !password::verify(&app.hashing, password::PATIENCE, password, Some(expected.to_owned())).await? {
        return Err(Error::forbidden("This is not the password of the link.").with_field("password"));
    }
    app.limits.forget(Class::LinkTry, &tries).await
}

/// The dashboard, if it is shared with the actor.
///
/// # Errors
/// UNAUTHENTICATED for nobody, `NOT_FOUND` for one that is not.
pub async fn by_person(app: &App, actor: &Actor, id: DashboardId) -> Result<Opened> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let held = store::by_person(&*app.db.read().await?, reader, id, app.clock.now()).await?;
    Ok(opened(held.ok_or_else(missing)?, false))
}

/// A dashboard for whoever was found to see it.
fn opened(held: Held, is_link: bool) -> Opened {
    Opened { dashboard: held.dashboard, access: held.share_access, is_link }
}
