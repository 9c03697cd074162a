//! What was deleted goes with its history, and what has been kept for long enough.

use chrono::TimeDelta;
use uuid::Uuid;

use super::purge_store::{self, OF_QUERY, OF_SOURCE, Part};
use super::store;
use crate::app::App;
use crate::domain::workspaces::jobs as workspaces;
use crate::error::Result;
use crate::ids::{DataQuestionId, InsightId, QueryRunId};

/// How long a run is in the history of its source. Its rows go before.
const RUNS_KEPT: TimeDelta = TimeDelta::days(180);
/// How long a question is.
const QUESTIONS_KEPT: TimeDelta = TimeDelta::days(365);
/// How long a text about a result is.
const INSIGHTS_KEPT: TimeDelta = TimeDelta::days(365);
/// Rows that one statement looks at.
const AT_ONCE: i64 = 1000;
/// So much before a deleted workspace its history goes: by then what is left of it is little, and goes with the row.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// Removes runs, questions and texts about results that are old and that nothing needs.
///
/// # Errors
/// When Postgres does not answer; what is left then is removed the next time.
pub async fn prune(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut after = InsightId::from_uuid(Uuid::nil());
    loop {
        let last = store::prune_insights(&*app.db.write().await?, after, now - INSIGHTS_KEPT, AT_ONCE).await?;
        let Some(last) = last else { break };
        after = last;
    }
    let mut after = DataQuestionId::from_uuid(Uuid::nil());
    // Before the runs that answer them.
    loop {
        let last = store::prune_questions(&*app.db.write().await?, after, now - QUESTIONS_KEPT, AT_ONCE).await?;
        let Some(last) = last else { break };
        after = last;
    }
    let mut after = QueryRunId::from_uuid(Uuid::nil());
    loop {
        let last = store::prune_runs(&*app.db.write().await?, after, now - RUNS_KEPT, AT_ONCE).await?;
        let Some(last) = last else { return Ok(()) };
        after = last;
    }
}

/// Removes what was deleted and could not go in one statement: saved queries, sources, and the history of workspaces that are to go.
///
/// # Errors
/// As [`prune`].
pub async fn purge(app: &App) -> Result<()> {
    loop {
        let query = purge_store::deleted_query(&*app.db.write().await?).await?;
        let Some(query) = query else { break };
        let_go(app, query.uuid(), OF_QUERY).await?;
        purge_store::remove_query(&*app.db.write().await?, query).await?;
    }
    loop {
        let source = purge_store::deleted_source(&*app.db.write().await?).await?;
        let Some(source) = source else { break };
        let_go(app, source.uuid(), OF_SOURCE).await?;
        purge_store::remove_source(&*app.db.write().await?, source).await?;
    }
    let before = app.clock.now() - (workspaces::KEPT - AHEAD);
    loop {
        let source = purge_store::doomed_source(&*app.db.write().await?, before).await?;
        let Some(source) = source else { return Ok(()) };
        let_go(app, source.uuid(), OF_SOURCE).await?;
    }
}

async fn let_go(app: &App, id: Uuid, parts: &[Part]) -> Result<()> {
    for part in parts {
        while purge_store::let_go(&*app.db.write().await?, id, *part).await? > 0 {}
    }
    Ok(())
}
