//! Invitations: an administrator lets one address make one account.

use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::json;

use crate::app::App;
use crate::config::auth::Registration;
use crate::db::page::{Page, Slice};
use crate::db::pool::Transactional as _;
use crate::domain::users::actions::new_account::require_free;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::invitation_jobs::SendInvitation;
use crate::domain::users::invitation_store::{self, NewInvitation};
use crate::domain::users::model::{Invitation, Role};
use crate::domain::users::permissions::Permission;
use crate::domain::users::{invitation_token, policy};
use crate::error::{Error, Result};
use crate::ids::InvitationId;
use crate::jobs::queue;
use crate::mail::mailer::Page as AppPage;

/// How long an invitation is good for.
pub const LIFE: TimeDelta = TimeDelta::days(7);

/// Somebody who was invited. `Debug` shows neither token nor link.
#[derive(Debug)]
pub struct Invited {
    pub invitation: Invitation,
    pub token: SecretString,
    /// Where the app takes the token.
    pub link: SecretString,
    /// Whether the guest is written to as well.
    pub is_mailed: bool,
}

/// Invites somebody, by mail where this installation sends any, and gives a token, which nobody can be told again. What was
/// open for the same address ends.
///
/// # Errors
/// FORBIDDEN for whoever may not; BAD_USER_INPUT for what is no address; CONFLICT when the address has an account, and
/// while registration is closed to everybody.
pub async fn invite(app: &App, actor: &Actor, email: &str, role: Role) -> Result<Invited> {
    let inviter = actor.require_may(Permission::InviteUsers)?.user.id;
    if app.config.auth.registration == Registration::Closed {
        return Err(Error::conflict("Registration is closed here, for guests as well: nobody could accept."));
    }
    let email = policy::folded(email);
    if let Some(problem) = policy::email_problem(&email) {
        return Err(Error::bad_input("input.email", problem));
    }
    require_free(app, &email, None, "input.").await?;
    let now = app.clock.now();
    let (token, hash) = invitation_token::generate();
    let row = NewInvitation {
        id: InvitationId::generate(now),
        email,
        role,
        hash: hash.to_vec(),
        inviter_id: inviter,
        created_at: now,
        expires_at: now + LIFE,
    };
    let mut conn = app.db.write().await?;
    let made = conn
        .transaction(async |conn| {
            invitation_store::revoke_open(conn, &row.email, now).await?;
            let made = invitation_store::insert(conn, &row).await?;
            let made = made.ok_or_else(|| Error::conflict("Somebody else has just invited this address."))?;
            let after = json!({ "email": made.email, "role": role.as_str() });
            audit::record(conn, now, actor, Entry::new(Action::InvitationCreated).on(made.id).after(after)).await?;
            if app.mail.is_on() {
                queue::enqueue(conn, &app.clock, &SendInvitation { id: made.id }).await?;
            }
            Ok::<_, Error>(made)
        })
        .await?;
    tracing::info!(event = "user_invited", user = %inviter, invitation = %made.id, role = %role, "somebody was invited");
    let link = app.mail.link(AppPage::AcceptInvitation, &token);
    Ok(Invited { invitation: made, token, link, is_mailed: app.mail.is_on() })
}

/// A page of invitations, newest first; those that have ended are shown for 30 days.
///
/// # Errors
/// FORBIDDEN for whoever may not.
pub async fn list(app: &App, actor: &Actor, page: &Page<InvitationId>) -> Result<Slice<Invitation>> {
    actor.require_may(Permission::InviteUsers)?;
    Ok(page.slice(invitation_store::list(&*app.db.read().await?, page).await?))
}

/// How many invitations [`list`] goes through.
///
/// # Errors
/// As [`list`].
pub async fn count(app: &App, actor: &Actor) -> Result<i64> {
    actor.require_may(Permission::InviteUsers)?;
    invitation_store::count(&*app.db.read().await?).await
}

/// Takes an invitation back. One that has ended stays as it is.
///
/// # Errors
/// FORBIDDEN for whoever may not; `NOT_FOUND` for an unknown one; CONFLICT for one that was used.
pub async fn revoke(app: &App, actor: &Actor, id: InvitationId) -> Result<Invitation> {
    let by = actor.require_may(Permission::InviteUsers)?.user.id;
    let mut conn = app.db.write().await?;
    let revoked = conn
        .transaction(async |conn| {
            let found = invitation_store::lock(conn, id).await?.ok_or_else(|| Error::not_found("invitation"))?;
            if found.used_at.is_some() {
                return Err(Error::conflict("There is an account already: this invitation was used."));
            }
            if found.revoked_at.is_some() {
                return Ok(found);
            }
            let now = app.clock.now();
            audit::record(conn, now, actor, Entry::new(Action::InvitationRevoked).on(id)).await?;
            invitation_store::revoke(conn, id, now).await
        })
        .await?;
    tracing::info!(event = "invitation_revoked", user = %by, invitation = %id, "an invitation was taken back");
    Ok(revoked)
}

/// The invitation of a token, if it is good for this address, and whether the token came there by mail.
///
/// # Errors
/// FORBIDDEN, always the same, when anything is wrong with it.
pub async fn require_good(app: &App, token: &SecretString, email: &str) -> Result<(Invitation, bool)> {
    let found = match invitation_token::hash(token) {
        Some(hash) => invitation_store::find_good(&*app.db.read().await?, &hash, app.clock.now()).await?,
        None => None,
    };
    found.filter(|(found, _)| found.email.to_lowercase() == policy::folded(email).to_lowercase()).ok_or_else(not_good)
}

/// What somebody is told whose invitation does not do.
#[must_use]
pub fn not_good() -> Error {
    Error::forbidden("This invitation is not good for this address, or not any more. Please ask for another one.")
        .with_field("input.invitationToken")
}
