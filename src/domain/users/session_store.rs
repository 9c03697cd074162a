//! Every query on sign-ins and their tokens. What must happen as one is one function here, with its own transaction.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl};
use serde_json::json;

use super::audit::model::{Action, Entry};
use super::audit::{self, Author};
use super::model::{LoginSession, RevokeReason, User};
use super::policy::{RefreshState, RefreshVerdict, judge_refresh};
use super::store::{self, NewUser};
use crate::db::pool::WriteConnection;
use crate::db::schema::{login_sessions, refresh_tokens, users};
use crate::error::{Error, Result};
use crate::ids::{LoginSessionId, UserId};

/// Rows that one statement removes, so that no lock is held for long.
const PURGED_AT_ONCE: i64 = 5000;
/// Sign-ins that are listed at most.
const LISTED: i64 = 200;

/// A sign-in to be made.
#[derive(Insertable)]
#[diesel(table_name = login_sessions)]
pub struct NewSession {
    pub id: LoginSessionId,
    pub user_id: UserId,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// What becomes of a refresh token that is presented.
#[derive(Debug)]
pub enum Exchange {
    /// Taken; the new token is stored.
    Honoured {
        session: LoginSessionId,
        user: Box<User>,
        /// Which of the tokens that it may be exchanged for.
        next: usize,
    },
    Refused,
    /// Used before: the sign-in has been ended.
    Reused {
        session: LoginSessionId,
        user: UserId,
    },
}

/// The account of a registration with its first sign-in, in the caller's transaction; `None` when one of its names belongs
/// to another account.
pub async fn register(
    conn: &AsyncPgConnection,
    new: &NewUser,
    session: &NewSession,
    refresh_hash: &[u8; 32],
    author: &Author,
) -> Result<Option<User>> {
    if store::insert_user(conn, new).await?.is_none() {
        return Ok(None);
    }
    insert_session(conn, session, refresh_hash).await?;
    let entry = Entry::new(Action::AccountRegistered).account(new.id).after(json!({"role": new.role.as_str()}));
    audit::record_by(conn, new.created_at, author, entry).await?;
    store::record_login(conn, new.id, session.created_at).await
}

/// A sign-in to an account that is there; `None` when it was shut or deleted meanwhile.
pub async fn sign_in(
    conn: &mut WriteConnection,
    session: &NewSession,
    refresh_hash: &[u8; 32],
    author: &Author,
) -> Result<Option<User>> {
    conn.transaction(async |conn| sign_in_within(conn, session, refresh_hash, author).await).await
}

/// As [`sign_in`], in the caller's transaction.
pub async fn sign_in_within(
    conn: &AsyncPgConnection,
    session: &NewSession,
    refresh_hash: &[u8; 32],
    author: &Author,
) -> Result<Option<User>> {
    let user = store::record_login(conn, session.user_id, session.created_at).await?;
    if user.is_some() {
        insert_session(conn, session, refresh_hash).await?;
        let entry = Entry::new(Action::SignInSucceeded).on(session.id);
        audit::record_by(conn, session.created_at, author, entry).await?;
    }
    Ok(user)
}

/// When a sign-in began; `None` for none.
pub async fn began(mut conn: &AsyncPgConnection, id: LoginSessionId) -> Result<Option<DateTime<Utc>>> {
    let found = login_sessions::table.find(id).select(login_sessions::created_at).first(&mut conn).await;
    Ok(found.optional()?)
}

/// Exchanges the refresh token `token` against the first of `next` (all as hashes), which lives for `lifetime`. When it was
/// used within `grace`, that of `next` which it was exchanged for is given again, unless it was used as well; when it was
/// used longer ago, the sign-in ends, and that is recorded as caused by `author`. All in the caller's transaction; exchanges
/// within one sign-in happen one after the other.
pub async fn exchange(
    conn: &AsyncPgConnection,
    token: &[u8; 32],
    next: &[[u8; 32]],
    now: DateTime<Utc>,
    grace: TimeDelta,
    lifetime: Duration,
    author: &Author,
) -> Result<Exchange> {
    let Some(session) = lock_session_of(conn, token).await? else { return Ok(Exchange::Refused) };
    let (state, user) = refresh_state(conn, token).await?;
    match judge_refresh(state, now, grace) {
        RefreshVerdict::Refuse => Ok(Exchange::Refused),
        RefreshVerdict::Reuse => {
            revoke(conn, session, now, RevokeReason::Reuse).await?;
            let entry = Entry::new(Action::RefreshTokenReused).account(user.id).on(session);
            audit::record_by(conn, now, author, entry).await?;
            Ok(Exchange::Reused { session, user: user.id })
        }
        RefreshVerdict::Repeat => Ok(match unused_among(conn, session, next).await? {
            Some(next) => Exchange::Honoured { session, user: Box::new(user), next },
            None => Exchange::Refused,
        }),
        RefreshVerdict::Honour => {
            let first = next.first().ok_or_else(|| Error::internal("a refresh token has no successor"))?;
            use_refresh_token(conn, token, now).await?;
            prolong_session(conn, session, now, now + lifetime).await?;
            insert_refresh_token(conn, first, session, now, now + lifetime).await?;
            Ok(Exchange::Honoured { session, user: Box::new(user), next: 0 })
        }
    }
}

/// Ends a sign-in and all its tokens; one that has ended keeps its first reason.
pub async fn revoke(
    mut conn: &AsyncPgConnection,
    id: LoginSessionId,
    now: DateTime<Utc>,
    reason: RevokeReason,
) -> Result<()> {
    let running = login_sessions::table.find(id).filter(login_sessions::revoked_at.is_null());
    diesel::update(running)
        .set((login_sessions::revoked_at.eq(now), login_sessions::revoke_reason.eq(reason)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// The sign-ins of an account that hold at `now`, the one used last first.
pub async fn list(mut conn: &AsyncPgConnection, owner: UserId, now: DateTime<Utc>) -> Result<Vec<LoginSession>> {
    let holding = login_sessions::table
        .filter(login_sessions::user_id.eq(owner))
        .filter(login_sessions::revoked_at.is_null())
        .filter(login_sessions::expires_at.gt(now));
    let latest = holding.order((login_sessions::last_used_at.desc(), login_sessions::id.desc())).limit(LISTED);
    Ok(latest.select(LoginSession::as_select()).load(&mut conn).await?)
}

/// A sign-in of `owner`'s, whether or not it holds.
pub async fn find_own(mut conn: &AsyncPgConnection, owner: UserId, id: LoginSessionId) -> Result<Option<LoginSession>> {
    let own = login_sessions::table.find(id).filter(login_sessions::user_id.eq(owner));
    Ok(own.select(LoginSession::as_select()).first(&mut conn).await.optional()?)
}

/// Ends all sign-ins of an account that are not ended yet, but one, and says which.
pub async fn revoke_all(
    mut conn: &AsyncPgConnection,
    owner: UserId,
    but: Option<LoginSessionId>,
    now: DateTime<Utc>,
    reason: RevokeReason,
) -> Result<Vec<LoginSession>> {
    let running = login_sessions::table
        .filter(login_sessions::user_id.eq(owner))
        .filter(login_sessions::revoked_at.is_null())
        .filter(login_sessions::expires_at.gt(now))
        .filter(login_sessions::id.nullable().is_distinct_from(but));
    let ended = diesel::update(running)
        .set((login_sessions::revoked_at.eq(now), login_sessions::revoke_reason.eq(reason)))
        .returning(LoginSession::as_returning())
        .get_results(&mut conn)
        .await?;
    Ok(ended)
}

/// The account behind a sign-in that holds at `now`: not revoked, not over, the account neither shut nor deleted.
pub async fn find_signed_in(
    mut conn: &AsyncPgConnection,
    session: LoginSessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<User>> {
    let found = login_sessions::table
        .inner_join(users::table)
        .filter(login_sessions::id.eq(session))
        .filter(login_sessions::user_id.eq(user))
        .filter(login_sessions::revoked_at.is_null())
        .filter(login_sessions::expires_at.gt(now))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null())
        .select(User::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found)
}

async fn insert_session(mut conn: &AsyncPgConnection, session: &NewSession, refresh_hash: &[u8; 32]) -> Result<()> {
    diesel::insert_into(login_sessions::table).values(session).execute(&mut conn).await?;
    insert_refresh_token(conn, refresh_hash, session.id, session.created_at, session.expires_at).await
}

async fn insert_refresh_token(
    mut conn: &AsyncPgConnection,
    hash: &[u8; 32],
    session: LoginSessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::hash.eq(hash.as_slice()),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::issued_at.eq(now),
            refresh_tokens::expires_at.eq(expires_at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Locks the sign-in that a refresh token belongs to until the transaction ends.
async fn lock_session_of(mut conn: &AsyncPgConnection, hash: &[u8; 32]) -> Result<Option<LoginSessionId>> {
    let session = refresh_tokens::table.find(hash.as_slice()).select(refresh_tokens::session_id);
    let locked = login_sessions::table
        .filter(login_sessions::id.eq_any(session))
        .select(login_sessions::id)
        .for_update()
        .first(&mut conn)
        .await
        .optional()?;
    Ok(locked)
}

/// What there is to know about a refresh token, and whose it is; only under the lock of its sign-in.
async fn refresh_state(mut conn: &AsyncPgConnection, hash: &[u8; 32]) -> Result<(RefreshState, User)> {
    type Row = (Option<DateTime<Utc>>, DateTime<Utc>, DateTime<Utc>, bool, bool, User);
    let (used_at, expires_at, session_expires_at, session_revoked, deleted, user): Row = refresh_tokens::table
        .inner_join(login_sessions::table.inner_join(users::table))
        .filter(refresh_tokens::hash.eq(hash.as_slice()))
        .select((
            refresh_tokens::used_at,
            refresh_tokens::expires_at,
            login_sessions::expires_at,
            login_sessions::revoked_at.is_not_null(),
            users::deleted_at.is_not_null(),
            User::as_select(),
        ))
        .first(&mut conn)
        .await?;
    let account_open = user.is_active && !deleted;
    Ok((RefreshState { used_at, expires_at, session_expires_at, session_revoked, account_open }, user))
}

/// The place of the token among `hashes` that a sign-in has and that was not used; only under its lock.
async fn unused_among(
    mut conn: &AsyncPgConnection,
    session: LoginSessionId,
    hashes: &[[u8; 32]],
) -> Result<Option<usize>> {
    let known: Option<Vec<u8>> = refresh_tokens::table
        .filter(refresh_tokens::hash.eq_any(hashes.iter().map(<[u8; 32]>::as_slice).collect::<Vec<_>>()))
        .filter(refresh_tokens::session_id.eq(session))
        .filter(refresh_tokens::used_at.is_null())
        .select(refresh_tokens::hash)
        .first(&mut conn)
        .await
        .optional()?;
    Ok(known.and_then(|known| hashes.iter().position(|hash| known == hash)))
}

async fn use_refresh_token(mut conn: &AsyncPgConnection, hash: &[u8; 32], now: DateTime<Utc>) -> Result<()> {
    diesel::update(refresh_tokens::table.find(hash.as_slice()))
        .set(refresh_tokens::used_at.eq(now))
        .execute(&mut conn)
        .await?;
    Ok(())
}

async fn prolong_session(
    mut conn: &AsyncPgConnection,
    id: LoginSessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    diesel::update(login_sessions::table.find(id))
        .set((login_sessions::last_used_at.eq(now), login_sessions::expires_at.eq(expires_at)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Removes sign-ins that ended before `before`, with their tokens; some thousands at once, and says how many.
pub async fn purge_sessions(mut conn: &AsyncPgConnection, before: DateTime<Utc>) -> Result<usize> {
    let purged = diesel::sql_query(
        "DELETE FROM login_sessions WHERE id IN \
         (SELECT id FROM login_sessions WHERE expires_at < $1 OR revoked_at < $1 LIMIT $2)",
    );
    Ok(purged.bind::<Timestamptz, _>(before).bind::<BigInt, _>(PURGED_AT_ONCE).execute(&mut conn).await?)
}

/// Removes the refresh tokens of sign-ins that go on which ran out before `before`; some thousands at once.
pub async fn purge_tokens(mut conn: &AsyncPgConnection, before: DateTime<Utc>) -> Result<usize> {
    let purged = diesel::sql_query(
        "DELETE FROM refresh_tokens WHERE hash IN (SELECT hash FROM refresh_tokens WHERE expires_at < $1 LIMIT $2)",
    );
    Ok(purged.bind::<Timestamptz, _>(before).bind::<BigInt, _>(PURGED_AT_ONCE).execute(&mut conn).await?)
}
