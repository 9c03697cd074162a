//! Upkeep of webhooks: what is removed after its time, and what was left lying.

use chrono::TimeDelta;

use super::{delivery_store, store};
use crate::app::App;
use crate::error::Result;
use crate::ids::WebhookId;

/// How long deliveries are kept.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How late a delivery is that nobody comes for.
const LATE: TimeDelta = TimeDelta::minutes(1);
/// Rows that one statement removes.
const PRUNED_AT_ONCE: i64 = 1000;
/// Endpoints that are looked for at once.
const FOUND_AT_ONCE: i64 = 100;

/// Removes deliveries of 30 days ago, and secrets that sign nothing any more.
///
/// # Errors
/// When Postgres does not answer.
pub async fn clean(app: &App) -> Result<()> {
    let now = app.clock.now();
    let conn = app.db.write().await?;
    store::forget_previous(&conn, now).await?;
    while delivery_store::prune(&conn, now - KEPT, PRUNED_AT_ONCE).await? > 0 {}
    Ok(())
}

/// The next endpoints, behind this one, that nobody comes for though something is due there: its work was lost.
///
/// # Errors
/// When Postgres does not answer.
pub async fn forgotten(app: &App, after: Option<WebhookId>) -> Result<Vec<WebhookId>> {
    store::forgotten(&*app.db.write().await?, app.clock.now() - LATE, after, FOUND_AT_ONCE).await
}
