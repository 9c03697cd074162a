//! Misconceptions are searched: begun for somebody who teaches, or because more was said.

use super::held_against::FindHeldAgainst;
use super::purpose::{self, MISCONCEPTIONS};
use super::{material, store};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::actions as generations;
use crate::domain::generation::expense::is_free;
use crate::domain::users::budgets::model::Payer;
use crate::error::{Error, Result};
use crate::ids::WeekId;
use crate::jobs::queue;

/// Begins a search in the caller's transaction: by the model of the installation, or by what was held against students where
/// there is none. `hash` is of what there is to be read.
///
/// # Errors
/// `QUOTA_EXCEEDED` when a budget of the payer's does not cover it.
pub async fn begin(app: &App, conn: &Connection, payer: Payer, week: WeekId, hash: &[u8]) -> Result<()> {
    let generation = if is_free(&app.config.models.chat.provider) {
        queue::enqueue(conn, &app.clock, &FindHeldAgainst { week, hash: hex::encode(hash) }).await?;
        None
    } else {
        let material = material::of_week(conn, week).await?;
        let input = serde_json::to_value(material.task(week, hash)).map_err(Error::internal)?;
        let estimate = purpose::estimate(&material);
        let request =
            generations::Request { purpose: MISCONCEPTIONS, input, conversation: None, model: None, estimate };
        Some(generations::request(app, conn, payer, request).await?)
    };
    store::begin(conn, week, hash, generation, app.clock.now()).await
}
