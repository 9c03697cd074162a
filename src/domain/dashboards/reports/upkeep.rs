//! What becomes of runs in time: those that nobody is at any more end, and old ones are forgotten.

use chrono::TimeDelta;

use super::{run_store, running};
use crate::app::App;
use crate::error::Result;

/// Runs are kept for so long.
const KEPT: TimeDelta = TimeDelta::days(365);
/// And so many of each report.
const KEPT_OF_EACH: i32 = 100;
/// Longer than all tries of a run and of its letters take together.
const LEFT: TimeDelta = TimeDelta::hours(6);

/// Ends runs that nobody is at any more, and forgets those of more than a year ago and all but the newest 100 of each report.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn tend(app: &App) -> Result<()> {
    let now = app.clock.now();
    let left = run_store::left(&*app.db.write().await?, now - LEFT).await?;
    for run in left {
        running::give_up(app, run).await?;
    }
    while run_store::prune(&*app.db.write().await?, now - KEPT, KEPT_OF_EACH).await? > 0 {}
    Ok(())
}
