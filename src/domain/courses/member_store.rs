//! Statements about who takes part in courses.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{CourseRole, Member};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::course_members;
use crate::error::Result;
use crate::ids::{CourseId, CourseMemberId, UserId};

/// The members `m`, people `u`, of courses `k` that the person `$1` is a member `v` of, as far as they see them: whoever
/// teaches sees all, a student those who teach, themselves, and the others where the course says so.
const SEEN: &str = "course_members m JOIN users u ON u.id = m.user_id AND u.deleted_at IS NULL \
     JOIN courses k ON k.id = m.course_id AND k.deleted_at IS NULL \
     JOIN course_members v ON v.course_id = m.course_id AND v.user_id = $1 \
     AND (v.role <> 'STUDENT' OR m.role <> 'STUDENT' OR m.user_id = v.user_id OR k.shows_members)";

/// What is shown of a member; addresses only to those who teach, and one's own.
const COLUMNS: &str = "m.id, m.course_id, m.user_id, m.role, m.created_at, coalesce(u.full_name, u.username) AS name, \
     CASE WHEN v.role <> 'STUDENT' OR m.user_id = v.user_id THEN u.email END AS email";

/// The same page of the members of each of many courses, in the order of joining and of the fetch; one row more each than
/// asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    viewer: UserId,
    courses: &[CourseId],
    role: Option<CourseRole>,
    page: &Page<CourseMemberId>,
) -> Result<Vec<Member>> {
    let (beside, order) = if page.is_backward() { ("<", "DESC") } else { (">", "ASC") };
    let rows = diesel::sql_query(format!(
        "SELECT p.* FROM unnest($2) AS c (id) CROSS JOIN LATERAL (SELECT {COLUMNS} FROM {SEEN} WHERE m.course_id = c.id \
         AND ($3 IS NULL OR m.role = $3) AND ($4 IS NULL OR m.id {beside} $4) ORDER BY m.id {order} LIMIT $5) p \
         ORDER BY p.course_id, p.id {order}"
    ))
    .bind::<SqlUuid, _>(viewer)
    .bind::<Array<SqlUuid>, _>(courses)
    .bind::<Nullable<Text>, _>(role)
    .bind::<Nullable<SqlUuid>, _>(page.cursor)
    .bind::<BigInt, _>(page.limit());
    Ok(rows.load(&mut conn).await?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = SqlUuid)]
    course_id: CourseId,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many members [`pages`] goes through, by course.
pub async fn counts(
    mut conn: &Connection,
    viewer: UserId,
    courses: &[CourseId],
    role: Option<CourseRole>,
) -> Result<HashMap<CourseId, i64>> {
    let rows: Vec<Count> = diesel::sql_query(format!(
        "SELECT m.course_id, count(*) AS count FROM {SEEN} WHERE m.course_id = ANY ($2) AND ($3 IS NULL OR m.role = $3) \
         GROUP BY m.course_id"
    ))
    .bind::<SqlUuid, _>(viewer)
    .bind::<Array<SqlUuid>, _>(courses)
    .bind::<Nullable<Text>, _>(role)
    .load(&mut conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.course_id, row.count)).collect())
}

/// A member of a course, as `viewer` sees them.
pub async fn find(
    mut conn: &Connection,
    viewer: UserId,
    course: CourseId,
    id: CourseMemberId,
) -> Result<Option<Member>> {
    let found = diesel::sql_query(format!("SELECT {COLUMNS} FROM {SEEN} WHERE m.course_id = $2 AND m.id = $3"))
        .bind::<SqlUuid, _>(viewer)
        .bind::<SqlUuid, _>(course)
        .bind::<SqlUuid, _>(id);
    Ok(found.get_result(&mut conn).await.optional()?)
}

/// What somebody is in a course that was locked.
pub async fn role_of(
    mut conn: &Connection,
    course: CourseId,
    user: UserId,
) -> Result<Option<(CourseMemberId, CourseRole)>> {
    let found = course_members::table
        .filter(course_members::course_id.eq(course))
        .filter(course_members::user_id.eq(user))
        .select((course_members::id, course_members::role));
    Ok(found.first(&mut conn).await.optional()?)
}

/// What somebody is in a course. Whoever else locks that waits until the transaction ends; others in the course do not.
pub async fn lock_role(mut conn: &Connection, course: CourseId, user: UserId) -> Result<Option<CourseRole>> {
    let locked = course_members::table
        .filter(course_members::course_id.eq(course))
        .filter(course_members::user_id.eq(user))
        .select(course_members::role)
        .for_no_key_update();
    Ok(locked.first(&mut conn).await.optional()?)
}

/// Makes somebody a member of a course that was locked; false when they are one already, and stay what they are.
pub async fn insert(
    mut conn: &Connection,
    course: CourseId,
    user: UserId,
    role: CourseRole,
    now: DateTime<Utc>,
) -> Result<bool> {
    let inserted = diesel::insert_into(course_members::table)
        .values((
            course_members::id.eq(CourseMemberId::generate(now)),
            course_members::course_id.eq(course),
            course_members::user_id.eq(user),
            course_members::role.eq(role),
            course_members::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut conn)
        .await?;
    Ok(inserted == 1)
}

pub async fn set_role(mut conn: &Connection, id: CourseMemberId, role: CourseRole) -> Result<()> {
    diesel::update(course_members::table.find(id)).set(course_members::role.eq(role)).execute(&mut conn).await?;
    Ok(())
}

pub async fn remove(mut conn: &Connection, id: CourseMemberId) -> Result<()> {
    diesel::delete(course_members::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
