//! Statements about weeks and what is read in them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{CourseRole, NewWeek, Week, WeekChange};
use super::store::seen_by;
use crate::db::pool::Connection;
use crate::db::schema::{course_members, courses, documents, week_documents, weeks};
use crate::domain::documents::model::Document;
use crate::domain::documents::visibility::{in_open_week, owned_by, visible_to};
use crate::error::Result;
use crate::ids::{CourseId, DocumentId, UserId, WeekId};

/// Those of `ids` in courses that `viewer` is a member of, with what they are there, in no order.
pub async fn load(mut conn: &Connection, viewer: UserId, ids: &[WeekId]) -> Result<Vec<(Week, CourseRole)>> {
    let visible = weeks::table.inner_join(courses::table.inner_join(course_members::table));
    let visible = visible.filter(weeks::id.eq_any(ids)).filter(seen_by(viewer));
    Ok(visible.select((Week::as_select(), course_members::role)).load(&mut conn).await?)
}

/// The weeks of those of `courses` that `viewer` is a member of, in the order of their numbers.
pub async fn of_courses(mut conn: &Connection, viewer: UserId, ids: &[CourseId]) -> Result<Vec<(Week, CourseRole)>> {
    let visible = weeks::table.inner_join(courses::table.inner_join(course_members::table));
    let visible = visible.filter(weeks::course_id.eq_any(ids)).filter(seen_by(viewer));
    let visible = visible.order((weeks::course_id, weeks::number));
    Ok(visible.select((Week::as_select(), course_members::role)).load(&mut conn).await?)
}

/// What is read in those of these weeks that `viewer` may read in, in the order of adding.
pub async fn readings(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    ids: &[WeekId],
) -> Result<Vec<(WeekId, Document)>> {
    let read = week_documents::table
        .inner_join(documents::table)
        .filter(week_documents::week_id.eq_any(ids))
        .filter(in_open_week(viewer, now))
        .filter(visible_to(viewer, now))
        .order((week_documents::attached_at, week_documents::document_id))
        .select((week_documents::week_id, Document::as_select()));
    Ok(read.load(&mut conn).await?)
}

/// Ids of what `viewer` may read in a course, or in one week of it; each once.
pub async fn reading_ids(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    course: CourseId,
    week: Option<WeekId>,
) -> Result<Vec<DocumentId>> {
    let mut read = week_documents::table
        .inner_join(weeks::table)
        .inner_join(documents::table)
        .filter(weeks::course_id.eq(course))
        .filter(in_open_week(viewer, now))
        .filter(visible_to(viewer, now))
        .select(week_documents::document_id)
        .distinct()
        .into_boxed();
    if let Some(week) = week {
        read = read.filter(weeks::id.eq(week));
    }
    Ok(read.load(&mut conn).await?)
}

/// The weeks in which these documents are read, of those that `viewer` may read in, the oldest first.
pub async fn of_documents(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    ids: &[DocumentId],
) -> Result<Vec<(DocumentId, Week, CourseRole)>> {
    let visible = week_documents::table
        .inner_join(weeks::table.inner_join(courses::table.inner_join(course_members::table)))
        .filter(week_documents::document_id.eq_any(ids))
        .filter(seen_by(viewer))
        .filter(in_open_week(viewer, now))
        .order(weeks::id)
        .select((week_documents::document_id, Week::as_select(), course_members::role));
    Ok(visible.load(&mut conn).await?)
}

/// The week of a course that was locked.
pub async fn find(mut conn: &Connection, course: CourseId, id: WeekId) -> Result<Option<Week>> {
    let found = weeks::table.find(id).filter(weeks::course_id.eq(course));
    Ok(found.select(Week::as_select()).first(&mut conn).await.optional()?)
}

/// The weeks of a course that was locked, in the order of their numbers.
pub async fn all(mut conn: &Connection, course: CourseId) -> Result<Vec<Week>> {
    let all = weeks::table.filter(weeks::course_id.eq(course)).order(weeks::number);
    Ok(all.select(Week::as_select()).load(&mut conn).await?)
}

/// Whether a course that was locked has a week of that number.
pub async fn has_number(mut conn: &Connection, course: CourseId, number: i32) -> Result<bool> {
    let taken = weeks::table.filter(weeks::course_id.eq(course)).filter(weeks::number.eq(number));
    Ok(diesel::select(diesel::dsl::exists(taken)).get_result(&mut conn).await?)
}

