//! What a class believes wrongly about a week.

use super::courses::lock_week;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::courses::misconceptions::model::{PATIENCE, SearchStatus};
use crate::domain::courses::misconceptions::{search, statement_store, store};
use crate::domain::courses::model::Week;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::budgets::model::Payer;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::WeekId;

/// Has the misconceptions of a week found in what its students said. What was found in the same before is left as it is, and
/// what is under way is waited for, though more was said meanwhile.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown week, FORBIDDEN for students, CONFLICT while nothing was said in a session that has
/// ended, `QUOTA_EXCEEDED` when a budget does not cover it.
pub async fn find(app: &App, actor: &Actor, week: WeekId) -> Result<Week> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let payer = Payer::of(actor.require_may(Permission::UseAssistant)?);
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (_, week) = lock_week(conn, viewer, week).await?;
        let hash = statement_store::fingerprint(conn, week.id).await?.ok_or_else(|| {
            Error::conflict("Nothing was said about this week yet: wait until a student has ended a tutoring session.")
        })?;
        let is_done = store::newest(conn, week.id, &hash).await?.is_some_and(|(newest, is_same)| match newest.status {
            SearchStatus::Pending => app.clock.now() - newest.requested_at < PATIENCE,
            SearchStatus::Ready => is_same,
            SearchStatus::Failed => false,
        });
        if is_done {
            return Ok(week);
        }
        search::begin(app, conn, payer, week.id, &hash).await?;
        let entry = Entry::new(Action::MisconceptionsSought).on(week.id);
        audit::record(conn, app.clock.now(), actor, entry).await?;
        Ok(week)
    })
    .await
}
