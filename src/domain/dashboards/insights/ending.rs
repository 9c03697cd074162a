//! How a text ends, and how others hear of what becomes of it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::grounding::Text;
use super::model::{Insight, InsightStatus};
use super::store;
use crate::app::App;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::events::fact::Fact;

/// Gives an insight its text.
pub fn finish(insight: &mut Insight, text: Text, now: DateTime<Utc>) {
    insight.status = InsightStatus::Ready;
    insight.method = text.method;
    insight.figures = json!(text.figures);
    insight.title = Some(text.title);
    insight.body = Some(text.body);
    insight.struck = i32::try_from(text.struck).unwrap_or(i32::MAX);
    insight.note = text.note.map(str::to_owned);
    insight.draft = None;
    insight.ended_at = Some(now);
}

/// Says that there is no text.
pub fn fail(insight: &mut Insight, code: &str, message: &str, now: DateTime<Utc>) {
    insight.status = InsightStatus::Failed;
    insight.error_code = Some(code.to_owned());
    insight.error_message = Some(message.to_owned());
    insight.figures = Value::Array(Vec::new());
    insight.draft = None;
    insight.ended_at = Some(now);
}

/// Writes down how far a locked insight has come, and tells of it when the caller's transaction commits.
///
/// # Errors
/// When Postgres does not answer.
pub async fn save(app: &App, conn: &Connection, insight: &Insight) -> Result<()> {
    store::save(conn, insight, app.clock.now()).await?;
    app.bus.publish(conn, &Fact::InsightChanged { insight: insight.id }).await
}
