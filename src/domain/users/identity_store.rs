//! Every query on identities at other services, and on attempts to sign in with them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::model::{Identity, User};
use crate::db::pool::Connection;
use crate::db::schema::{api_keys, identities, oidc_attempts, users};
use crate::error::Result;
use crate::ids::{IdentityId, UserId};

/// An attempt to sign in with another service.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = oidc_attempts, check_for_backend(diesel::pg::Pg))]
pub struct StoredAttempt {
    pub id: Uuid,
    pub state_hash: Vec<u8>,
    pub proof_hash: Vec<u8>,
    pub sealed_secrets: Vec<u8>,
    pub redirect_url: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Keeps an attempt until its answer comes.
pub async fn insert_attempt(mut conn: &Connection, attempt: &StoredAttempt) -> Result<()> {
    diesel::insert_into(oidc_attempts::table).values(attempt).execute(&mut conn).await?;
    Ok(())
}

/// Takes an attempt away: whatever comes of it, there is one answer to it.
pub async fn take_attempt(mut conn: &Connection, state_hash: &[u8; 32]) -> Result<Option<StoredAttempt>> {
    let taken = diesel::delete(oidc_attempts::table.filter(oidc_attempts::state_hash.eq(state_hash.as_slice())))
        .returning(StoredAttempt::as_returning())
        .get_result(&mut conn)
        .await;
    Ok(taken.optional()?)
}

/// Removes attempts that ended before `before`.
pub async fn purge_attempts(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    Ok(diesel::delete(oidc_attempts::table.filter(oidc_attempts::expires_at.lt(before))).execute(&mut conn).await?)
}

/// The account of an identity, locked until the transaction ends; one that is deleted too, and whether it is.
pub async fn find_linked(mut conn: &Connection, issuer: &str, subject: &str) -> Result<Option<(User, bool)>> {
    let owner = known_as(issuer, subject).select(identities::user_id);
    let found = users::table
        .filter(users::id.eq_any(owner))
        .select((User::as_select(), users::deleted_at.is_not_null()))
        .for_update()
        .first(&mut conn)
        .await;
    Ok(found.optional()?)
}

/// Links an identity to an account; `false` when it is linked already, perhaps since a moment ago.
pub async fn link(mut conn: &Connection, identity: &Identity) -> Result<bool> {
    let linked =
        diesel::insert_into(identities::table).values(identity).on_conflict_do_nothing().execute(&mut conn).await?;
    Ok(linked > 0)
}

/// Writes down that an identity was used.
pub async fn touch(mut conn: &Connection, issuer: &str, subject: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(known_as(issuer, subject)).set(identities::last_used_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn known_as<'a>(issuer: &'a str, subject: &'a str) -> _ {
    identities::table.filter(identities::issuer.eq(issuer)).filter(identities::subject.eq(subject))
}

/// The identities of an account, the oldest first.
pub async fn list(mut conn: &Connection, user: UserId) -> Result<Vec<Identity>> {
    let own = identities::table.filter(identities::user_id.eq(user)).order(identities::id);
    Ok(own.select(Identity::as_select()).load(&mut conn).await?)
}

/// Unlinks one identity of an account.
pub async fn unlink(mut conn: &Connection, id: IdentityId) -> Result<()> {
    diesel::delete(identities::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// Unlinks all identities of an account.
pub async fn unlink_all(mut conn: &Connection, user: UserId) -> Result<usize> {
    Ok(diesel::delete(identities::table.filter(identities::user_id.eq(user))).execute(&mut conn).await?)
}

/// Takes away what opened an account until now: its password and its API keys. Whoever gets it reads the mail of its address.
pub async fn free(mut conn: &Connection, user: UserId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(users::table.find(user))
        .set((users::password_hash.eq(None::<String>), users::email_verified_at.eq(now), users::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    let keys = api_keys::table.filter(api_keys::user_id.eq(user)).filter(api_keys::revoked_at.is_null());
    diesel::update(keys).set(api_keys::revoked_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}
