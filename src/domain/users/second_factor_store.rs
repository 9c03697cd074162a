//! Every query on second factors and the challenges that ask for them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::model::User;
use crate::db::pool::Connection;
use crate::db::schema::{recovery_codes, second_factors, sign_in_challenges, users};
use crate::error::Result;
use crate::ids::UserId;

/// An account with a second factor, or one that is being set up.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = second_factors, check_for_backend(diesel::pg::Pg))]
pub struct SecondFactor {
    pub user_id: UserId,
    pub sealed_secret: Vec<u8>,
}

/// The factor of an account, set up or being set up.
pub async fn find(mut conn: &Connection, user: UserId) -> Result<Option<SecondFactor>> {
    let found = second_factors::table.find(user).select(SecondFactor::as_select()).first(&mut conn).await;
    Ok(found.optional()?)
}

/// Keeps the key of an app that is being set up, in the place of one that was.
pub async fn put(mut conn: &Connection, user: UserId, sealed: &[u8], now: DateTime<Utc>) -> Result<()> {
    let row = (
        second_factors::sealed_secret.eq(sealed),
        second_factors::last_step.eq(None::<i64>),
        second_factors::created_at.eq(now),
    );
    diesel::insert_into(second_factors::table)
        .values((second_factors::user_id.eq(user), row))
        .on_conflict(second_factors::user_id)
        .do_update()
        .set(row)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Uses up the code of a step, and all before; `false` when that was done, or when the key is another by now.
pub async fn take_step(mut conn: &Connection, factor: &SecondFactor, step: i64) -> Result<bool> {
    let unused = second_factors::table
        .find(factor.user_id)
        .filter(second_factors::sealed_secret.eq(&factor.sealed_secret))
        .filter(second_factors::last_step.is_null().or(second_factors::last_step.lt(step)));
    Ok(diesel::update(unused).set(second_factors::last_step.eq(step)).execute(&mut conn).await? > 0)
}

/// Uses up a recovery code; `false` when that was done, or when it is none of the account's.
pub async fn take_recovery_code(
    mut conn: &Connection,
    user: UserId,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<bool> {
    let unused = recovery_codes::table.find((user, hash.as_slice())).filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_codes::used_at.eq(now)).execute(&mut conn).await? > 0)
}

/// Says since when signing in takes the second factor; `None` for no longer.
pub async fn set_enabled(
    mut conn: &Connection,
    user: UserId,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<User> {
    let changed = diesel::update(users::table.find(user))
        .set((users::second_factor_at.eq(since), users::updated_at.eq(now)))
        .returning(User::as_returning());
    Ok(changed.get_result(&mut conn).await?)
}

/// Gives an account these recovery codes and no others.
pub async fn replace_codes(mut conn: &Connection, user: UserId, hashes: &[[u8; 32]], now: DateTime<Utc>) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(&mut conn).await?;
    let rows: Vec<_> = hashes
        .iter()
        .map(|hash| {
            (
                recovery_codes::user_id.eq(user),
                recovery_codes::hash.eq(hash.as_slice()),
                recovery_codes::created_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(recovery_codes::table).values(rows).execute(&mut conn).await?;
    Ok(())
}

/// How many recovery codes of an account are unused.
pub async fn codes_left(mut conn: &Connection, user: UserId) -> Result<i64> {
    let unused =
        recovery_codes::table.filter(recovery_codes::user_id.eq(user)).filter(recovery_codes::used_at.is_null());
    Ok(unused.count().get_result(&mut conn).await?)
}

/// Removes key, codes and challenges of an account.
pub async fn remove(mut conn: &Connection, user: UserId) -> Result<()> {
    diesel::delete(second_factors::table.find(user)).execute(&mut conn).await?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(&mut conn).await?;
    diesel::delete(sign_in_challenges::table.filter(sign_in_challenges::user_id.eq(user))).execute(&mut conn).await?;
    Ok(())
}

/// Keeps a challenge.
pub async fn insert_challenge(
    mut conn: &Connection,
    hash: &[u8; 32],
    user: UserId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    tries: i32,
) -> Result<()> {
    diesel::insert_into(sign_in_challenges::table)
        .values((
            sign_in_challenges::hash.eq(hash.as_slice()),
            sign_in_challenges::user_id.eq(user),
            sign_in_challenges::created_at.eq(now),
            sign_in_challenges::expires_at.eq(expires_at),
            sign_in_challenges::tries_left.eq(tries),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Takes one of the tries of a challenge, before the code is looked at: however many come at once, there are no more than
/// there are. Gives the account; `None` when the challenge is unknown, over or used up.
pub async fn take_try(mut conn: &Connection, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Option<UserId>> {
    let open = sign_in_challenges::table
        .find(hash.as_slice())
        .filter(sign_in_challenges::tries_left.gt(0))
        .filter(sign_in_challenges::expires_at.gt(now));
    let taken = diesel::update(open)
        .set(sign_in_challenges::tries_left.eq(sign_in_challenges::tries_left - 1))
        .returning(sign_in_challenges::user_id)
        .get_result(&mut conn)
        .await;
    Ok(taken.optional()?)
}

/// Ends a challenge; `false` when it is gone.
pub async fn take_challenge(mut conn: &Connection, hash: &[u8; 32]) -> Result<bool> {
    Ok(diesel::delete(sign_in_challenges::table.find(hash.as_slice())).execute(&mut conn).await? > 0)
}

/// Removes challenges that ended before `before`.
pub async fn purge_challenges(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    let over = sign_in_challenges::table.filter(sign_in_challenges::expires_at.lt(before));
    Ok(diesel::delete(over).execute(&mut conn).await?)
}
