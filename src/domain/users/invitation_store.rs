//! Every query on invitations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{Invitation, Role};
use super::store::lower;
use crate::db::page::Page;
use crate::db::schema::invitations;
use crate::error::Result;
use crate::ids::{InvitationId, UserId};

/// An invitation to be made; everything in it is checked and tidied.
#[derive(Insertable)]
#[diesel(table_name = invitations)]
pub struct NewInvitation {
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    pub hash: Vec<u8>,
    pub inviter_id: UserId,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Makes an invitation; `None` when somebody else has just invited the same address.
pub async fn insert(mut conn: &AsyncPgConnection, new: &NewInvitation) -> Result<Option<Invitation>> {
    let inserted = diesel::insert_into(invitations::table)
        .values(new)
        .on_conflict_do_nothing()
        .returning(Invitation::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(inserted)
}

/// Ends what is open for an address, in any case.
pub async fn revoke_open(mut conn: &AsyncPgConnection, email: &str, now: DateTime<Utc>) -> Result<()> {
    let open = invitations::table
        .filter(lower(invitations::email.nullable()).eq(lower(email)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null());
    diesel::update(open).set(invitations::revoked_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// An invitation, locked until the transaction ends.
pub async fn lock(mut conn: &AsyncPgConnection, id: InvitationId) -> Result<Option<Invitation>> {
    let found = invitations::table.find(id).select(Invitation::as_select()).for_update();
    Ok(found.first(&mut conn).await.optional()?)
}

/// Ends an invitation.
pub async fn revoke(mut conn: &AsyncPgConnection, id: InvitationId, now: DateTime<Utc>) -> Result<Invitation> {
    let revoked = diesel::update(invitations::table.find(id))
        .set(invitations::revoked_at.eq(now))
        .returning(Invitation::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok(revoked)
}

/// The invitation with this hash, as it was given to whoever invited or mailed to whoever was, if it is good at `now`; and
/// whether it is that of the mail.
pub async fn find_good(
    mut conn: &AsyncPgConnection,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<(Invitation, bool)>> {
    let mailed = invitations::mail_hash.is_not_distinct_from(hash.as_slice());
    let good = invitations::table
        .filter(invitations::hash.eq(hash.as_slice()).or(mailed))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now));
    Ok(good.select((Invitation::as_select(), mailed)).first(&mut conn).await.optional()?)
}

/// Gives an invitation that is good at `now` the token of its mail, in the place of that of an earlier try; `None` when it
/// is good no longer.
pub async fn arm(
    mut conn: &AsyncPgConnection,
    id: InvitationId,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Invitation>> {
    let good = invitations::table
        .find(id)
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now));
    let armed = diesel::update(good)
        .set(invitations::mail_hash.eq(hash.as_slice()))
        .returning(Invitation::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(armed)
}

/// Uses up an invitation that is good at `now`, for this account; false when it no longer is: of two at once one is first.
pub async fn accept(mut conn: &AsyncPgConnection, id: InvitationId, guest: UserId, now: DateTime<Utc>) -> Result<bool> {
    let good = invitations::table
        .find(id)
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now));
    let used = (invitations::used_at.eq(now), invitations::guest_id.eq(guest));
    Ok(diesel::update(good).set(used).execute(&mut conn).await? == 1)
}

/// A page of invitations, newest first, one row more than asked for if there is one.
pub async fn list(mut conn: &AsyncPgConnection, page: &Page<InvitationId>) -> Result<Vec<Invitation>> {
    let mut rows = invitations::table.select(Invitation::as_select()).into_boxed();
    if page.is_backward() {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(invitations::id.gt(cursor));
        }
        rows = rows.order(invitations::id.asc());
    } else {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(invitations::id.lt(cursor));
        }
        rows = rows.order(invitations::id.desc());
    }
    Ok(rows.limit(page.limit()).load(&mut conn).await?)
}

/// How many invitations there are.
pub async fn count(mut conn: &AsyncPgConnection) -> Result<i64> {
    Ok(invitations::table.count().get_result(&mut conn).await?)
}

/// Removes invitations that ended before `before`, used or not.
pub async fn purge(mut conn: &AsyncPgConnection, before: DateTime<Utc>) -> Result<usize> {
    Ok(diesel::delete(invitations::table.filter(invitations::expires_at.lt(before))).execute(&mut conn).await?)
}
