//! Themes are extracted: begun for somebody who teaches, or because readings have changed.

use super::key_phrases::FindKeyPhrases;
use super::model::{Extraction, ExtractionStatus, Task};
use super::purpose::{self, THEMES};
use super::store;
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::actions as generations;
use crate::domain::generation::expense::is_free;
use crate::domain::users::budgets::model::Payer;
use crate::error::{Error, Result};
use crate::jobs::queue;

/// Begins an extraction in the caller's transaction: by the model of the installation, or by key phrases where there is none.
///
/// # Errors
/// `QUOTA_EXCEEDED` when a budget of the payer's does not cover it.
pub async fn begin(app: &App, conn: &Connection, payer: Payer, task: &Task) -> Result<()> {
    let generation = if is_free(&app.config.models.chat.provider) {
        queue::enqueue(conn, &app.clock, &FindKeyPhrases { task: task.clone() }).await?;
        None
    } else {
        let input = serde_json::to_value(task).map_err(Error::internal)?;
        let estimate = purpose::estimate(store::tokens(conn, task.week).await?);
        let request = generations::Request { purpose: THEMES, input, conversation: None, model: None, estimate };
        Some(generations::request(app, conn, payer, request).await?)
    };
    let extraction = Extraction {
        week_id: task.week,
        wanted: task.wanted,
        content_hash: task.hash()?,
        status: ExtractionStatus::Pending,
        method: None,
        generation_id: generation,
        requested_at: app.clock.now(),
        ended_at: None,
    };
    store::begin(conn, &extraction).await
}
