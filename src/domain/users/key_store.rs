//! Every query on API keys.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Timestamptz, Uuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{ApiKey, Scope, User};
use crate::db::schema::{api_keys, users};
use crate::error::Result;
use crate::ids::{ApiKeyId, UserId};

/// Rows that one statement removes, so that no lock is held for long.
const PURGED_AT_ONCE: i64 = 5000;
/// Keys that are listed at most, those that have ended included.
const LISTED: i64 = 200;

/// A key to be made; everything in it is checked.
#[derive(Insertable)]
#[diesel(table_name = api_keys)]
pub struct NewApiKey {
    pub id: ApiKeyId,
    pub user_id: UserId,
    pub name: String,
    pub prefix: String,
    pub hash: Vec<u8>,
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A key that holds, and whose it is.
#[derive(Queryable)]
pub struct Known {
    pub id: ApiKeyId,
    pub scopes: Vec<Scope>,
    pub expires_at: DateTime<Utc>,
    pub user: User,
}

/// What was counted of one key since it was last written down.
#[derive(Debug, Clone, Copy)]
pub struct Uses {
    pub count: i64,
    pub last: DateTime<Utc>,
}

/// Makes a key; `None` when another one has its prefix.
pub async fn insert(mut conn: &AsyncPgConnection, new: &NewApiKey) -> Result<Option<ApiKey>> {
    let inserted = diesel::insert_into(api_keys::table)
        .values(new)
        .on_conflict_do_nothing()
        .returning(ApiKey::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(inserted)
}

/// How many keys of an account hold at `now`. Locks the account, so that of two that count at once one counts the other's.
pub async fn count_live(mut conn: &AsyncPgConnection, owner: UserId, now: DateTime<Utc>) -> Result<i64> {
    users::table.find(owner).select(users::id).for_update().first::<UserId>(&mut conn).await?;
    let live = api_keys::table
        .filter(api_keys::user_id.eq(owner))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(now));
    Ok(live.count().get_result(&mut conn).await?)
}

/// The keys of an account, newest first; those that have ended stay for a while.
pub async fn list(mut conn: &AsyncPgConnection, owner: UserId) -> Result<Vec<ApiKey>> {
    let own = api_keys::table.filter(api_keys::user_id.eq(owner));
    let newest = own.order((api_keys::created_at.desc(), api_keys::id.desc())).limit(LISTED);
    Ok(newest.select(ApiKey::as_select()).load(&mut conn).await?)
}

/// The key with that prefix and hash, and whose it is, if it holds at `now`: neither revoked nor over, the account neither
/// shut nor deleted.
pub async fn find_holding(
    mut conn: &AsyncPgConnection,
    prefix: &str,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Known>> {
    let found = api_keys::table
        .inner_join(users::table)
        .filter(api_keys::prefix.eq(prefix))
        .filter(api_keys::hash.eq(hash.as_slice()))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(now))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null())
        .select((api_keys::id, api_keys::scopes, api_keys::expires_at, User::as_select()))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found)
}

/// Whose key this is, if it holds at `now`, as [`find_holding`].
pub async fn find_owner(mut conn: &AsyncPgConnection, id: ApiKeyId, now: DateTime<Utc>) -> Result<Option<User>> {
    let found = api_keys::table
        .inner_join(users::table)
        .filter(api_keys::id.eq(id))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(now))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null())
        .select(User::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found)
}

/// A key of `owner`'s, locked until the transaction ends. `None` for a foreign or unknown one.
pub async fn lock(mut conn: &AsyncPgConnection, owner: UserId, id: ApiKeyId) -> Result<Option<ApiKey>> {
    let own = api_keys::table.find(id).filter(api_keys::user_id.eq(owner));
    Ok(own.select(ApiKey::as_select()).for_update().first(&mut conn).await.optional()?)
}

/// Ends all keys of an account.
pub async fn revoke_all(mut conn: &AsyncPgConnection, owner: UserId, now: DateTime<Utc>) -> Result<()> {
    let live = api_keys::table.filter(api_keys::user_id.eq(owner)).filter(api_keys::revoked_at.is_null());
    diesel::update(live).set(api_keys::revoked_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// Ends a key.
pub async fn revoke(mut conn: &AsyncPgConnection, id: ApiKeyId, now: DateTime<Utc>) -> Result<ApiKey> {
    let revoked = diesel::update(api_keys::table.find(id))
        .set(api_keys::revoked_at.eq(now))
        .returning(ApiKey::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok(revoked)
}

/// Writes down how often keys were used, and when last, in one statement.
pub async fn note_uses(mut conn: &AsyncPgConnection, uses: &[(ApiKeyId, Uses)]) -> Result<()> {
    let ids: Vec<ApiKeyId> = uses.iter().map(|(id, _)| *id).collect();
    let counts: Vec<i64> = uses.iter().map(|(_, uses)| uses.count).collect();
    let times: Vec<DateTime<Utc>> = uses.iter().map(|(_, uses)| uses.last).collect();
    diesel::sql_query(
        "UPDATE api_keys k SET use_count = k.use_count + u.count, last_used_at = greatest(k.last_used_at, u.last) \
         FROM unnest($1, $2, $3) AS u (id, count, last) WHERE k.id = u.id",
    )
    .bind::<Array<Uuid>, _>(ids)
    .bind::<Array<BigInt>, _>(counts)
    .bind::<Array<Timestamptz>, _>(times)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Removes keys that ended before `before`; some thousands at once, and says how many.
pub async fn purge(mut conn: &AsyncPgConnection, before: DateTime<Utc>) -> Result<usize> {
    let purged = diesel::sql_query(
        "DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys WHERE expires_at < $1 OR revoked_at < $1 LIMIT $2)",
    );
    Ok(purged.bind::<Timestamptz, _>(before).bind::<BigInt, _>(PURGED_AT_ONCE).execute(&mut conn).await?)
}
