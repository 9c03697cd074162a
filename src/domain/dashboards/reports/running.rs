//! A run, step by step. Whoever dies at one is followed by another, who finds what was done: the queries that were begun are written down,
//! and the letter is kept with the jobs that send it in one transaction.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;

use super::composing::{self, Composed};
use super::letter_job::SendReport;
use super::model::{Awaited, Part, Problem, Report, Run, RunStatus};
use super::run_store::{self, Found};
use super::{ending, recipient_store, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::dashboards::boards::model::Dashboard;
use crate::domain::dashboards::boards::{running as boards, store as board_store, values};
use crate::domain::data::queries::history;
use crate::domain::data::queries::model::QueryRun;
use crate::error::{Error, Result};
use crate::ids::{DashboardTileId, QueryRunId, ReportRunId, UserId};
use crate::jobs::queue;

/// How often it is looked whether the queries have ended: with the waits in between, ten minutes.
const LOOKS_MAX: u32 = 43;
/// Longest wait between two looks.
const WAIT_MAX: Duration = Duration::from_secs(15);

/// What comes of a step.
pub(super) enum Step {
    /// There is nothing more to do here.
    Done,
    /// Come back after this time.
    Later(Duration),
}

/// Does what is next of a run.
///
/// # Errors
/// When Postgres does not answer; the same may be tried again.
pub(super) async fn step(app: &App, id: ReportRunId, looks: u32) -> Result<Step> {
    let conn = app.db.write().await?;
    let Some(run) = run_store::find(&conn, id).await?.filter(is_to_do) else { return Ok(Step::Done) };
    // Its workspace may be deleted since.
    let report = store::find(&conn, run.report_id).await?;
    let dashboard = match &report {
        Some(report) => board_store::find(&conn, report.dashboard_id).await?,
        None => None,
    };
    drop(conn);
    let (Some(report), Some(dashboard)) = (report, dashboard) else {
        give_up(app, id).await?;
        return Ok(Step::Done);
    };
    let awaited: Vec<Awaited> = match run.awaited.clone() {
        Some(awaited) => serde_json::from_value(awaited).map_err(Error::internal)?,
        None => begin(app, &run, &report, &dashboard).await?,
    };
    let runs = query_runs_of(app, &awaited).await?;
    if begin_again(app, &run, (&report, &dashboard), (&awaited, &runs)).await? {
        return Ok(Step::Later(Duration::from_secs(1)));
    }
    let is_over = awaited.iter().all(|it| runs.get(&it.run).is_none_or(QueryRun::is_ended));
    if !is_over && looks < LOOKS_MAX {
        return Ok(Step::Later(Duration::from_secs(1_u64 << looks.min(4)).min(WAIT_MAX)));
    }
    let composed = composing::compose(app, &report, &run, &dashboard, (awaited.as_slice(), &runs)).await?;
    keep(app, &run, &report, composed).await?;
    Ok(Step::Done)
}

/// Ends a run that could not be brought to an end at any try.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn give_up(app: &App, id: ReportRunId) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let Some(run) = run_store::lock(conn, id).await?.filter(|run| run.status == RunStatus::Running) else {
            return Ok(());
        };
        let message = "Something went wrong on our side.";
        let mut problems = run.problems()?;
        problems.push(Problem::new(Part::Run, None, "PROCESSING_FAILED", message));
        let problems = serde_json::to_value(&problems).map_err(Error::internal)?;
        let found = Found { shown: run.tiles_shown, missing: run.tiles_missing, problems: &problems };
        run_store::set_found(conn, id, &found).await?;
        run_store::settle_all(conn, id, ("PROCESSING_FAILED", message)).await?;
        ending::end(app, conn, id).await
    })
    .await
}

fn is_to_do(run: &Run) -> bool {
    run.status == RunStatus::Running && !run.is_written
}

