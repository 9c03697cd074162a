//! Which account somebody enters whom another service vouches for.
//!
//! * One that is linked to that identity.
//! * Else the one with the same e-mail address, if the service says that the person reads its mail. An account whose address
//!   nobody has confirmed may be a squatter's, who registered it and waits ("Pre-hijacked accounts", Sudhodanan and Paverd,
//!   USENIX Security 2022): it goes to whom the service vouches for, and whatever opened it before opens it no more. What is
//!   in it stays. If it has a second factor it is not given away.
//! * Else a new one, under the rules of registering.

use serde_json::{Value, json};

use crate::app::App;
use crate::config::oidc::RolesOfClaim;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::administration::{self, Change};
use crate::domain::users::actions::{registration, sessions};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::domain::users::mail_jobs::{in_words, notify};
use crate::domain::users::model::{Identity, MailPurpose, RevokeReason, Role, User};
use crate::domain::users::store::NewUser;
use crate::domain::users::{account_store, identity_store, mail_token_store, policy, store};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{IdentityId, UserId};
use crate::mail::letter::{Template, Values};
use crate::oidc::provider::Identified;

/// Google's own name for itself.
const GOOGLE: &str = "https://accounts.google.com";

/// Finds, links or makes the account of somebody whom an issuer vouches for.
///
/// # Errors
/// FORBIDDEN for a deactivated account, without a confirmed address, and for a new one while registration is closed; CONFLICT
/// for an account that is not given away.
pub async fn enter(app: &App, actor: &Actor, identified: &Identified) -> Result<User> {
    let mut conn = app.db.write().await?;
    let user = conn.transaction(async |conn| find_or_make(app, conn, actor, identified).await).await?;
    drop(conn);
    with_role_of_claims(app, user, identified).await
}

async fn find_or_make(app: &App, conn: &Connection, actor: &Actor, identified: &Identified) -> Result<User> {
    let now = app.clock.now();
    let (issuer, subject) = (identified.issuer.as_str(), identified.subject.as_str());
    if let Some((user, is_deleted)) = identity_store::find_linked(conn, issuer, subject).await? {
        if is_deleted {
            return Err(Error::forbidden("This account has been deleted."));
        }
        require_active(&user)?;
        identity_store::touch(conn, issuer, subject, now).await?;
        return Ok(user);
    }
    let email = vouched_address(identified)?;
    let user = match store::find_by_email(conn, &email).await? {
        Some((user, _)) => {
            let user = existing(app, conn, user.id, actor, identified).await?;
            let service = url::Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
            let service = service.unwrap_or_else(|| issuer.to_owned());
            let values = Values { time: in_words(&user, now), email: email.clone(), service, ..Values::default() };
            notify(app, conn, Template::IdentityLinked, &user.email, values).await?;
            user
        }
        None => make(app, conn, &email, actor, identified).await?,
    };
    let identity = Identity {
        id: IdentityId::generate(now),
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        user_id: user.id,
        email,
        created_at: now,
        last_used_at: now,
    };
    if !identity_store::link(conn, &identity).await? {
        return Err(Error::conflict("Somebody has just signed in so. Please try again."));
    }
    let author = Author::account(user.id, actor.client());
    let entry = Entry::new(Action::IdentityLinked).on(identity.id);
    let entry = entry.after(json!({"issuer": issuer, "subject": subject}));
    audit::record_by(conn, now, &author, entry).await?;
    tracing::info!(event = "identity_linked", user = %user.id, issuer, "an identity was linked");
    Ok(user)
}

/// The address that the issuer vouches for.
fn vouched_address(identified: &Identified) -> Result<String> {
    let unconfirmed = || {
        Error::forbidden(
            "The service that you sign in with has not confirmed your e-mail address, so we do not know you by it.",
        )
    };
    let email = identified.email.as_deref().map(policy::folded).filter(|_| identified.email_verified);
    email.filter(|email| policy::email_problem(email).is_none()).ok_or_else(unconfirmed)
}

fn require_active(user: &User) -> Result<()> {
    if user.is_active { Ok(()) } else { Err(Error::forbidden("This account has been deactivated.")) }
}

