//! How a run ends: once, in one transaction, with everything that hangs on it.

use super::log;
use super::model::Generation;
use super::outcome::Ending;
use super::purpose::Purposes;
use super::{store, store_citations, store_payers};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::error::Result;
use crate::events::fact::Fact;
use crate::ids::{GenerationId, InstanceId};

/// Ends a run of `instance`, or of nobody: status, text, citations, terminal event, what its purpose changes, and the
/// news of it, all or nothing. `None` when it had ended already or is somebody else's.
///
/// # Errors
/// When Postgres does not answer; the same may be tried again.
pub async fn end(
    app: &App,
    purposes: &Purposes,
    by: InstanceId,
    id: GenerationId,
    ending: &Ending,
    owner: Option<InstanceId>,
) -> Result<Option<Generation>> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| end_in(app, purposes, conn, by, id, ending, owner).await).await
}

/// As [`end`], within the caller's transaction.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end_in(
    app: &App,
    purposes: &Purposes,
    conn: &Connection,
    by: InstanceId,
    id: GenerationId,
    ending: &Ending,
    owner: Option<InstanceId>,
) -> Result<Option<Generation>> {
    let Some(ended) = store::end(conn, id, owner, ending, app.clock.now()).await? else { return Ok(None) };
    log::insert(conn, &ending.event().to_row(id)?).await?;
    store_citations::insert(conn, id, &ending.citations).await?;
    if let Some(purpose) = purposes.get(&ended.purpose) {
        purpose.settle(app, conn, &ended).await?;
    } else {
        tracing::warn!(generation = %id, purpose = ended.purpose, "a purpose that this version does not know");
    }
    // Last, after what the purpose locks: whoever asks for a run locks the conversation first, and then the sums.
    store_payers::settle(conn, &ended).await?;
    app.bus.publish(conn, &Fact::GenerationsLogged { by, runs: vec![(id, ending.last_seq)] }).await?;
    Ok(Some(ended))
}
