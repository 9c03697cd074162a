//! Scheduling reports, and wanting them no more.

use async_graphql::{Context, Object, Result};

use super::report_inputs::{
    DeleteReportPayload, ReportInput, ReportPayload, ScheduleReportInput, SendReportNowPayload,
    UnsubscribeFromReportPayload, UpdateReportInput,
};
use super::report_types::ReportRun;
use crate::domain::dashboards::reports::model::{Logged, Report};
use crate::domain::dashboards::reports::{actions, unsubscribing};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that schedules reports.
#[derive(Default)]
pub struct ReportsMutation;

/// What can be done with reports.
#[Object]
impl ReportsMutation {
    /// Has a dashboard mailed at times, with its charts, to people who may see it. NOT_FOUND when you do not see the dashboard, FORBIDDEN for
    /// viewers of its workspace and where this installation sends no mail, CONFLICT for more than 20 of one dashboard, BAD_USER_INPUT with
    /// every field at fault, as `input.cron` or `input.recipients.0`.
    async fn schedule_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard, when to send it, and to whom.")] input: ScheduleReportInput,
    ) -> Result<ReportPayload> {
        let (dashboard, content) = input.parts();
        let dashboard = parse_id(&dashboard, "input.dashboardId", "dashboard")?;
        payload(actions::schedule(app(ctx), actor(ctx), dashboard, &content).await)
    }

    /// Changes a report, all of it or nothing. NOT_FOUND when you do not see it, FORBIDDEN for whoever only gets it, CONFLICT when it is
    /// another version by now, BAD_USER_INPUT with every field at fault; also for people who want it no more.
    async fn update_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report, and what to change in it.")] input: UpdateReportInput,
    ) -> Result<ReportPayload> {
        let id = parse_id(&input.id, "input.id", "report")?;
        let version = input.version;
        payload(actions::update(app(ctx), actor(ctx), id, version, &input.change()).await)
    }

    /// Deletes a report with all that is known of its runs. NOT_FOUND when you do not see it, FORBIDDEN for whoever only gets it.
    async fn delete_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report to delete.")] input: ReportInput,
    ) -> Result<DeleteReportPayload> {
        let id = parse_id(&input.id, "input.id", "report")?;
        actions::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteReportPayload { deleted_id: input.id })
    }

    /// Has a report sent at once to all who get it, beside its times, and answers before it is. NOT_FOUND when you do not see it, FORBIDDEN
    /// for whoever only gets it and where this installation sends no mail, CONFLICT while it is being sent, RATE_LIMITED for too many in an
    /// hour.
    async fn send_report_now(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report to send.")] input: ReportInput,
    ) -> Result<SendReportNowPayload> {
        let id = parse_id(&input.id, "input.id", "report")?;
        let (report, run) = actions::send_now(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        let run = ReportRun::from(Logged { run, deliveries: Vec::new() });
        Ok(SendReportNowPayload { report: report.into(), run })
    }

    /// Lets you get a report no more; nobody else can put you on its list again. The link in its mails does the same. NOT_FOUND for one that
    /// you do not get.
    async fn unsubscribe_from_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report that you do not want any more.")] input: ReportInput,
    ) -> Result<UnsubscribeFromReportPayload> {
        let id = parse_id(&input.id, "input.id", "report")?;
        unsubscribing::by_person(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(UnsubscribeFromReportPayload { report_id: input.id })
    }
}

fn payload(result: crate::error::Result<Report>) -> Result<ReportPayload> {
    result.map(|report| ReportPayload { report: report.into() }).map_err(to_graphql)
}
