//! What was found follows what is said.

use serde::{Deserialize, Serialize};

use super::{search, statement_store, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::budgets::model::Payer;
use crate::error::ErrorCode;
use crate::jobs::job::{Attempt, Job, JobError};

/// Searches anew where more was said since, or something was deleted, at the cost of whose course it is, and not more often than
/// every few hours. Weeks for which nobody ever asked are left alone; so are those that a budget does not cover, until it does.
/// What has lost all its evidence goes.
#[derive(Debug, Serialize, Deserialize)]
pub struct RefreshMisconceptions {}

impl Job<App> for RefreshMisconceptions {
    const KIND: &'static str = "courses.refresh_misconceptions";
    const PRIORITY: i16 = -5;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let mut conn = app.db.write().await?;
        store::remove_unfounded(&conn).await?;
        for stale in store::stale(&conn, app.clock.now()).await? {
            let begun = conn
                .transaction(async |conn| {
                    let Some(hash) = statement_store::fingerprint(conn, stale.week_id).await? else {
                        return store::end_empty(conn, stale.week_id, app.clock.now()).await;
                    };
                    let payer = Payer { account: stale.professor_id, api_key: None };
                    search::begin(&app, conn, payer, stale.week_id, &hash).await
                })
                .await;
            match begun {
                Err(error) if error.code() == ErrorCode::QuotaExceeded => {
                    tracing::debug!(week = %stale.week_id, "misconceptions stay as they are: no budget covers new ones");
                }
                other => other?,
            }
        }
        Ok(())
    }
}
