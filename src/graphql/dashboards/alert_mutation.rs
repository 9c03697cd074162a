//! Making and changing alerts, and having them evaluated.

use async_graphql::{Context, Object, Result};

use super::alert_inputs::{
    AcknowledgeAlertInput, AlertPayload, CreateAlertInput, DeleteAlertInput, DeleteAlertPayload, EvaluateAlertInput,
    EvaluateAlertPayload, MuteAlertInput, PreviewAlertPayload, UpdateAlertInput,
};
use super::alert_types::Alert;
use crate::domain::dashboards::alerts::judging::Verdict;
use crate::domain::dashboards::alerts::{actions, asking, model, preview};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{Decimal, parse_id};

/// The part of the root that changes alerts.
#[derive(Default)]
pub struct AlertsMutation;

/// What can be done with alerts.
#[Object]
impl AlertsMutation {
    /// Makes an alert on a saved query, which is evaluated at once and from then on at intervals. NOT_FOUND for a query that you do not see,
    /// and for people who are not in its workspace, FORBIDDEN for viewers of that, BAD_USER_INPUT with every field at fault, as
    /// `input.condition.value`; CONFLICT for more than 200 alerts of a workspace.
    async fn create_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert to make.")] input: CreateAlertInput,
    ) -> Result<AlertPayload> {
        let query = parse_id(&input.query_id, "input.queryId", "saved query")?;
        let (content, recipients) = input.parts()?;
        payload(actions::create(app(ctx), actor(ctx), query, &content, recipients.as_deref()).await)
    }

    /// Changes an alert, all of it or nothing. NOT_FOUND when you do not see it, and for people who are not in its workspace, FORBIDDEN for
    /// viewers of that, CONFLICT when it is another version by now, BAD_USER_INPUT as for createAlert.
    async fn update_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert, and what to change in it.")] input: UpdateAlertInput,
    ) -> Result<AlertPayload> {
        let id = parse_id(&input.id, "input.id", "alert")?;
        let version = input.version;
        payload(actions::update(app(ctx), actor(ctx), id, version, &input.change()?).await)
    }

    /// Deletes an alert with all that happened to it. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace.
    async fn delete_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert to delete.")] input: DeleteAlertInput,
    ) -> Result<DeleteAlertPayload> {
        let id = parse_id(&input.id, "input.id", "alert")?;
        actions::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteAlertPayload { deleted_id: input.id })
    }

    /// Keeps everybody from being told of an alert until a time; it is evaluated as before. NOT_FOUND when you do not see it, FORBIDDEN for
    /// viewers of its workspace, BAD_USER_INPUT for a time that is past, or more than 365 days away.
    async fn mute_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert, and until when.")] input: MuteAlertInput,
    ) -> Result<AlertPayload> {
        let id = parse_id(&input.id, "input.id", "alert")?;
        payload(actions::mute(app(ctx), actor(ctx), id, input.until).await)
    }

    /// Says that you see to an alert: nobody is told again before its state changes. NOT_FOUND when you do not see it, FORBIDDEN for viewers
    /// of its workspace, CONFLICT unless its state is FIRING, NO_DATA or ERROR.
    async fn acknowledge_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert.")] input: AcknowledgeAlertInput,
    ) -> Result<AlertPayload> {
        let id = parse_id(&input.id, "input.id", "alert")?;
        payload(actions::acknowledge(app(ctx), actor(ctx), id).await)
    }

    /// Has an alert evaluated now, as it would be at its time: its state changes, and people are told. NOT_FOUND when you do not see it,
    /// FORBIDDEN for viewers of its workspace.
    async fn evaluate_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert, and how long to wait.")] input: EvaluateAlertInput,
    ) -> Result<EvaluateAlertPayload> {
        let id = parse_id(&input.id, "input.id", "alert")?;
        let evaluated = asking::evaluate(app(ctx), actor(ctx), id, input.wait()).await;
        let (alert, is_evaluated) = evaluated.map_err(to_graphql)?;
        Ok(EvaluateAlertPayload { alert: Alert::try_from(alert).map_err(to_graphql)?, is_evaluated })
    }

    /// Says what an alert would say of the newest result of its query with these values. Nothing is run and nothing is kept; a change is
    /// measured from nothing, and does not hold. NOT_FOUND for a query that you do not see, BAD_USER_INPUT as for createAlert, CONFLICT
    /// while there is no result.
    async fn preview_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert to try.")] input: CreateAlertInput,
    ) -> Result<PreviewAlertPayload> {
        let query = parse_id(&input.query_id, "input.queryId", "saved query")?;
        let (content, _) = input.parts()?;
        let found = preview::preview(app(ctx), actor(ctx), query, &content).await.map_err(to_graphql)?;
        let is_met = match found.verdict {
            Verdict::Met => Some(true),
            Verdict::Clear => Some(false),
            Verdict::NoData | Verdict::Failed => None,
        };
        let value = found.value.map(Decimal);
        Ok(PreviewAlertPayload { is_met, value, message: found.message, computed_at: found.computed_at })
    }
}

fn payload(result: crate::error::Result<model::Alert>) -> Result<AlertPayload> {
    let alert = result.and_then(Alert::try_from).map_err(to_graphql)?;
    Ok(AlertPayload { alert })
}
