//! What a model wrote is held against the result, in the transaction that ends its call: it is taken, goes back to the model, or is struck.

use super::ending::{self, fail, finish};
use super::grounding::Text;
use super::model::{Draft, Insight, InsightStatus};
use super::{answers, requesting, store, subject};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::model::{Generation, GenerationStatus};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::InsightId;

/// Takes what holds of a call that has ended. One that nobody waits for any more changes nothing.
///
/// # Errors
/// When Postgres does not answer; the same may be tried again.
pub async fn settle(app: &App, conn: &Connection, id: InsightId, ended: &Generation) -> Result<()> {
    let is_awaited =
        |insight: &Insight| insight.status == InsightStatus::Writing && insight.generation_id == Some(ended.id);
    // It may be deleted, or gone with its source.
    let Some(mut insight) = store::lock(conn, id).await?.filter(is_awaited) else { return Ok(()) };
    if ended.status == GenerationStatus::Completed {
        take(app, conn, &mut insight, ended).await?;
    } else {
        broken(app, conn, &mut insight, ended).await?;
    }
    ending::save(app, conn, &insight).await
}

async fn take(app: &App, conn: &Connection, insight: &mut Insight, ended: &Generation) -> Result<()> {
    if let Some(draft) = answers::read(&ended.content) {
        insight.draft = Some(serde_json::to_value(&draft).map_err(Error::internal)?);
        if is_grounded(conn, insight, draft).await? == Some(false)
            && requesting::again(app, conn, insight, ended).await?
        {
            return Ok(());
        }
    } else if requesting::again(app, conn, insight, ended).await? {
        return Ok(());
    }
    conclude(app, conn, insight).await
}

/// A call that did not come to its end: what an earlier one wrote serves, if there was one.
async fn broken(app: &App, conn: &Connection, insight: &mut Insight, ended: &Generation) -> Result<()> {
    if ended.status == GenerationStatus::Failed && insight.draft.is_some() {
        return conclude(app, conn, insight).await;
    }
    let code = match ended.status {
        GenerationStatus::Stopped => "STOPPED",
        _ => ended.error_code.as_deref().unwrap_or_else(|| ErrorCode::UpstreamUnavailable.as_str()),
    };
    let message = ended.error_message.as_deref().unwrap_or("The text was not written to its end.");
    fail(insight, code, message, app.clock.now());
    Ok(())
}

/// Whether every figure follows; `None` when the result is gone.
async fn is_grounded(conn: &Connection, insight: &Insight, draft: Draft) -> Result<Option<bool>> {
    let Some(subject) = subject::of(conn, insight).await? else { return Ok(None) };
    let ground = subject.ground(insight);
    let judged = tokio::task::spawn_blocking(move || ground.judge(&draft).is_grounded());
    judged.await.map(Some).map_err(Error::internal)
}

/// Ends it with what holds of the last draft.
async fn conclude(app: &App, conn: &Connection, insight: &mut Insight) -> Result<()> {
    let now = app.clock.now();
    let Some(subject) = subject::of(conn, insight).await? else {
        fail(insight, ErrorCode::NotFound.as_str(), "The result is gone. Please run the query again.", now);
        return Ok(());
    };
    let draft: Option<Draft> = insight.draft.clone().and_then(|draft| serde_json::from_value(draft).ok());
    let ground = subject.ground(insight);
    let text = tokio::task::spawn_blocking(move || ground.finish(draft.as_ref()));
    let text: Text = text.await.map_err(Error::internal)?;
    finish(insight, text, now);
    Ok(())
}