pub async fn insert(mut conn: &Connection, new: &[NewWeek]) -> Result<()> {
    diesel::insert_into(weeks::table).values(new).execute(&mut conn).await?;
    Ok(())
}

pub async fn change(mut conn: &Connection, id: WeekId, change: &WeekChange, now: DateTime<Utc>) -> Result<Week> {
    let changed =
        diesel::update(weeks::table.find(id)).set((change, weeks::updated_at.eq(now))).returning(Week::as_returning());
    Ok(changed.get_result(&mut conn).await?)
}

/// Moves a week of a course that was locked from one place to another, which is taken; those between move up or down.
pub async fn move_to(mut conn: &Connection, week: &Week, number: i32, now: DateTime<Utc>) -> Result<()> {
    diesel::sql_query(
        "UPDATE weeks SET updated_at = $5, number = CASE WHEN id = $2 THEN $4 WHEN $3 < $4 THEN number - 1 ELSE number + 1 END \
         WHERE course_id = $1 AND number BETWEEN least($3, $4) AND greatest($3, $4)",
    )
    .bind::<SqlUuid, _>(week.course_id)
    .bind::<SqlUuid, _>(week.id)
    .bind::<Integer, _>(week.number)
    .bind::<Integer, _>(number)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Moves a week to a place that nothing has.
pub async fn set_number(mut conn: &Connection, id: WeekId, number: i32) -> Result<()> {
    diesel::update(weeks::table.find(id)).set(weeks::number.eq(number)).execute(&mut conn).await?;
    Ok(())
}

pub async fn remove(mut conn: &Connection, id: WeekId) -> Result<()> {
    diesel::delete(weeks::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// Those of `ids` that `owner` owns, and those that are read in the course already.
pub async fn usable(
    mut conn: &Connection,
    owner: UserId,
    course: CourseId,
    ids: &[DocumentId],
) -> Result<Vec<DocumentId>> {
    let of_course = week_documents::table
        .inner_join(weeks::table)
        .filter(weeks::course_id.eq(course))
        .select(week_documents::document_id);
    let usable = documents::table
        .filter(documents::id.eq_any(ids))
        .filter(owned_by(owner).or(documents::deleted_at.is_null().and(documents::id.eq_any(of_course))));
    Ok(usable.select(documents::id).load(&mut conn).await?)
}

/// How many documents are read in a week.
pub async fn count_readings(mut conn: &Connection, id: WeekId) -> Result<i64> {
    let read = week_documents::table.inner_join(documents::table).filter(week_documents::week_id.eq(id));
    Ok(read.filter(documents::deleted_at.is_null()).count().get_result(&mut conn).await?)
}

/// Adds readings to a week; those that are there stay as they are. Says how many are new.
pub async fn add_readings(
    mut conn: &Connection,
    id: WeekId,
    documents: &[DocumentId],
    now: DateTime<Utc>,
) -> Result<usize> {
    let rows: Vec<_> = documents
        .iter()
        .map(|document| {
            (
                week_documents::week_id.eq(id),
                week_documents::document_id.eq(*document),
                week_documents::attached_at.eq(now),
            )
        })
        .collect();
    let added = diesel::insert_into(week_documents::table).values(rows).on_conflict_do_nothing();
    Ok(added.execute(&mut conn).await?)
}

/// Takes a reading out of a week; false when it was not there.
pub async fn remove_reading(mut conn: &Connection, id: WeekId, document: DocumentId) -> Result<bool> {
    Ok(diesel::delete(week_documents::table.find((id, document))).execute(&mut conn).await? == 1)
}

/// Gives week `to` what is read in week `from`, in the same order; what is deleted is left out.
pub async fn copy_readings(mut conn: &Connection, from: WeekId, to: WeekId) -> Result<usize> {
    let copied = diesel::sql_query(
        "INSERT INTO week_documents (week_id, document_id, attached_at) \
         SELECT $2, r.document_id, r.attached_at FROM week_documents r JOIN documents d ON d.id = r.document_id \
         WHERE r.week_id = $1 AND d.deleted_at IS NULL",
    );
    Ok(copied.bind::<SqlUuid, _>(from).bind::<SqlUuid, _>(to).execute(&mut conn).await?)
}
