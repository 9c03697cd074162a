//! Every query on accounts; those on sign-ins are in `session_store.rs`.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{Role, User};
use crate::db::schema::users;
use crate::error::Result;
use crate::ids::UserId;

diesel::define_sql_function! {
    /// Folds case as the unique indexes on accounts do.
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

/// An account to be made; everything in it is checked and tidied.
#[derive(Insertable)]
#[diesel(table_name = users)]
pub struct NewUser {
    pub id: UserId,
    pub email: String,
    pub username: Option<String>,
    pub full_name: Option<String>,
    /// `None` for somebody who signs in with another service.
    pub password_hash: Option<String>,
    pub role: Role,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub email_verified_at: Option<DateTime<Utc>>,
}

/// Which of two names belong to somebody already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    pub email: bool,
    pub username: bool,
}

/// Which of the two names belong to somebody already; those of deleted accounts do until they are purged.
pub async fn taken(mut conn: &AsyncPgConnection, email: &str, username: Option<&str>) -> Result<Taken> {
    let same_email = lower(users::email.nullable()).eq(lower(email));
    let same_username = lower(users::username).eq(lower(username));
    let found: Vec<(Option<bool>, Option<bool>)> =
        users::table.filter(same_email.or(same_username)).select((same_email, same_username)).load(&mut conn).await?;
    Ok(found.into_iter().fold(Taken::default(), |taken, (email, username)| Taken {
        email: taken.email || email.unwrap_or(false),
        username: taken.username || username.unwrap_or(false),
    }))
}

/// Makes an account; `None` when another one has one of its names, perhaps since a moment ago.
pub async fn insert_user(mut conn: &AsyncPgConnection, new: &NewUser) -> Result<Option<User>> {
    let inserted = diesel::insert_into(users::table)
        .values(new)
        .on_conflict_do_nothing()
        .returning(User::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(inserted)
}

/// Whether there is no account, deleted ones included until they are purged.
pub async fn is_empty(mut conn: &AsyncPgConnection) -> Result<bool> {
    let found =
        diesel::select(diesel::dsl::exists(users::table.select(users::id))).get_result::<bool>(&mut conn).await?;
    Ok(!found)
}

/// The account with this e-mail address in any case, and its password.
pub async fn find_by_email(mut conn: &AsyncPgConnection, email: &str) -> Result<Option<(User, Option<String>)>> {
    let found = users::table
        .filter(lower(users::email.nullable()).eq(lower(email)))
        .filter(users::deleted_at.is_null())
        .select((User::as_select(), users::password_hash))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found)
}

/// The account with this username in any case, and its password.
pub async fn find_by_username(mut conn: &AsyncPgConnection, username: &str) -> Result<Option<(User, Option<String>)>> {
    let found = users::table
        .filter(lower(users::username).eq(lower(username)))
        .filter(users::deleted_at.is_null())
        .select((User::as_select(), users::password_hash))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found)
}

/// The accounts among `ids` that are there, in no order.
pub async fn load_users(mut conn: &AsyncPgConnection, ids: &[UserId]) -> Result<Vec<User>> {
    let found = users::table
        .filter(users::id.eq_any(ids))
        .filter(users::deleted_at.is_null())
        .select(User::as_select())
        .load(&mut conn)
        .await?;
    Ok(found)
}

/// Writes down a sign-in; `None` when the account was shut or deleted meanwhile.
pub async fn record_login(mut conn: &AsyncPgConnection, id: UserId, now: DateTime<Utc>) -> Result<Option<User>> {
    let open = users::table.find(id).filter(users::is_active).filter(users::deleted_at.is_null());
    let user = diesel::update(open)
        .set((users::last_login_at.eq(now), users::last_seen_at.eq(now)))
        .returning(User::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(user)
}

/// Puts the hash of the same password in the place of `old`, unless the password was changed meanwhile.
pub async fn replace_hash(mut conn: &AsyncPgConnection, id: UserId, old: &str, new: &str) -> Result<()> {
    let same = users::table.find(id).filter(users::password_hash.eq(old));
    diesel::update(same).set(users::password_hash.eq(new)).execute(&mut conn).await?;
    Ok(())
}

/// Writes down that somebody was here, unless that was done less than `every` ago.
pub async fn touch(mut conn: &AsyncPgConnection, id: UserId, now: DateTime<Utc>, every: TimeDelta) -> Result<()> {
    let stale = users::last_seen_at.is_null().or(users::last_seen_at.le(now - every));
    diesel::update(users::table.find(id).filter(stale)).set(users::last_seen_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}
