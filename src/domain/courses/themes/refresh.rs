//! Themes follow the readings.

use serde::{Deserialize, Serialize};

use super::model::Task;
use super::{extraction, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::budgets::model::Payer;
use crate::error::ErrorCode;
use crate::jobs::job::{Attempt, Job, JobError};

/// Extracts themes anew where the readings have changed since, at the cost of whose course it is. Weeks for which nobody ever
/// asked are left alone; so are those that a budget does not cover, until it does.
#[derive(Debug, Serialize, Deserialize)]
pub struct RefreshThemes {}

impl Job<App> for RefreshThemes {
    const KIND: &'static str = "courses.refresh_themes";
    const PRIORITY: i16 = -5;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let mut conn = app.db.write().await?;
        for stale in store::stale(&conn, app.clock.now()).await? {
            let begun = conn
                .transaction(async |conn| {
                    let hash = store::fingerprint(conn, stale.week_id, stale.wanted).await?;
                    let Some(hash) = hash else { return Ok(()) };
                    let task = Task { week: stale.week_id, wanted: stale.wanted, hash: hex::encode(hash) };
                    let payer = Payer { account: stale.professor_id, api_key: None };
                    extraction::begin(&app, conn, payer, &task).await
                })
                .await;
            match begun {
                Err(error) if error.code() == ErrorCode::QuotaExceeded => {
                    tracing::debug!(week = %stale.week_id, "themes stay as they are: no budget covers new ones");
                }
                other => other?,
            }
        }
        Ok(())
    }
}
