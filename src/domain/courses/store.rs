//! Statements about courses. All that read or change one for somebody join their membership.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz};
use diesel_async::RunQueryDsl;

use super::model::{Course, CourseChange, CourseFilter, CourseRole, NewCourse, Seen};
use crate::db::error::violates;
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{course_members, courses};
use crate::error::{Error, Result};
use crate::ids::{CourseId, UserId};

diesel::define_sql_function! {
    /// Folds case as the unique index on codes does.
    fn lower(text: Text) -> Text;
}

/// The courses that `viewer` is a member of, over `courses` and `course_members`: nobody sees another.
#[diesel::dsl::auto_type]
pub(super) fn seen_by(viewer: UserId) -> _ {
    courses::deleted_at.is_null().and(course_members::user_id.eq(viewer))
}

fn seen((course, role): (Course, CourseRole)) -> Seen {
    Seen { course, role }
}

/// A course; CONFLICT when another one has its code.
pub async fn insert(mut conn: &Connection, new: &NewCourse) -> Result<Course> {
    let inserted = diesel::insert_into(courses::table).values(new).returning(Course::as_returning());
    inserted.get_result(&mut conn).await.map_err(taken)
}

/// A failure to write a course; that of the index on codes named.
fn taken(error: diesel::result::Error) -> Error {
    if violates(&error, "courses_code_key") {
        return Error::conflict("Another course has this code.").with_field("input.code");
    }
    error.into()
}

/// The course, if `viewer` is a member: a foreign one is as good as none.
pub async fn find(mut conn: &Connection, viewer: UserId, id: CourseId) -> Result<Option<Seen>> {
    let visible = courses::table.inner_join(course_members::table).filter(courses::id.eq(id)).filter(seen_by(viewer));
    let found = visible.select((Course::as_select(), course_members::role)).first(&mut conn).await.optional()?;
    Ok(found.map(seen))
}

/// As [`find`], by the code in any case.
pub async fn find_by_code(mut conn: &Connection, viewer: UserId, code: &str) -> Result<Option<Seen>> {
    let visible = courses::table.inner_join(course_members::table).filter(seen_by(viewer));
    let visible = visible.filter(lower(courses::code).eq(lower(code)));
    let found = visible.select((Course::as_select(), course_members::role)).first(&mut conn).await.optional()?;
    Ok(found.map(seen))
}

/// As [`find`]; nobody else changes the course, and `viewer` stays what they are in it, until the transaction ends.
pub async fn lock(mut conn: &Connection, viewer: UserId, id: CourseId) -> Result<Option<Seen>> {
    let visible = courses::table.inner_join(course_members::table).filter(courses::id.eq(id)).filter(seen_by(viewer));
    let visible = visible.select((Course::as_select(), course_members::role)).for_update();
    Ok(visible.first(&mut conn).await.optional()?.map(seen))
}

/// Those of `ids` that `viewer` is a member of, in no order.
pub async fn load(mut conn: &Connection, viewer: UserId, ids: &[CourseId]) -> Result<Vec<Seen>> {
    let visible = courses::table.inner_join(course_members::table).filter(courses::id.eq_any(ids));
    let visible = visible.filter(seen_by(viewer)).select((Course::as_select(), course_members::role));
    Ok(visible.load(&mut conn).await?.into_iter().map(seen).collect())
}

/// Narrows a query over courses and members to those of `viewer` that `filter` lets through.
macro_rules! filtered {
    ($rows:expr, $viewer:expr, $filter:expr) => {{
        let CourseFilter { term, is_archived, role } = $filter;
        let mut rows = $rows.filter(seen_by($viewer)).into_boxed();
        if let Some(term) = term {
            rows = rows.filter(courses::term.eq(term));
        }
        if let Some(is_archived) = is_archived {
            rows = rows.filter(courses::archived_at.is_not_null().eq(*is_archived));
        }
        if let Some(role) = role {
            rows = rows.filter(course_members::role.eq(*role));
        }
        rows
    }};
}

/// A page of the courses of `viewer`, newest first; one row more than asked for if there is one.
pub async fn page(
    mut conn: &Connection,
    viewer: UserId,
    filter: &CourseFilter,
    page: &Page<CourseId>,
) -> Result<Vec<Seen>> {
    let rows = courses::table.inner_join(course_members::table).select((Course::as_select(), course_members::role));
    let mut rows = filtered!(rows, viewer, filter).limit(page.limit());
    if page.is_backward() {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(courses::id.gt(cursor));
        }
        rows = rows.order(courses::id.asc());
    } else {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(courses::id.lt(cursor));
        }
        rows = rows.order(courses::id.desc());
    }
    Ok(rows.load(&mut conn).await?.into_iter().map(seen).collect())
}

/// How many courses [`page`] goes through.
pub async fn count(mut conn: &Connection, viewer: UserId, filter: &CourseFilter) -> Result<i64> {
    let rows = courses::table.inner_join(course_members::table).select(diesel::dsl::count_star());
    Ok(filtered!(rows, viewer, filter).get_result(&mut conn).await?)
}

/// Changes a course that was locked; CONFLICT when another one has the code.
pub async fn change(mut conn: &Connection, id: CourseId, change: &CourseChange, now: DateTime<Utc>) -> Result<Course> {
    let changed = diesel::update(courses::table.find(id))
        .set((change, courses::updated_at.eq(now)))
        .returning(Course::as_returning())
        .get_result(&mut conn)
        .await;
    changed.map_err(taken)
}

/// Gives a course that was locked another code to join with.
pub async fn set_code(
    mut conn: &Connection,
    id: CourseId,
    hash: &[u8],
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Course> {
    let set = diesel::update(courses::table.find(id))
        .set((
            courses::enrolment_code_hash.eq(hash),
            courses::enrolment_code_expires_at.eq(expires_at),
            courses::updated_at.eq(now),
        ))
        .returning(Course::as_returning());
    Ok(set.get_result(&mut conn).await?)
}

/// The course of that code in any case, whoever asks, and the hash of the code that one joins with: for joining alone.
pub async fn lock_to_join(mut conn: &Connection, code: &str) -> Result<Option<(Course, Option<Vec<u8>>)>> {
    let open = courses::table.filter(lower(courses::code).eq(lower(code))).filter(courses::deleted_at.is_null());
    let open = open.select((Course::as_select(), courses::enrolment_code_hash)).for_update();
    Ok(open.first(&mut conn).await.optional()?)
}

/// Makes a course that was locked vanish for every reader.
pub async fn soft_delete(mut conn: &Connection, id: CourseId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(courses::table.find(id)).set(courses::deleted_at.eq(now)).execute(&mut conn).await?;
    Ok(())
}

/// Removes courses that were deleted before `before`, with their weeks and members. The documents stay their owners'.
pub async fn purge(mut conn: &Connection, before: DateTime<Utc>) -> Result<usize> {
    let purged =
        diesel::sql_query("DELETE FROM courses WHERE id IN (SELECT id FROM courses WHERE deleted_at < $1 LIMIT 50)");
    Ok(purged.bind::<Timestamptz, _>(before).execute(&mut conn).await?)
}
