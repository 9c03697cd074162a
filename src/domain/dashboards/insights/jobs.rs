//! Upkeep of texts.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::ending::{self, fail};
use super::model::InsightStatus;
use super::store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::generation::outcome::INTERRUPTED;
use crate::error::Result;
use crate::ids::InsightId;
use crate::jobs::job::{Attempt, Job, JobError};

/// How long a text waits for its model's call before somebody looks whether there is one.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);
/// Texts that are looked at together.
const AT_ONCE: i64 = 100;

/// Ends texts that nobody writes any more. The end of a call ends its text with it; this is for calls that are gone with the account that paid
/// for them, or that were ended by a version of the server that did not know what they were for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndLostInsights {}

impl Job<App> for EndLostInsights {
    const KIND: &'static str = "dashboards.end_lost_insights";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let before = app.clock.now() - PATIENCE;
        let lost = store::lost(&*app.db.write().await?, before, AT_ONCE).await?;
        for id in lost {
            end(&app, id).await?;
        }
        Ok(())
    }
}

async fn end(app: &App, id: InsightId) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let found = store::lock(conn, id).await?.filter(|insight| insight.status == InsightStatus::Writing);
        let Some(mut insight) = found else { return Ok(()) };
        let message = "Whoever wrote this stopped before its end. Please ask for it again.";
        fail(&mut insight, INTERRUPTED, message, app.clock.now());
        ending::save(app, conn, &insight).await
    })
    .await
}
