//! What comes of an evaluation, in one transaction: the state, the event, the notices, the letters and the calls of webhooks, all of it or
//! nothing. The row of the alert is locked, and says whether the evaluation still counts.

use super::claim_store::{self, Concluded};
use super::judging::{Observation, judge};
use super::machine::{Notice, Pace, Standing, is_current, step};
use super::model::{Alert, AlertEvent, AlertState};
use super::observed::observe;
use super::rule::Condition;
use super::times::seconds;
use super::{event_store, recipient_store, telling, wording};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::queries::model::QueryRun;
use crate::error::Result;
use crate::events::fact::Fact;
use crate::ids::AlertEventId;

/// What became of the run of an evaluation.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It ended; `None` when it is gone.
    Ended(Option<Box<QueryRun>>),
    /// It could not begin, for this reason.
    Unable(String),
}

/// Concludes an evaluation of an alert as it was when that began, unless it does not count any more.
///
/// # Errors
/// When Postgres does not answer.
pub async fn conclude(app: &App, alert: &Alert, sequence: i64, outcome: Outcome) -> Result<()> {
    let rule = alert.rule()?;
    let observation = match outcome {
        Outcome::Ended(run) => observe(app, &rule, run.as_deref()).await?,
        Outcome::Unable(why) => Observation::Failed(why),
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let found = claim_store::lock(conn, alert.id).await?;
        let Some(alert) = found.filter(|it| is_current(it.sequence, it.claimed_until.is_some(), sequence)) else {
            return Ok(());
        };
        // Graces may be others than when it began; what is watched is not, or the evaluation would not count.
        let rule = alert.rule()?;
        let now = app.clock.now();
        let earlier = match &rule.condition {
            Condition::Change { over_seconds: Some(over), .. } => {
                event_store::value_at(conn, alert.id, now - seconds(*over)).await?
            }
            _ => alert.last_value.clone(),
        };
        let was = standing(&alert);
        let is_firing = was.state == AlertState::Firing;
        let verdict = judge(&rule.condition, is_firing, &observation, earlier.as_ref(), now);
        let pace = Pace { interval: seconds(alert.interval_seconds), muted_until: alert.muted_until };
        let next = step(&rule, pace, &was, verdict, now);
        let message = wording::message(&rule.condition, &observation, earlier.as_ref(), verdict);
        let value = observation.value();
        let concluded = Concluded { standing: &next.standing, value, message: &message, now, next_at: next.next_at };
        claim_store::conclude(conn, alert.id, &concluded).await?;
        if let (Some(value), Condition::Change { over_seconds: Some(_), .. }) = (value, &rule.condition) {
            event_store::keep_value(conn, alert.id, sequence, value, now).await?;
        }
        if next.from.is_none() && next.notice.is_none() {
            return Ok(());
        }
        let mut event = AlertEvent {
            id: AlertEventId::generate(now),
            alert_id: alert.id,
            sequence,
            from_state: next.from.unwrap_or(was.state),
            to_state: next.standing.state,
            value: value.cloned(),
            message,
            at: now,
            notified_count: 0,
        };
        let hearers = match next.notice {
            Some(_) => recipient_store::hearers(conn, alert.id).await?,
            None => Vec::new(),
        };
        event.notified_count = i32::try_from(hearers.len()).unwrap_or(i32::MAX);
        event_store::insert(conn, &event).await?;
        let fact = Fact::AlertChanged { workspace: alert.workspace_id, alert: alert.id };
        app.bus.publish(conn, &fact).await?;
        match next.notice {
            Some(notice) => telling::tell(app, conn, &alert, &event, (&hearers, notice == Notice::Again)).await,
            None => Ok(()),
        }
    })
    .await
}

/// How an alert stands.
fn standing(alert: &Alert) -> Standing {
    Standing {
        state: alert.state,
        since: alert.since,
        cleared_at: alert.cleared_at,
        failures: alert.failures,
        notified_at: alert.notified_at,
        is_acknowledged: alert.acknowledged_at.is_some(),
    }
}
