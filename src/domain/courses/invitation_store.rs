//! Statements about invitations to courses.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::model::{Course, CourseInvitation, NewCourseInvitation};
use super::store::lower;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{course_invitations, courses};
use crate::error::Result;
use crate::ids::{CourseId, CourseInvitationId, UserId};

/// Makes an invitation; `None` when somebody else has just invited the same address.
pub async fn insert(mut conn: &Connection, new: &NewCourseInvitation) -> Result<Option<CourseInvitation>> {
    let inserted = diesel::insert_into(course_invitations::table)
        .values(new)
        .on_conflict_do_nothing()
        .returning(CourseInvitation::as_returning());
    Ok(inserted.get_result(&mut conn).await.optional()?)
}

/// Ends what is open for an address, in any case, in a course that was locked.
pub async fn revoke_open(mut conn: &Connection, course: CourseId, email: &str, now: DateTime<Utc>) -> Result<()> {
    let open = course_invitations::table
        .filter(course_invitations::course_id.eq(course))
        .filter(lower(course_invitations::email).eq(lower(email)))
        .filter(course_invitations::accepted_at.is_null())
        .filter(course_invitations::revoked_at.is_null());
    diesel::update(open).set(course_invitations::revoked_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// A page of a course's invitations, newest first; one row more than asked for if there is one.
pub async fn page(
    mut conn: &Connection,
    course: CourseId,
    page: &Page<CourseInvitationId>,
) -> Result<Vec<CourseInvitation>> {
    let rows = course_invitations::table.filter(course_invitations::course_id.eq(course));
    let mut rows = rows.select(CourseInvitation::as_select()).limit(page.limit()).into_boxed();
    if page.is_backward() {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(course_invitations::id.gt(cursor));
        }
        rows = rows.order(course_invitations::id.asc());
    } else {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(course_invitations::id.lt(cursor));
        }
        rows = rows.order(course_invitations::id.desc());
    }
    Ok(rows.load(&mut conn).await?)
}

/// How many invitations [`page`] goes through.
pub async fn count(mut conn: &Connection, course: CourseId) -> Result<i64> {
    let all = course_invitations::table.filter(course_invitations::course_id.eq(course));
    Ok(all.count().get_result(&mut conn).await?)
}

/// An invitation, whoever asks: the caller looks whether they may know of it.
pub async fn find(mut conn: &Connection, id: CourseInvitationId) -> Result<Option<CourseInvitation>> {
    let found = course_invitations::table.find(id).select(CourseInvitation::as_select());
    Ok(found.first(&mut conn).await.optional()?)
}

/// As [`find`], by what is kept of its token.
pub async fn find_by_hash(mut conn: &Connection, hash: &[u8]) -> Result<Option<CourseInvitation>> {
    let found = course_invitations::table.filter(course_invitations::hash.eq(hash));
    Ok(found.select(CourseInvitation::as_select()).first(&mut conn).await.optional()?)
}

/// Invitations of an address, in any case, that can be accepted, newest first, with their courses.
pub async fn open_for(
    mut conn: &Connection,
    email: &str,
    now: DateTime<Utc>,
) -> Result<Vec<(CourseInvitation, Course)>> {
    let open = course_invitations::table
        .inner_join(courses::table)
        .filter(lower(course_invitations::email).eq(lower(email)))
        .filter(course_invitations::accepted_at.is_null())
        .filter(course_invitations::revoked_at.is_null())
        .filter(course_invitations::expires_at.gt(now))
        .filter(courses::deleted_at.is_null())
        .filter(courses::archived_at.is_null())
        .order(course_invitations::id.desc())
        .limit(100);
    Ok(open.select((CourseInvitation::as_select(), Course::as_select())).load(&mut conn).await?)
}

/// The course of an invitation, if it is in use; locked until the transaction ends.
pub async fn lock_course(mut conn: &Connection, id: CourseId) -> Result<Option<Course>> {
    let open = courses::table.find(id).filter(courses::deleted_at.is_null()).filter(courses::archived_at.is_null());
    Ok(open.select(Course::as_select()).for_update().first(&mut conn).await.optional()?)
}

pub async fn revoke(mut conn: &Connection, id: CourseInvitationId, now: DateTime<Utc>) -> Result<CourseInvitation> {
    let revoked = diesel::update(course_invitations::table.find(id))
        .set(course_invitations::revoked_at.eq(now))
        .returning(CourseInvitation::as_returning());
    Ok(revoked.get_result(&mut conn).await?)
}

/// Uses up an invitation that is good at `now`; false when it no longer is: of two at once one is first.
pub async fn accept(mut conn: &Connection, id: CourseInvitationId, guest: UserId, now: DateTime<Utc>) -> Result<bool> {
    let good = course_invitations::table
        .find(id)
        .filter(course_invitations::accepted_at.is_null())
        .filter(course_invitations::revoked_at.is_null())
        .filter(course_invitations::expires_at.gt(now));
    let accepted = (course_invitations::accepted_at.eq(now), course_invitations::guest_id.eq(guest));
    Ok(diesel::update(good).set(accepted).execute(&mut conn).await? == 1)
}

/// Keeps the hash of the token with which the mail of an invitation leaves; false when it can no longer be accepted.
pub async fn arm(mut conn: &Connection, id: CourseInvitationId, hash: &[u8], now: DateTime<Utc>) -> Result<bool> {
    let good = course_invitations::table
        .find(id)
        .filter(course_invitations::accepted_at.is_null())
        .filter(course_invitations::revoked_at.is_null())
        .filter(course_invitations::expires_at.gt(now));
    Ok(diesel::update(good).set(course_invitations::hash.eq(hash)).execute(&mut conn).await? == 1)
}

/// Removes invitations that ended before `before`, accepted or not.
pub async fn purge(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    let over = course_invitations::table.filter(course_invitations::expires_at.lt(before));
    Ok(diesel::delete(over).execute(&mut conn).await?)
}
