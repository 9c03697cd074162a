//! The background work: which jobs there are, and what is done regularly.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::domain::accounts::jobs::{PurgeAccounts, RemoveExports, WriteExport};
use crate::domain::analytics::jobs::RollUpUsage;
use crate::domain::conversations::jobs::PurgeConversations;
use crate::domain::courses::jobs::PurgeCourses;
use crate::domain::courses::mail_jobs::SendCourseInvitation;
use crate::domain::courses::misconceptions::held_against::FindHeldAgainst;
use crate::domain::courses::misconceptions::refresh::RefreshMisconceptions;
use crate::domain::courses::recordings::jobs::{RemoveOrphanRecordings, RemoveRecordings};
use crate::domain::courses::themes::key_phrases::FindKeyPhrases;
use crate::domain::courses::themes::refresh::RefreshThemes;
use crate::domain::courses::tutoring::jobs::{EndSession, TendSessions};
use crate::domain::dashboards::alerts::jobs::{self as alerts, EvaluateAlert, PruneAlerts, TakeAlerts};
use crate::domain::dashboards::alerts::mail_jobs::SendAlertLetter;
use crate::domain::dashboards::alerts::watching;
use crate::domain::dashboards::boards::jobs::{
    self as dashboards, PruneClaims, RefreshDashboard, RefreshDashboards, RunClaimed, RunInterrupted,
};
use crate::domain::dashboards::insights::jobs::EndLostInsights;
use crate::domain::dashboards::pictures::exports::jobs::{RemovePictureExports, WritePictureExport};
use crate::domain::dashboards::reports::claiming as reports;
use crate::domain::dashboards::reports::jobs::{ClaimReports, TendReports};
use crate::domain::dashboards::reports::letter_job::SendReport;
use crate::domain::dashboards::reports::run_job::RunReport;
use crate::domain::data::exports::jobs::{RemoveResultExports, WriteResultExport};
use crate::domain::data::pruning::jobs::{PruneHistory, PurgeHistory};
use crate::domain::data::queries::jobs::{self as queries, EndLeftRuns};
use crate::domain::data::questions::jobs::{AnswerQuestion, EndLeftQuestions};
use crate::domain::data::uploads::jobs::{DropTable, LoadDataset, RemoveDatasetFiles, RemoveLeavings};
use crate::domain::documents::jobs::{IndexMissingEmbeddings, ProcessDocument, PurgeDocument, RemoveOrphanFiles};
use crate::domain::generation::jobs::PruneLogs;
use crate::domain::notifications::jobs::PruneNotifications;
use crate::domain::users::invitation_jobs::SendInvitation;
use crate::domain::users::jobs::{PurgeAuditTrail, PurgeSignIns};
use crate::domain::users::mail_jobs::{FindForReset, SendLink, SendNotice};
use crate::domain::webhooks::jobs::{DeliverWebhook, TendWebhooks};
use crate::domain::workspaces::jobs::PurgeWorkspaces;
use crate::error::Result;
use crate::graphql::persisted::store as persisted;
use crate::jobs::queue;
use crate::jobs::runner::Runner;
use crate::limits::postgres as limits;

/// How often it is seen to that upkeep is queued.
const UPKEEP: Duration = Duration::from_mins(10);
/// How often it is looked for what runs at intervals.
const MINUTELY: Duration = Duration::from_mins(1);
/// How often a look through all passages is worth its cost.
const HOURLY: Duration = Duration::from_hours(1);
/// How often a list of all files is, for which a bucket asks money.
const DAILY: Duration = Duration::from_hours(24);
/// Days that ended jobs are kept.
const JOBS_KEPT_DAYS: i32 = 7;
/// Webhooks that one instance calls at once, each for ten seconds at most.
const DELIVERIES_AT_ONCE: usize = 8;

/// Every kind of job this version knows.
#[must_use]
pub fn runner(concurrency: usize) -> Runner<App> {
    Runner::new(concurrency)
        .with::<ProcessDocument>()
        .with::<PurgeDocument>()
        .with::<IndexMissingEmbeddings>()
        .with::<PruneLogs>()
        .with::<RollUpUsage>()
        .with::<PurgeConversations>()
        .with::<PurgeWorkspaces>()
        .with::<PruneNotifications>()
        .with::<TendWebhooks>()
        .with::<PurgeCourses>()
        .with::<LoadDataset>()
        .with::<RemoveDatasetFiles>()
        .with::<DropTable>()
        .with::<RemoveLeavings>()
        .with::<EndLeftRuns>()
        .with::<PruneHistory>()
        .with::<PurgeHistory>()
        .with::<WriteResultExport>()
        .with::<RemoveResultExports>()
        .with::<WritePictureExport>()
        .with::<RemovePictureExports>()
        .with::<RefreshDashboards>()
        .with::<RefreshDashboard>()
        .with::<RunClaimed>()
        .with::<RunInterrupted>()
        .with::<PruneClaims>()
        .with::<EndLostInsights>()
        .with::<ClaimReports>()
        .with::<RunReport>()
        .with::<SendReport>()
        .with::<TendReports>()
        .with::<TakeAlerts>()
        .with::<EvaluateAlert>()
        .with::<PruneAlerts>()
        .with::<SendAlertLetter>()
        .with::<AnswerQuestion>()
        .with::<EndLeftQuestions>()
        .with::<FindKeyPhrases>()
        .with::<RefreshThemes>()
        .with::<FindHeldAgainst>()
        .with::<RefreshMisconceptions>()
        .with::<EndSession>()
        .with::<TendSessions>()
        .with::<RemoveRecordings>()
        .with::<RemoveOrphanRecordings>()
        .with::<SendCourseInvitation>()
        .with::<PurgeSignIns>()
        .with::<PurgeAuditTrail>()
        .with::<RemoveOrphanFiles>()
        .with::<FindForReset>()
        .with::<SendLink>()
        .with::<SendInvitation>()
        .with::<SendNotice>()
        .with::<PurgeAccounts>()
        .with::<WriteExport>()
        .with::<RemoveExports>()
}

