//! Courses: finding, making, changing and deleting them.

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::courses::model::{Course, CourseChange, CourseFilter, CourseRole, Enrolment, NewCourse, Seen, Week};
use crate::domain::courses::policy::{checked_course, code, require_professor, require_staff};
use crate::domain::courses::tutoring::model::Fate;
use crate::domain::courses::tutoring::removal;
use crate::domain::courses::{member_store, store, week_store};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{CourseId, UserId, WeekId};

/// A course to be made.
#[derive(Debug, Clone)]
pub struct Create {
    pub code: String,
    pub name: String,
    /// `None` for the actor's own name.
    pub professor_name: Option<String>,
    pub description: Option<String>,
    pub term: Option<String>,
    /// `None` for by invitation.
    pub enrolment: Option<Enrolment>,
    pub shows_members: bool,
}

/// The course, if the actor is a member.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn get(app: &App, actor: &Actor, id: CourseId) -> Result<Seen> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    store::find(&*app.db.read().await?, viewer, id).await?.ok_or_else(missing)
}

/// As [`get`], by the code in any case.
///
/// # Errors
/// As [`get`].
pub async fn get_by_code(app: &App, actor: &Actor, text: &str) -> Result<Seen> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    store::find_by_code(&*app.db.read().await?, viewer, &code(text)).await?.ok_or_else(missing)
}

/// The courses that the actor teaches and attends, newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn list(app: &App, actor: &Actor, filter: &CourseFilter, page: &Page<CourseId>) -> Result<Slice<Seen>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    Ok(page.slice(store::page(&*app.db.read().await?, viewer, &cleaned(filter), page).await?))
}

/// How many courses [`list`] goes through.
///
/// # Errors
/// As [`list`].
pub async fn count(app: &App, actor: &Actor, filter: &CourseFilter) -> Result<i64> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    store::count(&*app.db.read().await?, viewer, &cleaned(filter)).await
}

/// Postgres takes no NUL in a text, and no column has one: a replacement finds as little.
fn cleaned(filter: &CourseFilter) -> CourseFilter {
    CourseFilter { term: filter.term.as_ref().map(|term| term.replace('\0', "\u{FFFD}")), ..filter.clone() }
}

/// Makes a course, of which the actor is the professor.
///
/// # Errors
/// FORBIDDEN for whoever may make none, BAD_USER_INPUT with the fields at fault, CONFLICT when another has the code.
pub async fn create(app: &App, actor: &Actor, create: Create) -> Result<Seen> {
    let owner = actor.require_may(Permission::CreateCourses)?.user.id;
    require_verified(app, actor)?;
    let new = new_course(app, actor, create)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let course = insert(conn, &new, owner).await?;
        let after = json!({ "code": course.code, "name": course.name });
        audit::record(conn, new.created_at, actor, Entry::new(Action::CourseCreated).on(course.id).after(after))
            .await?;
        Ok(Seen { course, role: CourseRole::Professor })
    })
    .await
}

/// The row of a course that the actor makes.
pub(super) fn new_course(app: &App, actor: &Actor, create: Create) -> Result<NewCourse> {
    let user = &actor.require_may(Permission::CreateCourses)?.user;
    let own_name = || user.full_name.clone().or_else(|| user.username.clone()).unwrap_or_default();
    let checked = checked_course(CourseChange {
        code: Some(create.code),
        name: Some(create.name),
        professor_name: Some(create.professor_name.unwrap_or_else(own_name)),
        description: Some(create.description.unwrap_or_default()),
        term: Some(create.term),
        ..CourseChange::default()
    })?;
    let now = app.clock.now();
    Ok(NewCourse {
        id: CourseId::generate(now),
        code: checked.code.unwrap_or_default(),
        name: checked.name.unwrap_or_default(),
        professor_name: checked.professor_name.unwrap_or_default(),
        description: checked.description.unwrap_or_default(),
        term: checked.term.flatten(),
        enrolment: create.enrolment.unwrap_or(Enrolment::Invitation),
        shows_members: create.shows_members,
        created_at: now,
        updated_at: now,
    })
}

