//! Reading courses, weeks and members by key: what loaders batch.

use std::collections::HashMap;

use super::model::{CourseRole, Member, Seen, Week};
use super::themes::model::{Extraction, Theme, ThemeSpan};
use super::themes::store as themes;
use super::{member_store, policy, store, week_store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::documents::model::Document;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{CourseId, CourseMemberId, DocumentId, ThemeId, WeekId};

/// Those of the courses that the actor is a member of, by id.
pub async fn courses(app: &App, actor: &Actor, ids: &[CourseId]) -> Result<HashMap<CourseId, Seen>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let found = store::load(&*app.db.read().await?, viewer, ids).await?;
    Ok(found.into_iter().map(|seen| (seen.course.id, seen)).collect())
}

/// Those of the weeks that are of the actor's courses, as far as they see them, by id.
pub async fn weeks(app: &App, actor: &Actor, ids: &[WeekId]) -> Result<HashMap<WeekId, Week>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let now = app.clock.now();
    let found = week_store::load(&*app.db.read().await?, viewer, ids).await?;
    Ok(found.into_iter().map(|(week, role)| (week.id, policy::shown(week, role, now))).collect())
}

/// The weeks of each of these courses, in the order of their numbers.
pub async fn weeks_of_courses(app: &App, actor: &Actor, ids: &[CourseId]) -> Result<HashMap<CourseId, Vec<Week>>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let now = app.clock.now();
    let mut by_course: HashMap<CourseId, Vec<Week>> = HashMap::new();
    for (week, role) in week_store::of_courses(&*app.db.read().await?, viewer, ids).await? {
        by_course.entry(week.course_id).or_default().push(policy::shown(week, role, now));
    }
    Ok(by_course)
}

/// What the actor may read in each of these weeks, in the order of adding.
pub async fn readings(app: &App, actor: &Actor, ids: &[WeekId]) -> Result<HashMap<WeekId, Vec<Document>>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    actor.require_may(Permission::ReadOwnDocuments)?;
    let mut by_week: HashMap<WeekId, Vec<Document>> = HashMap::new();
    for (week, document) in week_store::readings(&*app.db.read().await?, viewer, app.clock.now(), ids).await? {
        by_week.entry(week).or_default().push(document);
    }
    Ok(by_week)
}

/// The themes of each of these weeks, as far as the actor sees them, in their order.
pub async fn themes(app: &App, actor: &Actor, ids: &[WeekId]) -> Result<HashMap<WeekId, Vec<Theme>>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let mut by_week: HashMap<WeekId, Vec<Theme>> = HashMap::new();
    for theme in themes::load(&*app.db.read().await?, viewer, app.clock.now(), ids).await? {
        by_week.entry(theme.week_id).or_default().push(theme);
    }
    Ok(by_week)
}

/// Where each of these themes is found, as far as the actor may read there.
pub async fn theme_spans(app: &App, actor: &Actor, ids: &[ThemeId]) -> Result<HashMap<ThemeId, Vec<ThemeSpan>>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    actor.require_may(Permission::ReadOwnDocuments)?;
    let mut by_theme: HashMap<ThemeId, Vec<ThemeSpan>> = HashMap::new();
    for span in themes::spans(&*app.db.read().await?, viewer, app.clock.now(), ids).await? {
        by_theme.entry(span.theme_id).or_default().push(span);
    }
    Ok(by_theme)
}

/// The newest extraction of each of these weeks, of those that the actor teaches.
pub async fn extractions(app: &App, actor: &Actor, ids: &[WeekId]) -> Result<HashMap<WeekId, Extraction>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let found = themes::extractions(&*app.db.read().await?, viewer, ids).await?;
    Ok(found.into_iter().map(|extraction| (extraction.week_id, extraction)).collect())
}

/// The weeks in which each of these documents is read, of those that the actor may read in.
pub async fn weeks_of_documents(
    app: &App,
    actor: &Actor,
    ids: &[DocumentId],
) -> Result<HashMap<DocumentId, Vec<Week>>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let now = app.clock.now();
    let mut by_document: HashMap<DocumentId, Vec<Week>> = HashMap::new();
    for (document, week, role) in week_store::of_documents(&*app.db.read().await?, viewer, now, ids).await? {
        by_document.entry(document).or_default().push(policy::shown(week, role, now));
    }
    Ok(by_document)
}

/// The same page of the members of each of many courses, as far as the actor sees them.
pub async fn member_pages(
    app: &App,
    actor: &Actor,
    ids: &[CourseId],
    role: Option<CourseRole>,
    page: &Page<CourseMemberId>,
) -> Result<HashMap<CourseId, Slice<Member>>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let rows = member_store::pages(&*app.db.read().await?, viewer, ids, role, page).await?;
    let mut by_course: HashMap<CourseId, Vec<Member>> = HashMap::new();
    for row in rows {
        by_course.entry(row.course_id).or_default().push(row);
    }
    Ok(by_course.into_iter().map(|(id, rows)| (id, page.slice(rows))).collect())
}

/// How many members of each of these courses the actor sees.
pub async fn member_counts(
    app: &App,
    actor: &Actor,
    ids: &[CourseId],
    role: Option<CourseRole>,
) -> Result<HashMap<CourseId, i64>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    member_store::counts(&*app.db.read().await?, viewer, ids, role).await
}

/// What a search of a course, or of a week, looks at: the readings that are open to the actor.
///
/// # Errors
/// `NOT_FOUND` for a course or a week that the actor does not see.
pub async fn scope(
    app: &App,
    actor: &Actor,
    course: Option<CourseId>,
    week: Option<WeekId>,
) -> Result<Option<Vec<DocumentId>>> {
    let viewer = match (course, week) {
        (None, None) => return Ok(None),
        _ => actor.require_may(Permission::ReadOwnCourses)?.user.id,
    };
    let conn = app.db.read().await?;
    let of_week = match week {
        Some(week) => {
            let mut found = week_store::load(&conn, viewer, &[week]).await?;
            let (week, _) = found.pop().ok_or_else(|| Error::not_found("week").with_field("scope.weekId"))?;
            Some(week)
        }
        None => None,
    };
    if let Some(course) = course {
        let seen = store::find(&conn, viewer, course).await?;
        seen.ok_or_else(|| Error::not_found("course").with_field("scope.courseId"))?;
    }
    let within = match (course, &of_week) {
        // A week of another course: there is nothing that is in both.
        (Some(course), Some(week)) if week.course_id != course => return Ok(Some(Vec::new())),
        (Some(course), _) => course,
        (None, Some(week)) => week.course_id,
        (None, None) => return Ok(None),
    };
    let week = of_week.map(|week| week.id);
    Ok(Some(week_store::reading_ids(&conn, viewer, app.clock.now(), within, week).await?))
}
