//! A search ends, however its misconceptions were found.

use super::material::Material;
use super::model::{Against, Extent, Found, Misconception, SearchMethod};
use super::store;
use crate::app::App;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{MisconceptionId, WeekId};

/// What came of a search.
#[derive(Debug)]
pub struct Outcome<'a> {
    pub method: SearchMethod,
    /// What was read of the material.
    pub extent: Extent,
    /// The most telling first; none where there is nothing to find.
    pub found: &'a [Found],
    /// The hash of what was read.
    pub read: &'a [u8],
}

/// Ends the search of this hash in the caller's transaction with what was found; nothing is changed when another one has taken
/// its place.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end(
    app: &App,
    conn: &Connection,
    (week, hash): (WeekId, &[u8]),
    material: &Material,
    outcome: &Outcome<'_>,
) -> Result<()> {
    let now = app.clock.now();
    if !store::succeed(conn, week, (hash, outcome.read), outcome.method, outcome.extent, now).await? {
        return Ok(());
    }
    let rows = outcome.found.iter().zip(0..).map(|(found, position)| {
        let id = MisconceptionId::generate(now);
        let passage = found.passage.and_then(|number| material.passage(number));
        let against = passage.map(|passage| Against {
            misconception_id: id,
            document_id: passage.place.document,
            chunk_id: passage.chunk_id,
            page: passage.page,
            start_char: passage.place.start,
            end_char: passage.place.end,
            quote: passage.quote.clone(),
        });
        let row = Misconception {
            id,
            week_id: week,
            position,
            statement: found.belief.clone(),
            correction: found.correction.clone(),
            created_at: now,
        };
        (row, against, found.evidence.clone())
    });
    store::replace(conn, week, &rows.collect::<Vec<_>>()).await
}
