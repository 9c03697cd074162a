//! Many sessions and flags at once, for those who may see them.

use std::collections::HashMap;

use super::model::{Allowance, Flag, Session};
use super::{flag_store, policy, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::courses::store as courses;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, CourseId, TutoringSessionId, WeekId};

/// The session, if the actor is its student or teaches its course.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn get(app: &App, actor: &Actor, id: TutoringSessionId) -> Result<Session> {
    sessions(app, actor, &[id]).await?.remove(&id).ok_or_else(|| Error::not_found("tutoring session"))
}

/// Those of the sessions that the actor may see, by id.
pub async fn sessions(
    app: &App,
    actor: &Actor,
    ids: &[TutoringSessionId],
) -> Result<HashMap<TutoringSessionId, Session>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|session| (session.id, session)).collect())
}

/// The sessions of those of these conversations that are one, as far as the actor may see them.
pub async fn of_conversations(
    app: &App,
    actor: &Actor,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Session>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let found = store::of_conversations(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().filter_map(|session| Some((session.conversation_id?, session))).collect())
}

/// The same page of the sessions about each of many weeks, as far as the actor may see them: all for those who teach, their
/// own for students.
pub async fn pages(
    app: &App,
    actor: &Actor,
    weeks: &[WeekId],
    page: &Page<TutoringSessionId>,
) -> Result<HashMap<WeekId, Slice<Session>>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let mut by_week: HashMap<WeekId, Vec<Session>> = HashMap::new();
    for session in store::pages(&*app.db.read().await?, reader, weeks, page).await? {
        if let Some(week) = session.week_id {
            by_week.entry(week).or_default().push(session);
        }
    }
    Ok(by_week.into_iter().map(|(week, rows)| (week, page.slice(rows))).collect())
}

/// How many sessions about each of these weeks the actor sees.
pub async fn counts(app: &App, actor: &Actor, weeks: &[WeekId]) -> Result<HashMap<WeekId, i64>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    store::counts(&*app.db.read().await?, reader, weeks).await
}

/// Which of one's own sessions to list; what is `None` does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    pub course: Option<CourseId>,
    /// Only those that go on, or only those that have ended.
    pub is_running: Option<bool>,
}

/// The actor's own sessions, newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn own(app: &App, actor: &Actor, filter: Filter, page: &Page<TutoringSessionId>) -> Result<Slice<Session>> {
    let student = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let conn = app.db.read().await?;
    Ok(page.slice(store::page_of_student(&conn, student, filter.course, filter.is_running, page).await?))
}

/// How many sessions [`own`] goes through.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn count_own(app: &App, actor: &Actor, filter: Filter) -> Result<i64> {
    let student = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    store::count_of_student(&*app.db.read().await?, student, filter.course, filter.is_running).await
}

/// What was held back in each of these sessions, the oldest first, as far as the actor may see them.
pub async fn flags(
    app: &App,
    actor: &Actor,
    ids: &[TutoringSessionId],
) -> Result<HashMap<TutoringSessionId, Vec<Flag>>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let mut by_session: HashMap<TutoringSessionId, Vec<Flag>> = HashMap::new();
    for flag in flag_store::of_sessions(&*app.db.read().await?, reader, ids).await? {
        by_session.entry(flag.session_id).or_default().push(flag);
    }
    Ok(by_session)
}

/// What the actor may still begin in each of these courses, of those that they are a student of.
pub async fn allowances(app: &App, actor: &Actor, ids: &[CourseId]) -> Result<HashMap<CourseId, Allowance>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let since = app.clock.now() - policy::WINDOW;
    let conn = app.db.read().await?;
    let (seen, mut starts) =
        futures::try_join!(courses::load(&conn, viewer, ids), store::starts(&conn, viewer, ids, since))?;
    let students = seen.into_iter().filter(|seen| !seen.role.is_staff()).map(|seen| seen.course);
    let mut allowances = HashMap::new();
    for course in students {
        let starts = starts.remove(&course.id).unwrap_or_default();
        allowances.insert(course.id, policy::allowance(course.tutoring_quota, &starts));
    }
    Ok(allowances)
}
