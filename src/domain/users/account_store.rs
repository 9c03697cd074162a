//! Queries with which people change their own accounts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{ProfileChange, User};
use crate::db::schema::users;
use crate::error::Result;
use crate::ids::UserId;

/// What the database keeps of an open account's password; `None` inside where the account has none.
pub async fn password_hash(mut conn: &AsyncPgConnection, id: UserId) -> Result<Option<Option<String>>> {
    let open = users::table.find(id).filter(users::deleted_at.is_null());
    Ok(open.select(users::password_hash).first(&mut conn).await.optional()?)
}

/// An open account, locked until the transaction ends.
pub async fn lock(mut conn: &AsyncPgConnection, id: UserId) -> Result<Option<User>> {
    let open = users::table.find(id).filter(users::deleted_at.is_null());
    Ok(open.select(User::as_select()).for_update().first(&mut conn).await.optional()?)
}

pub async fn set_password(mut conn: &AsyncPgConnection, id: UserId, hash: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes down that somebody reads the mail of the account's address; the first time stands.
pub async fn set_verified(mut conn: &AsyncPgConnection, id: UserId, now: DateTime<Utc>) -> Result<()> {
    let unverified = users::table.find(id).filter(users::email_verified_at.is_null());
    diesel::update(unverified)
        .set((users::email_verified_at.eq(now), users::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Gives an account another address; `verified_at` is when it was confirmed.
pub async fn set_email(
    mut conn: &AsyncPgConnection,
    id: UserId,
    email: &str,
    verified_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<User> {
    let changed = diesel::update(users::table.find(id))
        .set((users::email.eq(email), users::email_verified_at.eq(verified_at), users::updated_at.eq(now)))
        .returning(User::as_returning());
    Ok(changed.get_result(&mut conn).await?)
}

pub async fn change_profile(
    mut conn: &AsyncPgConnection,
    id: UserId,
    change: &ProfileChange,
    now: DateTime<Utc>,
) -> Result<User> {
    let changed =
        diesel::update(users::table.find(id)).set((change, users::updated_at.eq(now))).returning(User::as_returning());
    Ok(changed.get_result(&mut conn).await?)
}

/// Gives an account another picture, or none.
pub async fn set_avatar(
    mut conn: &AsyncPgConnection,
    id: UserId,
    hash: Option<&[u8; 32]>,
    now: DateTime<Utc>,
) -> Result<User> {
    let changed = diesel::update(users::table.find(id))
        .set((users::avatar_hash.eq(hash.map(<[u8; 32]>::as_slice)), users::updated_at.eq(now)))
        .returning(User::as_returning());
    Ok(changed.get_result(&mut conn).await?)
}

/// An open account that has this picture.
pub async fn owner_of_avatar(mut conn: &AsyncPgConnection, hash: &[u8; 32]) -> Result<Option<UserId>> {
    let owners = users::table
        .filter(users::avatar_hash.eq(hash.as_slice()))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null());
    Ok(owners.select(users::id).first(&mut conn).await.optional()?)
}

/// Whether an account is in use.
pub async fn is_open(mut conn: &AsyncPgConnection, user: UserId) -> Result<bool> {
    let open = users::table.find(user).filter(users::is_active).filter(users::deleted_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(&mut conn).await?)
}
