//! A session is begun.

use rand::seq::IndexedRandom as _;

use super::jobs::EndSession;
use super::model::{EndReason, NewSession, Session};
use super::{ending, policy, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::conversations::conducted;
use crate::domain::courses::actions::courses::{missing, missing_week};
use crate::domain::courses::model::{CourseRole, Week};
use crate::domain::courses::policy::is_open;
use crate::domain::courses::themes::model::Theme;
use crate::domain::courses::themes::store as themes;
use crate::domain::courses::{member_store, store as courses, week_store};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{ThemeId, TutoringSessionId, UserId, WeekId};
use crate::jobs::queue;

/// A session to begin.
#[derive(Debug, Clone)]
pub struct Start {
    pub week: WeekId,
    /// `None` for any of the week.
    pub theme: Option<ThemeId>,
    /// In the words of the provider of voices; `None` for a session in writing.
    pub voice: Option<String>,
    /// Whether the student agrees that a recording is kept.
    pub consents_to_recording: bool,
}

/// Begins a session about a week, with the tutor's first question. Of starts at the same time no more succeed than the
/// quota has room for. Those who teach try it out as often as they like.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown week or theme, CONFLICT for a week that is not open or has nothing to read yet and
/// while the student has a session that goes on, `QUOTA_EXCEEDED` with when one more may be begun, FORBIDDEN in a course
/// that has none, BAD_USER_INPUT for the voice.
pub async fn start(app: &App, actor: &Actor, start: Start) -> Result<Session> {
    let viewer = actor.require_may(Permission::UseAssistant)?.user.id;
    actor.require_may(Permission::ReadOwnCourses)?;
    require_verified(app, actor)?;
    let voice = policy::checked_voice(start.voice)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let now = app.clock.now();
        let (week, _) = week_store::load(conn, viewer, &[start.week]).await?.pop().ok_or_else(missing_week)?;
        let role = member_store::lock_role(conn, week.course_id, viewer).await?.ok_or_else(missing_week)?;
        let course = courses::find(conn, viewer, week.course_id).await?.ok_or_else(missing)?.course;
        require_ready(app, conn, viewer, &week, role).await?;
        if let Some(running) = store::lock_running(conn, viewer).await? {
            if running.goes_on(now) {
                return Err(Error::conflict("You have a session that goes on. End it first, or go on with it."));
            }
            ending::end(app, conn, &running, EndReason::Time).await?;
        }
        if role == CourseRole::Student {
            let mut starts = store::starts(conn, viewer, &[course.id], now - policy::WINDOW).await?;
            policy::require_allowance(course.tutoring_quota, &starts.remove(&course.id).unwrap_or_default())?;
        }
        let theme = theme(app, conn, viewer, &week, start.theme).await?;
        let title = theme.as_ref().map(|theme| theme.title.as_str());
        let question = policy::opening(title, theme.as_ref().and_then(|theme| theme.question.as_deref()));
        let conversation = conducted::begin(app, conn, viewer, title.unwrap_or(&course.name), &question).await?;
        let closes_at = week.closes_at.filter(|_| role == CourseRole::Student);
        let new = NewSession {
            id: TutoringSessionId::generate(now),
            student_id: viewer,
            course_id: course.id,
            week_id: week.id,
            theme_id: theme.as_ref().map(|theme| theme.id),
            conversation_id: conversation.id,
            is_trial: role.is_staff(),
            course_name: course.name,
            week_number: week.number,
            week_title: week.title,
            theme: theme.map(|theme| theme.title),
            question,
            voice: voice.clone(),
            started_at: now,
            expires_at: policy::expires_at(now, course.tutoring_seconds, closes_at),
            recording_consented_at: start.consents_to_recording.then_some(now),
        };
        store::insert(conn, &new).await?;
        let left = (new.expires_at - now).to_std().map_err(Error::internal)?;
        queue::enqueue_in::<App, _>(conn, &app.clock, &EndSession { session: new.id }, left).await?;
        metrics::counter!("elenchus_tutoring_sessions_total").increment(1);
        store::find(conn, new.id).await?.ok_or_else(|| Error::internal("a session that was just stored"))
    })
    .await
}

/// Refuses a week that is not open, or of which nothing can be read yet.
async fn require_ready(app: &App, conn: &Connection, viewer: UserId, week: &Week, role: CourseRole) -> Result<()> {
    let now = app.clock.now();
    if !role.is_staff() && !is_open(week.opens_at, week.closes_at, now) {
        return Err(Error::conflict("This week is not open.").with_field("input.weekId"));
    }
    let readings = week_store::reading_ids(conn, viewer, now, week.course_id, Some(week.id)).await?;
    if readings.is_empty() || themes::tokens(conn, week.id).await? == 0 {
        let problem = "There is nothing to read in this week yet.";
        return Err(Error::conflict(problem).with_field("input.weekId"));
    }
    Ok(())
}

/// The theme that was asked for, or any of the week; `None` for a week without.
async fn theme(
    app: &App,
    conn: &Connection,
    viewer: UserId,
    week: &Week,
    asked: Option<ThemeId>,
) -> Result<Option<Theme>> {
    let of_week = themes::load(conn, viewer, app.clock.now(), &[week.id]).await?;
    match asked {
        Some(id) => {
            let found = of_week.into_iter().find(|theme| theme.id == id);
            found.map(Some).ok_or_else(|| Error::not_found("theme").with_field("input.themeId"))
        }
        None => Ok(of_week.choose(&mut rand::rng()).cloned()),
    }
}
