//! Teaching a course again: a copy of its weeks and readings, without its people.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::courses::{Create, insert, missing, new_course};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::courses::model::{CourseChange, CourseRole, NewWeek, Seen};
use crate::domain::courses::policy::{checked_start, require_professor, shift};
use crate::domain::courses::themes::store as themes;
use crate::domain::courses::{store, week_store};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::{CourseId, WeekId};

/// What is different about the copy.
#[derive(Debug, Clone)]
pub struct Copy {
    /// A code that no other course has.
    pub code: String,
    /// `None` for the same name.
    pub name: Option<String>,
    pub term: Option<String>,
    /// When the first of the weeks that have a time opens; the others keep their distance. `None` for no times at all.
    pub starts_at: Option<DateTime<Utc>>,
}

/// Copies a course: weeks, titles, themes and readings, and what holds for tutoring sessions. Members, invitations and codes stay behind.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown course, FORBIDDEN for all but its professor and for whoever may make no courses,
/// BAD_USER_INPUT with the fields at fault, CONFLICT when another course has the code.
pub async fn copy(app: &App, actor: &Actor, id: CourseId, copy: Copy) -> Result<Seen> {
    let owner = actor.require_may(Permission::CreateCourses)?.user.id;
    actor.require_may(Permission::ManageOwnCourses)?;
    require_verified(app, actor)?;
    let starts_at = checked_start(copy.starts_at)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let Seen { course: original, role } = store::lock(conn, owner, id).await?.ok_or_else(missing)?;
        require_professor(role)?;
        let new = new_course(
            app,
            actor,
            Create {
                code: copy.code,
                name: copy.name.unwrap_or(original.name),
                professor_name: Some(original.professor_name),
                description: Some(original.description),
                term: copy.term,
                enrolment: Some(original.enrolment),
                shows_members: original.shows_members,
            },
        )?;
        let course = insert(conn, &new, owner).await?;
        let tutoring = CourseChange {
            tutoring_quota: Some(original.tutoring_quota),
            tutoring_seconds: Some(original.tutoring_seconds),
            tutoring_retention_days: Some(original.tutoring_retention_days),
            tutoring_recording_days: Some(original.tutoring_recording_days),
            ..CourseChange::default()
        };
        let course = store::change(conn, course.id, &tutoring, new.created_at).await?;
        let weeks = week_store::all(conn, id).await?;
        let by = shift(&weeks, starts_at);
        let moved = |time: Option<DateTime<Utc>>| by.zip(time).map(|(by, time)| time + by);
        let mut rows = Vec::with_capacity(weeks.len());
        for week in &weeks {
            rows.push(NewWeek {
                id: WeekId::generate(new.created_at),
                course_id: course.id,
                number: week.number,
                title: week.title.clone(),
                opens_at: moved(week.opens_at),
                closes_at: moved(week.closes_at),
                created_at: new.created_at,
                updated_at: new.created_at,
            });
        }
        week_store::insert(conn, &rows).await?;
        for (week, row) in weeks.iter().zip(&rows) {
            week_store::copy_readings(conn, week.id, row.id).await?;
            themes::copy(conn, week.id, row.id, new.created_at).await?;
        }
        let after = json!({ "code": course.code, "from": id, "weeks": rows.len() });
        audit::record(conn, new.created_at, actor, Entry::new(Action::CourseCopied).on(course.id).after(after)).await?;
        Ok(Seen { course, role: CourseRole::Professor })
    })
    .await
}