/// The jobs that wait for somebody else's server: apart, so that slow ones keep no other work waiting.
#[must_use]
pub fn deliverer() -> Runner<App> {
    Runner::new(DELIVERIES_AT_ONCE).with::<DeliverWebhook>()
}

/// Runs jobs until `stop`, then gives back what has not ended within `drain`.
pub async fn work(app: App, stop: CancellationToken, drain: Duration) {
    let upkeep = tokio::spawn(queue_upkeep(app.clone(), stop.clone()));
    let watch = tokio::spawn(watching::watch(app.clone()));
    let runner = runner(app.config.documents.job_concurrency);
    let deliveries = deliverer().run(app.db.clone(), app.bus.clone(), app.clone(), stop.clone(), drain);
    tokio::join!(deliveries, runner.run(app.db.clone(), app.bus.clone(), app, stop, drain));
    upkeep.abort();
    watch.abort();
}

/// Queues upkeep regularly. Every instance does; the dedupe keys keep it from being done twice at once.
async fn queue_upkeep(app: App, stop: CancellationToken) {
    let (mut times, mut minutes) = (tokio::time::interval(UPKEEP), tokio::time::interval(MINUTELY));
    loop {
        let queued = tokio::select! {
            () = stop.cancelled() => return,
            _ = times.tick() => upkeep(&app).await,
            _ = minutes.tick() => every_minute(&app).await,
        };
        if let Err(error) = queued {
            tracing::warn!(error = %error.chain(), "cannot queue upkeep");
        }
    }
}

/// Queues what is due to the minute. Most often there is nothing, and no job.
///
/// # Errors
/// When Postgres does not answer.
pub async fn every_minute(app: &App) -> Result<()> {
    if queries::is_any_left(app).await? {
        queue::enqueue::<App, _>(&*app.db.write().await?, &app.clock, &EndLeftRuns {}).await?;
    }
    if dashboards::is_any_due(app).await? {
        queue::enqueue::<App, _>(&*app.db.write().await?, &app.clock, &RefreshDashboards {}).await?;
    }
    if reports::is_any_due(app).await? {
        queue::enqueue::<App, _>(&*app.db.write().await?, &app.clock, &ClaimReports {}).await?;
    }
    if alerts::is_any_due(app).await? {
        let take = TakeAlerts { because: String::new() };
        queue::enqueue::<App, _>(&*app.db.write().await?, &app.clock, &take).await?;
    }
    Ok(())
}

/// Queues the upkeep that is due.
///
/// # Errors
/// When Postgres does not answer.
pub async fn upkeep(app: &App) -> Result<()> {
    let conn = app.db.write().await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &PruneLogs {}).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &RollUpUsage {}).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &PurgeConversations {}).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &PurgeSignIns {}, HOURLY).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &PurgeWorkspaces {}, HOURLY).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &PruneNotifications {}, DAILY).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &TendWebhooks {}).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &PurgeCourses {}, HOURLY).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &EndLeftRuns {}).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &EndLeftQuestions {}).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &PurgeHistory {}).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &PruneHistory {}, DAILY).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &RemoveResultExports {}).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &RemovePictureExports {}).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &RemoveLeavings {}, HOURLY).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &RunInterrupted {}).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &PruneClaims {}, DAILY).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &EndLostInsights {}).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &TendReports {}, HOURLY).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &PruneAlerts {}, DAILY).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &RefreshThemes {}).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &RefreshMisconceptions {}).await?;
    queue::enqueue::<App, _>(&conn, &app.clock, &TendSessions {}).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &PurgeAccounts {}, HOURLY).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &RemoveExports {}, HOURLY).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &RemoveOrphanFiles {}, DAILY).await?;
    queue::enqueue_every::<App, _>(&conn, &app.clock, &RemoveOrphanRecordings {}, DAILY).await?;
    if app.config.audit.kept.is_some() {
        queue::enqueue_every::<App, _>(&conn, &app.clock, &PurgeAuditTrail {}, DAILY).await?;
    }
    if app.embedder.borrow().is_some() {
        queue::enqueue_every::<App, _>(&conn, &app.clock, &IndexMissingEmbeddings {}, HOURLY).await?;
    }
    queue::prune(&conn, JOBS_KEPT_DAYS).await?;
    limits::prune(&conn).await?;
    persisted::prune(&conn, app.config.graphql.persisted_queries_max.into()).await?;
    Ok(())
}
