//! What tells of the demo's bookshop by itself: texts about its charts, alerts, and a report.

use std::time::Duration;

use bigdecimal::BigDecimal;

use super::queries::Kept;
use crate::app::App;
use crate::domain::dashboards::alerts::asking::evaluate;
use crate::domain::dashboards::alerts::rule::{
    Condition, Content, Direction, ErrorState, NoDataState, Operator, Reduce, Rule, Unit,
};
use crate::domain::dashboards::alerts::{actions as alerts, reading as known_alerts};
use crate::domain::dashboards::insights::generating::{About, Generate, generate};
use crate::domain::dashboards::reports::actions as reports;
use crate::domain::dashboards::reports::model::{Attachment, Content as Report};
use crate::domain::users::actor::Actor;
use crate::error::{Error, Result};
use crate::ids::DashboardId;

/// Longest wait for the first evaluation of an alert. Later ones come by themselves.
const EVALUATED: Duration = Duration::from_secs(10);
/// An hour, as often as the alerts look when no data change.
const HOURLY: i32 = 3600;

/// Has a text written about every chart, without a model whatever the installation has: a demo costs nothing.
///
/// # Errors
/// When Postgres does not answer.
pub async fn describe(app: &App, demo: &Actor, kept: &Kept) -> Result<()> {
    for (chart, _) in kept.charts.values() {
        let wanted = Generate {
            about: About::Chart(*chart, Vec::new()),
            template: None,
            focus: None,
            language: None,
            is_without_model: true,
            is_fresh: false,
            wait: Duration::ZERO,
        };
        Box::pin(generate(app, demo, wanted)).await?;
    }
    Ok(())
}

/// Makes the alerts that are not there, and has them evaluated: one fires, and the other has nothing to say.
///
/// # Errors
/// When Postgres does not answer.
pub async fn watch(app: &App, demo: &Actor, kept: &Kept) -> Result<()> {
    let below = Condition::Threshold { operator: Operator::Lt, value: BigDecimal::from(80), resolve_value: None };
    let dropped = Condition::Change {
        direction: Direction::Down,
        unit: Unit::Percent,
        value: BigDecimal::from(30),
        over_seconds: None,
    };
    let planned = [
        (
            "Branches and their targets",
            "A branch is far below its target",
            "Less than four fifths of the monthly target, on average.",
            ("percent_of_target", Reduce::Min),
            below,
        ),
        (
            "Net revenue by month",
            "The newest month sells much less",
            "The revenue of the newest month fell by three tenths since it was looked at last.",
            ("net", Reduce::Last),
            dropped,
        ),
    ];
    for (query, name, description, (column, reduce), condition) in planned {
        let unknown = || Error::internal(format!("an alert of the demo watches what is not there: {query}"));
        let query = kept.queries.get(query).ok_or_else(unknown)?.id;
        let there = known_alerts::of_queries(app, demo, &[query]).await?.remove(&query).unwrap_or_default();
        if there.iter().any(|alert| alert.name == name) {
            continue;
        }
        let rule = Rule {
            column: Some(column.to_owned()),
            reduce,
            condition,
            for_seconds: 0,
            keep_firing_seconds: 0,
            renotify_seconds: None,
            no_data_state: NoDataState::Keep,
            error_state: ErrorState::Error,
        };
        let content = Content {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            values: Vec::new(),
            rule,
            interval_seconds: HOURLY,
        };
        let alert = alerts::create(app, demo, query, &content, None).await?;
        Box::pin(evaluate(app, demo, alert.id, EVALUATED)).await?;
    }
    Ok(())
}

/// Has the dashboard mailed to the account every Monday morning, and once now, where this installation sends mail at all.
///
/// # Errors
/// When Postgres does not answer.
pub async fn mail(app: &App, demo: &Actor, dashboard: DashboardId) -> Result<()> {
    if !app.mail.is_on() {
        return Ok(());
    }
    let content = Report {
        title: "The shop on Monday".to_owned(),
        cron: "0 8 * * 1".to_owned(),
        time_zone: "Europe/London".to_owned(),
        filters: Vec::new(),
        recipients: None,
        attachments: vec![Attachment::Pdf, Attachment::Csv],
        is_enabled: true,
    };
    let report = reports::schedule(app, demo, dashboard, &content).await?;
    reports::send_now(app, demo, report.id).await?;
    Ok(())
}
