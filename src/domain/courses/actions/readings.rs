//! What is read in a week. A reading may be read by the members of the course; it stays its owner's to change and delete.

use serde_json::json;

use super::courses::lock_week;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::courses::model::Week;
use crate::domain::courses::policy::MAX_READINGS;
use crate::domain::courses::themes::refresh::RefreshThemes;
use crate::domain::courses::week_store;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{DocumentId, WeekId};
use crate::jobs::queue;

/// Adds readings to a week: documents of the actor's, or that are read in another week of the course. Those that are there
/// already stay.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown week and for other documents, FORBIDDEN for students, BAD_USER_INPUT for more than a
/// week may have. Then none is added.
pub async fn add(app: &App, actor: &Actor, week: WeekId, documents: &[DocumentId]) -> Result<Week> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (_, week) = lock_week(conn, viewer, week).await?;
        add_in(app, conn, actor, &week, documents).await?;
        Ok(week)
    })
    .await
}

/// As [`add`], in the caller's transaction, for a week whose course was locked for somebody who teaches it.
pub(super) async fn add_in(
    app: &App,
    conn: &Connection,
    actor: &Actor,
    week: &Week,
    documents: &[DocumentId],
) -> Result<()> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    if documents.is_empty() {
        return Ok(());
    }
    // Who lets others read a document must be allowed to read it.
    actor.require_may(Permission::ReadOwnDocuments)?;
    let full = || Error::bad_input("input.documentIds", format!("At most {MAX_READINGS} documents a week."));
    if documents.len() > MAX_READINGS {
        return Err(full());
    }
    let usable = week_store::usable(conn, viewer, week.course_id, documents).await?;
    if documents.iter().any(|document| !usable.contains(document)) {
        return Err(Error::not_found("document").with_field("input.documentIds"));
    }
    let now = app.clock.now();
    let added = week_store::add_readings(conn, week.id, &usable, now).await?;
    if usize::try_from(week_store::count_readings(conn, week.id).await?).unwrap_or(usize::MAX) > MAX_READINGS {
        return Err(full());
    }
    if added == 0 {
        return Ok(());
    }
    queue::enqueue(conn, &app.clock, &RefreshThemes {}).await?;
    let entry = Entry::new(Action::ReadingsAdded).on(week.id).after(json!({ "documents": documents }));
    audit::record(conn, now, actor, entry).await
}

/// Takes a reading out of a week, and with it the right of the members to read it, unless it is read in another. One that is
/// not there is passed over.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown week, FORBIDDEN for students.
pub async fn remove(app: &App, actor: &Actor, week: WeekId, document: DocumentId) -> Result<Week> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (_, week) = lock_week(conn, viewer, week).await?;
        if week_store::remove_reading(conn, week.id, document).await? {
            queue::enqueue(conn, &app.clock, &RefreshThemes {}).await?;
            let entry = Entry::new(Action::ReadingRemoved).on(week.id).before(json!({ "document": document }));
            audit::record(conn, app.clock.now(), actor, entry).await?;
        }
        Ok(week)
    })
    .await
}
