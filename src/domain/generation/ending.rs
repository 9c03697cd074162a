//! How a run ends: once, in one transaction, with everything that hangs on it.

use bigdecimal::BigDecimal;

use super::cursor::Cursor;
use super::event::{Event, EventBody};
use super::log;
use super::model::{Citation, Generation, GenerationStatus};
use super::purpose::Purposes;
use super::store;
use crate::ai::chat::part::Usage;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::error::Result;
use crate::events::fact::Fact;
use crate::ids::{GenerationId, InstanceId};

/// The code of a run whose process died or was shut down.
pub const INTERRUPTED: &str = "INTERRUPTED";

/// How a run ended, and what it leaves.
#[derive(Debug, Clone)]
pub struct Ending {
    pub status: GenerationStatus,
    pub content: String,
    pub citations: Vec<Citation>,
    pub provider: Option<String>,
    pub model: Option<String>,
    pub prompt_version: Option<String>,
    pub finish_reason: Option<&'static str>,
    /// A stable code and a sentence that may be shown.
    pub error: Option<(String, String)>,
    pub usage: Option<Usage>,
    pub cost_usd: Option<BigDecimal>,
    pub first_token_ms: Option<i32>,
    pub duration_ms: Option<i32>,
    /// Sequence number of the terminal event.
    pub last_seq: i32,
    pub text_seq: i32,
    pub citations_seq: i32,
}

impl Ending {
    /// An ending of that status that leaves nothing.
    #[must_use]
    pub fn empty(status: GenerationStatus) -> Self {
        Self {
            status,
            content: String::new(),
            citations: Vec::new(),
            provider: None,
            model: None,
            prompt_version: None,
            finish_reason: None,
            error: None,
            usage: None,
            cost_usd: None,
            first_token_ms: None,
            duration_ms: None,
            last_seq: 1,
            text_seq: 0,
            citations_seq: 0,
        }
    }

    /// The terminal event of this ending.
    #[must_use]
    pub fn event(&self) -> Event {
        let offset = i32::try_from(self.content.len()).unwrap_or(i32::MAX);
        Event { cursor: Cursor { seq: self.last_seq, offset }, body: EventBody::End(self.status) }
    }
}

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
    store::insert_citations(conn, id, &ending.citations).await?;
    if let Some(purpose) = purposes.get(&ended.purpose) {
        purpose.settle(app, conn, &ended).await?;
    } else {
        tracing::warn!(generation = %id, purpose = ended.purpose, "a purpose that this version does not know");
    }
    app.bus.publish(conn, &Fact::GenerationsLogged { by, runs: vec![(id, ending.last_seq)] }).await?;
    Ok(Some(ended))
}
