//! Every query on links that go out in mails.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{MailPurpose, MailToken, User};
use crate::db::schema::{mail_tokens, users};
use crate::error::Result;
use crate::ids::{MailTokenId, UserId};

/// Rows that one statement removes, so that no lock is held for long.
const PURGED_AT_ONCE: i64 = 5000;

/// A link that is asked for, in the place of those of its kind that were not used yet.
pub async fn replace(
    mut conn: &AsyncPgConnection,
    user: UserId,
    purpose: MailPurpose,
    email: &str,
    now: DateTime<Utc>,
) -> Result<MailTokenId> {
    drop_unused(conn, user, &[purpose]).await?;
    let id = MailTokenId::generate(now);
    diesel::insert_into(mail_tokens::table)
        .values((
            mail_tokens::id.eq(id),
            mail_tokens::user_id.eq(user),
            mail_tokens::purpose.eq(purpose),
            mail_tokens::email.eq(email),
            mail_tokens::created_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(id)
}

/// Makes links void that were not used yet; which were used stays known.
pub async fn drop_unused(mut conn: &AsyncPgConnection, user: UserId, purposes: &[MailPurpose]) -> Result<()> {
    let unused = mail_tokens::table
        .filter(mail_tokens::user_id.eq(user))
        .filter(mail_tokens::purpose.eq_any(purposes))
        .filter(mail_tokens::used_at.is_null());
    diesel::delete(unused).execute(&mut conn).await?;
    Ok(())
}

/// A link that is still to be sent, and whose account it is about; `None` when it is void, or the account shut.
pub async fn find_unsent(mut conn: &AsyncPgConnection, id: MailTokenId) -> Result<Option<(MailToken, User)>> {
    let wanted = mail_tokens::table
        .inner_join(users::table)
        .filter(mail_tokens::id.eq(id))
        .filter(mail_tokens::used_at.is_null())
        .filter(users::is_active)
        .filter(users::deleted_at.is_null());
    Ok(wanted.select((MailToken::as_select(), User::as_select())).first(&mut conn).await.optional()?)
}

/// Gives a link the token that is about to leave; the one of an earlier try is void. False when the link is.
pub async fn arm(
    mut conn: &AsyncPgConnection,
    id: MailTokenId,
    hash: &[u8; 32],
    now: DateTime<Utc>,
    lifetime: TimeDelta,
) -> Result<bool> {
    let unused = mail_tokens::table.find(id).filter(mail_tokens::used_at.is_null());
    let armed = diesel::update(unused)
        .set((mail_tokens::hash.eq(hash.as_slice()), mail_tokens::expires_at.eq(now + lifetime)))
        .execute(&mut conn)
        .await?;
    Ok(armed == 1)
}

/// The link with this token, and its account while that is open.
#[diesel::dsl::auto_type(no_type_alias)]
fn good_for<'a>(hash: &'a [u8], purpose: MailPurpose) -> _ {
    mail_tokens::table
        .inner_join(users::table)
        .filter(mail_tokens::hash.eq(hash))
        .filter(mail_tokens::purpose.eq(purpose))
        .filter(users::is_active)
        .filter(users::deleted_at.is_null())
}

/// The link with this token, and its account while that is open. Locked until the transaction ends: of two clicks one
/// comes second.
pub async fn lock(
    mut conn: &AsyncPgConnection,
    hash: &[u8; 32],
    purpose: MailPurpose,
) -> Result<Option<(MailToken, User)>> {
    let found = good_for(hash, purpose).select((MailToken::as_select(), User::as_select())).for_update();
    Ok(found.first(&mut conn).await.optional()?)
}

/// As [`lock`], to look before anything is done.
pub async fn find(
    mut conn: &AsyncPgConnection,
    hash: &[u8; 32],
    purpose: MailPurpose,
) -> Result<Option<(MailToken, User)>> {
    let found = good_for(hash, purpose).select((MailToken::as_select(), User::as_select()));
    Ok(found.first(&mut conn).await.optional()?)
}

pub async fn use_up(mut conn: &AsyncPgConnection, id: MailTokenId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(mail_tokens::table.find(id)).set(mail_tokens::used_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// Removes links that were asked for before `before`; some thousands at once, and says how many.
pub async fn purge(mut conn: &AsyncPgConnection, before: DateTime<Utc>) -> Result<usize> {
    let purged = diesel::sql_query(
        "DELETE FROM mail_tokens WHERE id IN (SELECT id FROM mail_tokens WHERE created_at < $1 LIMIT $2)",
    );
    Ok(purged.bind::<Timestamptz, _>(before).bind::<BigInt, _>(PURGED_AT_ONCE).execute(&mut conn).await?)
}
