//! Runs of the server's own that ended because their server did: what they were for is seen to once more.
//!
//! That a dashboard was due, or that somebody claimed what it shows, counts as done when the run begins. One that was interrupted leaves the
//! tile as it was, and nobody would look again before the next interval, or the next change of the data.

use chrono::TimeDelta;

use super::claimed::{self, Claim};
use super::interrupted_store as store;
use super::{claim_store, store as boards};
use crate::app::App;
use crate::domain::data::queries::identity::Given;
use crate::domain::data::queries::latest::Asked;
use crate::error::{Error, Result};
use crate::ids::SavedQueryId;

/// How long a run has been over that is looked at: several times as long as it is until somebody looks.
const RECENT: TimeDelta = TimeDelta::minutes(30);
/// Runs looked at together.
const AT_ONCE: i64 = 100;

/// Has dashboards be due again whose runs were interrupted, and runs what was claimed. What was interrupted twice in a row is left alone:
/// it may be why the servers stopped.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn run_again(app: &App) -> Result<()> {
    let now = app.clock.now();
    let conn = app.db.write().await?;
    let runs = store::interrupted(&conn, now - RECENT, AT_ONCE).await?;
    if runs.is_empty() {
        return Ok(());
    }
    let queries: Vec<SavedQueryId> = runs.iter().map(|run| run.query_id).collect();
    boards::set_due(&conn, &queries, now).await?;
    let mut claims = Vec::new();
    for run in runs {
        let given: Vec<Given> = serde_json::from_value(run.parameters).map_err(Error::internal)?;
        let key = Asked::new(run.query_id, &given)?.key();
        let Some((query_version, data_version)) = claim_store::find(&conn, run.query_id, &key).await? else { continue };
        let values = given.into_iter().map(|given| (given.name, given.value)).collect();
        claims.push(Claim { query_id: run.query_id, values, query_version, data_version });
    }
    drop(conn);
    claimed::run(app, &claims).await
}