/// Stores a course with its professor.
pub(super) async fn insert(conn: &Connection, new: &NewCourse, owner: UserId) -> Result<Course> {
    let course = store::insert(conn, new).await?;
    member_store::insert(conn, course.id, owner, CourseRole::Professor, new.created_at).await?;
    Ok(course)
}

/// Changes a course. Only its professor puts it away, or takes it out again.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, FORBIDDEN for students, BAD_USER_INPUT with the fields at fault, CONFLICT when
/// another has the code.
pub async fn update(
    app: &App,
    actor: &Actor,
    id: CourseId,
    change: CourseChange,
    is_archived: Option<bool>,
) -> Result<Seen> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let change = checked_course(change)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let Seen { course: before, role } = store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
        require_staff(role)?;
        let now = app.clock.now();
        let archived_at = match is_archived {
            Some(archive) if archive != before.archived_at.is_some() => {
                require_professor(role)?;
                Some(archive.then_some(now))
            }
            _ => None,
        };
        let course = store::change(conn, id, &CourseChange { archived_at, ..change }, now).await?;
        let (before, after) = differences(&described(&before), &described(&course));
        if !after.is_empty() {
            let entry = Entry::new(Action::CourseUpdated).on(id).before(before.into()).after(after.into());
            audit::record(conn, now, actor, entry).await?;
        }
        Ok(Seen { course, role })
    })
    .await
}

/// What the trail says of a course.
fn described(course: &Course) -> Map<String, Value> {
    let fields = [
        ("code", json!(course.code)),
        ("name", json!(course.name)),
        ("professorName", json!(course.professor_name)),
        ("description", json!(course.description)),
        ("term", json!(course.term)),
        ("enrolment", json!(course.enrolment.as_str())),
        ("showsMembers", json!(course.shows_members)),
        ("isArchived", json!(course.archived_at.is_some())),
        ("tutoringQuota", json!(course.tutoring_quota)),
        ("tutoringSeconds", json!(course.tutoring_seconds)),
        ("tutoringRetentionDays", json!(course.tutoring_retention_days)),
        ("tutoringRecordingDays", json!(course.tutoring_recording_days)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The fields that are not the same, as they were and as they are.
pub(super) fn differences(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    let changed = || after.iter().filter(|(name, value)| before.get(*name) != Some(value)).map(|(name, _)| name);
    let of = |fields: &Map<String, Value>| {
        changed().map(|name| (name.clone(), fields.get(name).cloned().unwrap_or_default())).collect()
    };
    (of(before), of(after))
}

/// Makes a course vanish at once for all its members, and with it their right to its readings; a job purges it 30 days
/// later. The documents stay their owners'. What becomes of its tutoring sessions is said with it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, FORBIDDEN for all but its professor, CONFLICT when it has sessions and nothing was
/// said about them.
pub async fn delete(app: &App, actor: &Actor, id: CourseId, sessions: Option<Fate>) -> Result<()> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let seen = store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
        require_professor(seen.role)?;
        let now = app.clock.now();
        removal::settle_fate(app, conn, id, None, sessions).await?;
        store::soft_delete(conn, id, now).await?;
        audit::record(conn, now, actor, Entry::new(Action::CourseDeleted).on(id)).await
    })
    .await
}

/// The course, locked, for somebody who teaches it.
pub(super) async fn lock_to_teach(conn: &Connection, viewer: UserId, id: CourseId) -> Result<Seen> {
    let seen = store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
    require_staff(seen.role)?;
    Ok(seen)
}

/// A week with its course, locked, for somebody who teaches it.
pub(super) async fn lock_week(conn: &Connection, viewer: UserId, id: WeekId) -> Result<(Seen, Week)> {
    let (week, _) = week_store::load(conn, viewer, &[id]).await?.pop().ok_or_else(missing_week)?;
    let seen = lock_to_teach(conn, viewer, week.course_id).await?;
    // Once more: it may have gone, or moved, before the lock was there.
    let week = week_store::find(conn, week.course_id, id).await?.ok_or_else(missing_week)?;
    Ok((seen, week))
}

pub(crate) fn missing() -> Error {
    Error::not_found("course")
}

pub(crate) fn missing_week() -> Error {
    Error::not_found("week")
}
