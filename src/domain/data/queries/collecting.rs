//! The rows of a statement while they come.
//!
//! What takes a moment is stored in one piece with its end. What takes longer is stored as it comes, so that whoever waits sees it, on any
//! instance: all that came while the last part was stored is the next part.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout_at};

use super::model::{NewResult, Running};
use super::result_store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::QueryResultId;
use crate::warehouse::cells::CellColumn;
use crate::warehouse::session::Part;

/// How long rows may wait for others before they are stored.
const EVERY: Duration = Duration::from_millis(300);

/// What has come of a statement.
pub(super) struct Collected {
    id: QueryResultId,
    columns: Vec<CellColumn>,
    stored: usize,
    /// Not stored yet.
    rows: Vec<Vec<Value>>,
}

impl Collected {
    /// What is to be stored next.
    ///
    /// # Errors
    /// When columns are no JSON.
    pub(super) fn next(self, running: &Running) -> Result<NewResult> {
        Ok(NewResult {
            id: self.id,
            source_id: running.source.id,
            key: running.key,
            // Read before the statement began: should the data have changed since, nobody takes the result for theirs.
            data_version: running.source.data_version,
            columns: serde_json::to_value(&self.columns).map_err(Error::internal)?,
            stored: self.stored,
            rows: self.rows,
            whole: None,
        })
    }
}

/// Takes in what comes, and stores it when it takes long. What has come last is left to be stored with the end.
///
/// # Errors
/// When Postgres does not answer, and CONFLICT when the run is over: nobody takes the parts any more then.
pub(super) async fn collect(app: &App, running: &Running, mut parts: Receiver<Part>) -> Result<Collected> {
    let id = QueryResultId::generate(app.clock.now());
    let mut collected = Collected { id, columns: Vec::new(), stored: 0, rows: Vec::new() };
    let mut due = Instant::now() + EVERY;
    loop {
        match timeout_at(due, parts.recv()).await {
            Ok(Some(Part::Columns(columns))) => collected.columns = columns,
            Ok(Some(Part::Rows(rows))) => collected.rows.extend(rows),
            Ok(None) => return Ok(collected),
            Err(_) => {}
        }
        // Also when parts follow one another so fast that nobody waits for one.
        if Instant::now() >= due {
            if !collected.rows.is_empty() {
                collected = store(app, running, collected).await?;
            }
            due = Instant::now() + EVERY;
        }
    }
}

async fn store(app: &App, running: &Running, collected: Collected) -> Result<Collected> {
    let (id, columns) = (collected.id, collected.columns.clone());
    let result = collected.next(running)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        result_store::keep_result(conn, &result, app.clock.now()).await?;
        if !result_store::show(conn, running.id, id).await? {
            return Err(Error::conflict("The run is over."));
        }
        app.bus.publish(conn, &Fact::QueryRunChanged { run: running.id }).await
    })
    .await?;
    Ok(Collected { id, columns, stored: result.stored + result.rows.len(), rows: Vec::new() })
}
