//! What is talked about in a week.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::courses::lock_week;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::courses::model::Week;
use crate::domain::courses::policy::checked_wanted;
use crate::domain::courses::themes::extraction;
use crate::domain::courses::themes::model::{ExtractionStatus, PATIENCE, Task, Theme, ThemeOrigin};
use crate::domain::courses::themes::store;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::budgets::model::Payer;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{ThemeId, WeekId};

/// Has the themes of a week extracted from its readings. What was extracted from the same readings before, or is being
/// extracted, is left as it is unless `again` is set. Themes that were written stay in front.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown week, FORBIDDEN for students, BAD_USER_INPUT for the number, CONFLICT while there is
/// nothing to read, `QUOTA_EXCEEDED` when a budget does not cover it.
pub async fn extract(app: &App, actor: &Actor, week: WeekId, wanted: Option<i32>, again: bool) -> Result<Week> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let payer = Payer::of(actor.require_may(Permission::UseAssistant)?);
    require_verified(app, actor)?;
    let wanted = checked_wanted(wanted)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (_, week) = lock_week(conn, viewer, week).await?;
        let hash = store::fingerprint(conn, week.id, wanted).await?.ok_or_else(|| {
            Error::conflict(
                "There is nothing to read in this week yet: add documents, and wait until they are read in.",
            )
        })?;
        let before = store::extraction(conn, week.id).await?.filter(|before| before.content_hash == hash);
        let is_done = before.is_some_and(|before| match before.status {
            ExtractionStatus::Pending => app.clock.now() - before.requested_at < PATIENCE,
            ExtractionStatus::Ready => !again,
            ExtractionStatus::Failed => false,
        });
        if is_done {
            return Ok(week);
        }
        let task = Task { week: week.id, wanted, hash: hex::encode(hash) };
        extraction::begin(app, conn, payer, &task).await?;
        let entry = Entry::new(Action::ThemesExtracted).on(week.id).after(json!({ "wanted": wanted }));
        audit::record(conn, app.clock.now(), actor, entry).await?;
        Ok(week)
    })
    .await
}

/// Puts these titles in the place of a week's themes, in the caller's transaction. One that the week has keeps its question
/// and where it is found, and is from now on one that was written.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn write(conn: &Connection, week: WeekId, titles: &[String], now: DateTime<Utc>) -> Result<()> {
    let mut before = store::all(conn, week).await?;
    let mut themes = Vec::with_capacity(titles.len());
    for (title, position) in titles.iter().zip(0..) {
        let kept = before.iter().position(|theme| theme.title == *title).map(|at| before.swap_remove(at));
        themes.push(match kept {
            Some(theme) => Theme { position, origin: ThemeOrigin::Written, ..theme },
            None => Theme {
                id: ThemeId::generate(now),
                week_id: week,
                position,
                title: title.clone(),
                question: None,
                origin: ThemeOrigin::Written,
                created_at: now,
            },
        });
    }
    store::rewrite(conn, week, &themes).await
}
