//! API keys: made, listed and revoked by their owner, never by a key.

use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::json;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::key_store::{self, NewApiKey};
use crate::domain::users::model::{ApiKey, Role, Scope};
use crate::domain::users::permissions::{self, Permission};
use crate::domain::users::{keys, policy};
use crate::error::{Error, FieldError, Result};
use crate::events::fact::Fact;
use crate::ids::ApiKeyId;

/// Life of a key whose maker does not say, in days.
const DEFAULT_DAYS: u32 = 90;

/// A key to be made.
#[derive(Debug)]
pub struct NewKey {
    /// What its owner calls it.
    pub name: String,
    pub scopes: Vec<Scope>,
    /// `None` for 90, or what is allowed if that is less.
    pub expires_in_days: Option<i32>,
}

/// Makes a key for the actor, and gives its text, which nobody can ever be told again.
///
/// # Errors
/// BAD_USER_INPUT with every field at fault; CONFLICT when the account has as many keys as it may; FORBIDDEN for a key.
pub async fn create(app: &App, actor: &Actor, new: NewKey) -> Result<(ApiKey, SecretString)> {
    let owner = &actor.require_may(Permission::ManageApiKeys)?.user;
    let auth = &app.config.auth;
    let (name, scopes, days) = checked(&new, owner.role, auth.key_max_days)?;
    let now = app.clock.now();
    let fresh = keys::generate();
    let row = NewApiKey {
        id: ApiKeyId::generate(now),
        user_id: owner.id,
        name,
        prefix: fresh.prefix,
        hash: fresh.hash.to_vec(),
        scopes,
        created_at: now,
        expires_at: now + TimeDelta::days(days.into()),
    };
    let mut conn = app.db.write().await?;
    let made = conn
        .transaction(async |conn| {
            if key_store::count_live(conn, owner.id, now).await? >= i64::from(auth.keys_per_account) {
                let most = auth.keys_per_account;
                return Err(Error::conflict(format!(
                    "An account has at most {most} API keys. Please revoke one first."
                )));
            }
            // Once in four thousand million times.
            let made = key_store::insert(conn, &row).await?.ok_or_else(|| Error::conflict("Please try again."))?;
            let after = json!({ "name": made.name, "scopes": names(&made.scopes), "expiresAt": made.expires_at });
            audit::record(conn, now, actor, Entry::new(Action::ApiKeyCreated).on(made.id).after(after)).await?;
            Ok(made)
        })
        .await?;
    tracing::info!(event = "api_key_created", user = %owner.id, key = %made.id, "an API key was made");
    Ok((made, fresh.text))
}

fn names(scopes: &[Scope]) -> Vec<&'static str> {
    scopes.iter().map(|scope| scope.as_str()).collect()
}

/// Name, scopes and days as they would be kept.
fn checked(new: &NewKey, role: Role, max_days: u32) -> Result<(String, Vec<Scope>, u32)> {
    let name = policy::tidy(&new.name);
    let scopes: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| new.scopes.contains(scope)).collect();
    let useless = scopes.iter().find(|scope| !permissions::is_of_use(**scope, role));
    let days = new.expires_in_days.map_or(Ok(DEFAULT_DAYS.min(max_days)), u32::try_from);
    let days = days.ok().filter(|days| (1..=max_days).contains(days));
    let problems = [
        ("name", policy::label_problem(&name).map(str::to_owned)),
        ("scopes", scopes.is_empty().then(|| "Give at least one scope.".to_owned())),
        ("scopes", useless.map(|scope| format!("Your role has no use for {scope}."))),
        ("expiresInDays", days.is_none().then(|| format!("Give 1 to {max_days} days."))),
    ];
    let fields: Vec<_> = problems
        .into_iter()
        .filter_map(|(name, problem)| problem.map(|message| FieldError { path: format!("input.{name}"), message }))
        .collect();
    match days {
        Some(days) if fields.is_empty() => Ok((name, scopes, days)),
        _ => Err(Error::bad_inputs(fields)),
    }
}

/// The actor's keys, newest first; those that have ended are shown for 30 days.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for a key.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<ApiKey>> {
    let owner = actor.require_may(Permission::ManageApiKeys)?.user.id;
    key_store::list(&*app.db.read().await?, owner).await
}

/// Ends a key of the actor's at once, and every socket that was opened with it. One that has ended stays as it is.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, FORBIDDEN for a key.
pub async fn revoke(app: &App, actor: &Actor, id: ApiKeyId) -> Result<ApiKey> {
    let owner = actor.require_may(Permission::ManageApiKeys)?.user.id;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let revoked = conn
        .transaction(async |conn| {
            let found = key_store::lock(conn, owner, id).await?.ok_or_else(|| Error::not_found("API key"))?;
            if found.revoked_at.is_some() {
                return Ok(found);
            }
            let revoked = key_store::revoke(conn, id, now).await?;
            audit::record(conn, now, actor, Entry::new(Action::ApiKeyRevoked).on(id)).await?;
            app.bus.publish(conn, &Fact::AccessChanged { user: owner }).await?;
            Ok::<_, Error>(revoked)
        })
        .await?;
    tracing::info!(event = "api_key_revoked", user = %owner, key = %id, "an API key was revoked");
    Ok(revoked)
}
