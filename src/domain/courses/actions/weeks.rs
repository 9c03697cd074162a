//! Weeks: adding, changing, moving and deleting them.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::courses::{differences, lock_to_teach, lock_week, missing_week};
use super::readings::add_in;
use super::themes;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::courses::model::{NewWeek, Seen, Week, WeekChange};
use crate::domain::courses::policy::{checked_number, checked_week};
use crate::domain::courses::themes::store as theme_store;
use crate::domain::courses::tutoring::model::Fate;
use crate::domain::courses::tutoring::removal;
use crate::domain::courses::week_store;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{CourseId, DocumentId, WeekId};

/// A week to be added.
#[derive(Debug, Clone, Default)]
pub struct Add {
    /// A place that no other week has.
    pub number: i32,
    pub title: Option<String>,
    pub themes: Vec<String>,
    pub opens_at: Option<DateTime<Utc>>,
    pub closes_at: Option<DateTime<Utc>>,
    /// What is read in it.
    pub documents: Vec<DocumentId>,
}

/// Adds a week to a course.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown course and for documents that are neither the actor's nor the course's, FORBIDDEN
/// for students, BAD_USER_INPUT with the fields at fault, CONFLICT when the course has a week of that number.
pub async fn add(app: &App, actor: &Actor, course: CourseId, add: Add) -> Result<Week> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let number = checked_number(add.number)?;
    let change = WeekChange { title: Some(add.title), opens_at: Some(add.opens_at), closes_at: Some(add.closes_at) };
    let (checked, titles) = checked_week(change, Some(add.themes), (None, None))?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        lock_to_teach(conn, viewer, course).await?;
        if week_store::has_number(conn, course, number).await? {
            return Err(Error::conflict("The course has a week of this number already.").with_field("input.number"));
        }
        let now = app.clock.now();
        let new = NewWeek {
            id: WeekId::generate(now),
            course_id: course,
            number,
            title: checked.title.flatten(),
            opens_at: checked.opens_at.flatten(),
            closes_at: checked.closes_at.flatten(),
            created_at: now,
            updated_at: now,
        };
        week_store::insert(conn, std::slice::from_ref(&new)).await?;
        let week = week_store::find(conn, course, new.id).await?.ok_or_else(missing_week)?;
        let entry = Entry::new(Action::WeekAdded).on(week.id).after(json!({ "course": course, "number": number }));
        audit::record(conn, now, actor, entry).await?;
        themes::write(conn, week.id, &titles.unwrap_or_default(), now).await?;
        add_in(app, conn, actor, &week, &add.documents).await?;
        Ok(week)
    })
    .await
}

/// Changes a week. One that is moved to the place of another takes it; those between move up or down.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown week, FORBIDDEN for students, BAD_USER_INPUT with the fields at fault.
pub async fn update(
    app: &App,
    actor: &Actor,
    id: WeekId,
    (change, titles): (WeekChange, Option<Vec<String>>),
    number: Option<i32>,
) -> Result<Week> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let number = number.map(checked_number).transpose()?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (_, before) = lock_week(conn, viewer, id).await?;
        let (checked, titles) = checked_week(change, titles, (before.opens_at, before.closes_at))?;
        let now = app.clock.now();
        if let Some(number) = number.filter(|number| *number != before.number) {
            if week_store::has_number(conn, before.course_id, number).await? {
                week_store::move_to(conn, &before, number, now).await?;
            } else {
                week_store::set_number(conn, id, number).await?;
            }
        }
        let mut before = described(&before);
        let week = week_store::change(conn, id, &checked, now).await?;
        let mut after = described(&week);
        if let Some(titles) = titles {
            let was = theme_store::all(conn, id).await?;
            before.insert("themes".to_owned(), was.into_iter().map(|theme| theme.title).collect());
            after.insert("themes".to_owned(), titles.clone().into());
            themes::write(conn, id, &titles, now).await?;
        }
        let (before, after) = differences(&before, &after);
        if !after.is_empty() {
            let entry = Entry::new(Action::WeekUpdated).on(id).before(before.into()).after(after.into());
            audit::record(conn, now, actor, entry).await?;
        }
        Ok(week)
    })
    .await
}

/// What the trail says of a week.
fn described(week: &Week) -> Map<String, Value> {
    let fields = [
        ("number", json!(week.number)),
        ("title", json!(week.title)),
        ("opensAt", json!(week.opens_at)),
        ("closesAt", json!(week.closes_at)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Deletes a week, at once and for good; what was read in it stays its owner's. Gives the course that it was of.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown week, FORBIDDEN for students, CONFLICT when it has tutoring sessions and nothing was said
/// about them.
pub async fn delete(app: &App, actor: &Actor, id: WeekId, sessions: Option<Fate>) -> Result<Seen> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (seen, week) = lock_week(conn, viewer, id).await?;
        removal::settle_fate(app, conn, week.course_id, Some(id), sessions).await?;
        week_store::remove(conn, id).await?;
        let before = json!({ "course": week.course_id, "number": week.number, "title": week.title });
        audit::record(conn, app.clock.now(), actor, Entry::new(Action::WeekDeleted).on(id).before(before)).await?;
        Ok(seen)
    })
    .await
}