/// The account with the same address, freed of whoever may sit in it.
async fn existing(app: &App, conn: &Connection, id: UserId, actor: &Actor, identified: &Identified) -> Result<User> {
    let now = app.clock.now();
    let user = account_store::lock(conn, id).await?.ok_or_else(|| Error::not_found("account"))?;
    require_active(&user)?;
    if !is_authoritative(identified) {
        return Err(Error::forbidden(
            "Google does not say who reads the mail of this address now. Sign in with your password.",
        ));
    }
    if user.email_verified_at.is_some() {
        return Ok(user);
    }
    if user.second_factor_at.is_some() {
        return Err(Error::conflict(
            "There is an account with your e-mail address, which its owner has not confirmed. Sign in with its password, and \
             confirm the address first.",
        ));
    }
    identity_store::free(conn, user.id, now).await?;
    identity_store::unlink_all(conn, user.id).await?;
    let links = [MailPurpose::VerifyEmail, MailPurpose::ResetPassword, MailPurpose::ChangeEmail];
    mail_token_store::drop_unused(conn, user.id, &links).await?;
    let author = Author::account(user.id, actor.client());
    sessions::end_all(app, conn, &author, user.id, None, RevokeReason::PasswordChanged).await?;
    audit::record_by(conn, now, &author, Entry::new(Action::AccountFreed)).await?;
    tracing::warn!(event = "account_freed", user = %user.id, "an unconfirmed account went to whom an issuer vouches for");
    Ok(User { email_verified_at: Some(now), ..user })
}

/// A new account without a password.
async fn make(app: &App, conn: &Connection, email: &str, actor: &Actor, identified: &Identified) -> Result<User> {
    registration::require_open(app, email)?;
    let now = app.clock.now();
    let name = identified.name.as_deref().map(policy::tidy).filter(|name| !name.is_empty());
    let new = NewUser {
        id: UserId::generate(now),
        email: email.to_owned(),
        username: None,
        full_name: name.filter(|name| policy::full_name_problem(name).is_none()),
        password_hash: None,
        role: Role::Member,
        created_at: now,
        updated_at: now,
        email_verified_at: is_authoritative(identified).then_some(now),
    };
    let made = store::insert_user(conn, &new).await?;
    let user = made.ok_or_else(|| Error::conflict("This address has an account that was deleted, or just made."))?;
    let author = Author::account(user.id, actor.client());
    let entry = Entry::new(Action::AccountRegistered).after(json!({"role": user.role.as_str()}));
    audit::record_by(conn, now, &author, entry).await?;
    tracing::info!(event = "user_registered", user = %user.id, role = %user.role, "registered with another service");
    Ok(user)
}

/// Whether what the issuer says of an address is of now. Google says itself that it is for its own addresses and those of
/// its customers' domains, which it names in `hd`; any other address may have changed hands since it was confirmed
/// (<https://developers.google.com/identity/gsi/web/guides/verify-google-id-token>).
fn is_authoritative(identified: &Identified) -> bool {
    let own = |email: &str| email.ends_with("@gmail.com") || email.ends_with("@googlemail.com");
    identified.issuer != GOOGLE
        || identified.claims.get("hd").is_some_and(Value::is_string)
        || identified.email.as_deref().is_some_and(|email| own(&email.to_ascii_lowercase()))
}

/// The account with the role that the issuer's groups give, where that is configured.
async fn with_role_of_claims(app: &App, user: User, identified: &Identified) -> Result<User> {
    let Some(rule) = app.oidc.as_deref().and_then(|provider| provider.config().roles.as_ref()) else { return Ok(user) };
    let role = role_of(rule, identified)?;
    if role == user.role {
        return Ok(user);
    }
    match administration::change_as_operator(app, user.id, Change::Role(role)).await {
        Ok(changed) => Ok(changed),
        // Better one administrator too many than none.
        Err(error) if error.code() == ErrorCode::Conflict => {
            tracing::warn!(user = %user.id, %role, "the last administrator keeps their role, whatever their groups");
            Ok(user)
        }
        Err(error) => Err(error),
    }
}

/// The role of the first group in the list that somebody is in; MEMBER when they are in none.
fn role_of(rule: &RolesOfClaim, identified: &Identified) -> Result<Role> {
    // A dot leads into an object, as in Keycloak's `realm_access.roles`.
    let mut parts = rule.claim.split('.');
    let mut found = parts.next().and_then(|first| identified.claims.get(first));
    for part in parts {
        found = found.and_then(|value| value.get(part));
    }
    let is_in = |group: &str| match found {
        Some(Value::String(one)) => one == group,
        Some(Value::Array(all)) => all.iter().any(|one| one == group),
        _ => false,
    };
    let role = rule.roles.iter().find(|(group, _)| is_in(group)).map_or(Role::Member.as_str(), |(_, role)| role);
    role.parse().map_err(Error::internal)
}