/// Has the dashboard run, as the server's own, and writes down what is awaited.
async fn begin(app: &App, run: &Run, report: &Report, dashboard: &Dashboard) -> Result<Vec<Awaited>> {
    let filled = values::fitting(&dashboard.filters()?, &report.chosen()?);
    let begun = boards::refresh(app, dashboard, &filled, None, false).await?;
    let awaited = begun.into_iter().map(|(tile, run)| Awaited { tile: tile.id, run, is_second: false });
    let awaited: Vec<Awaited> = awaited.collect();
    run_store::set_awaited(&*app.db.write().await?, run.id, None, &json!(awaited)).await?;
    Ok(awaited)
}

/// Has those tiles run once more whose server stopped over them: what became of their queries says nothing about the data. Says whether
/// there are any.
async fn begin_again(
    app: &App,
    run: &Run,
    (report, dashboard): (&Report, &Dashboard),
    (awaited, runs): (&[Awaited], &HashMap<QueryRunId, QueryRun>),
) -> Result<bool> {
    let is_lost = |it: &Awaited| {
        let code = runs.get(&it.run).and_then(|run| run.error_code.as_deref());
        !it.is_second && code == Some("INTERRUPTED")
    };
    let lost: Vec<DashboardTileId> = awaited.iter().filter(|it| is_lost(it)).map(|it| it.tile).collect();
    if lost.is_empty() {
        return Ok(false);
    }
    let filled = values::fitting(&dashboard.filters()?, &report.chosen()?);
    let begun = boards::run_tiles(app, dashboard, &filled, &lost).await?;
    let begun: HashMap<DashboardTileId, QueryRunId> = begun.into_iter().collect();
    // A tile that is gone by now is said to be missing, as it would be otherwise.
    let renewed = |it: &Awaited| match begun.get(&it.tile) {
        Some(run) if is_lost(it) => Awaited { run: *run, is_second: true, ..*it },
        _ => Awaited { is_second: it.is_second || is_lost(it), ..*it },
    };
    let renewed: Vec<Awaited> = awaited.iter().map(renewed).collect();
    run_store::set_awaited(&*app.db.write().await?, run.id, run.awaited.as_ref(), &json!(renewed)).await?;
    Ok(true)
}

/// What was run, as far as it is there.
async fn query_runs_of(app: &App, awaited: &[Awaited]) -> Result<HashMap<QueryRunId, QueryRun>> {
    let conn = app.db.write().await?;
    let mut runs = HashMap::new();
    for it in awaited {
        if !runs.contains_key(&it.run) {
            runs.extend(history::find_run(&conn, it.run).await?.map(|run| (it.run, run)));
        }
    }
    Ok(runs)
}

/// Keeps the letter, with a job for each who gets one; a run that has nothing to say, or nobody to say it to, ends.
async fn keep(app: &App, run: &Run, report: &Report, composed: Composed) -> Result<()> {
    let Composed { letter, shown, missing, mut problems } = composed;
    let now = app.clock.now();
    let must = app.config.accounts.require_verified_email;
    let letter = serde_json::to_string(&letter).map_err(Error::internal)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if !run_store::lock(conn, run.id).await?.as_ref().is_some_and(is_to_do) {
            return Ok(());
        }
        let people = recipient_store::find(conn, report.id, must, now).await?;
        let people: Vec<UserId> =
            people.into_iter().filter(|it| it.unsubscribed_at.is_none()).map(|it| it.user_id).collect();
        let unsaid = if missing > 0 && shown == 0 {
            Some(("NOTHING_TO_SHOW", "None of the tiles could be shown, so that no mail was sent."))
        } else if people.is_empty() {
            Some(("NO_RECIPIENTS", "There is nobody who gets this report any more."))
        } else {
            None
        };
        problems.extend(unsaid.map(|(code, message)| Problem::new(Part::Run, None, code, message)));
        let problems = serde_json::to_value(&problems).map_err(Error::internal)?;
        let found = Found { shown, missing, problems: &problems };
        if unsaid.is_some() {
            run_store::set_found(conn, run.id, &found).await?;
            return ending::end(app, conn, run.id).await;
        }
        run_store::set_letter(conn, run.id, &found, &letter, &people).await?;
        for user_id in people {
            let send = SendReport { run_id: run.id, user_id };
            queue::enqueue::<App, _>(conn, &app.clock, &send).await?;
        }
        Ok(())
    })
    .await
}
