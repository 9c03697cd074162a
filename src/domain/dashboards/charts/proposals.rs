//! Charts that would fit a result, by its first rows.

use std::collections::HashMap;

use serde_json::Value;

use crate::app::App;
use crate::charts::propose::proposal::Proposal;
use crate::charts::propose::rank;
use crate::domain::data::queries::history;
use crate::domain::data::queries::model::Sample;
use crate::domain::users::actor::Actor;
use crate::error::{Error, Result};
use crate::ids::QueryResultId;
use crate::warehouse::cells::CellColumn;

/// The charts that would fit each of these results of runs that the actor has loaded, the best first.
///
/// # Errors
/// UNAUTHENTICATED for nobody, `QUERY_TOO_COMPLEX` for more than 20 results at once.
pub async fn load(
    app: &App,
    actor: &Actor,
    results: &[QueryResultId],
) -> Result<HashMap<QueryResultId, Vec<Proposal>>> {
    let samples = history::samples(app, actor, results).await?;
    samples.into_iter().map(|(result, sample)| Ok((result, of(&sample)?))).collect()
}

/// The charts that would fit a result, the best first.
///
/// # Errors
/// INTERNAL when the result is none.
pub fn of(sample: &Sample) -> Result<Vec<Proposal>> {
    let columns: Vec<CellColumn> = serde_json::from_value(sample.columns.clone()).map_err(Error::internal)?;
    let rows: Vec<Vec<Value>> = serde_json::from_value(sample.rows.clone()).map_err(Error::internal)?;
    Ok(rank::propose(&columns, &rows))
}
