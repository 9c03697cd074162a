//! Reports whose time has come, each taken once however many servers look: whoever locks one says when it is next, and begins its run, in
//! one transaction. A time that was missed while no server ran is made up for once, and not once for each.

use super::model::Trigger;
use super::run_job::RunReport;
use super::schedule::Schedule;
use super::{run_store, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::error::Result;
use crate::ids::ReportRunId;
use crate::jobs::queue;

/// Reports that one transaction takes.
const AT_ONCE: i32 = 50;

/// Whether the time of any report has come: what `claim` would find.
///
/// # Errors
/// When Postgres does not answer.
pub async fn is_any_due(app: &App) -> Result<bool> {
    store::is_any_due(&*app.db.read().await?, app.clock.now()).await
}

/// Begins the runs of some reports whose time has come, and says of how many.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn claim(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let due = store::lock_due(conn, now, AT_ONCE).await?;
        for report in &due {
            // What was a schedule once may be none for a later version of us: it is sent this time, and stops.
            let schedule = Schedule::read(&report.cron, &report.time_zone, "input").ok();
            store::set_next(conn, report.id, schedule.and_then(|schedule| schedule.next(now))).await?;
            let Some(time) = report.next_run_at else { continue };
            let run = ReportRunId::generate(now);
            if run_store::insert(conn, run, report.id, (Trigger::Schedule, time), now).await? {
                queue::enqueue::<App, _>(conn, &app.clock, &RunReport { run_id: run, looks: 0 }).await?;
            }
        }
        Ok(due.len())
    })
    .await
}
