//! What came of a run, read from its rows in parts: a result may be larger than what is held at once.

use super::judging::Observation;
use super::observing::{Gathering, places};
use super::rule::{Condition, Reduce, Rule};
use crate::app::App;
use crate::domain::data::queries::history::{self, Window};
use crate::domain::data::queries::model::{QueryRun, RunStatus};
use crate::error::{Error, Result};
use crate::warehouse::cells::CellColumn;

/// Rows that are held at once.
const PART: usize = 5000;

/// What is seen of a run that ended; `None` for one that is gone. What cannot be looked at is a failure.
///
/// # Errors
/// When Postgres does not answer.
pub async fn observe(app: &App, rule: &Rule, run: Option<&QueryRun>) -> Result<Observation> {
    let failed = |why: &str| Ok(Observation::Failed(why.to_owned()));
    let Some(run) = run else { return failed("What was run is gone.") };
    if run.status != RunStatus::Succeeded {
        return failed(run.error_message.as_deref().unwrap_or("It was cancelled."));
    }
    let (Some(result), Some(columns)) = (run.result_id, run.columns.clone()) else {
        return failed("What came of it is gone.");
    };
    let columns = read_columns(&columns)?;
    let places = match places(rule, &columns) {
        Ok(places) => places,
        Err((_, message)) => return failed(&message),
    };
    let looks_at_times = matches!(rule.condition, Condition::NoData { time_column: Some(_), .. });
    if run.is_truncated == Some(true) && (rule.reduce != Reduce::First || looks_at_times) {
        return failed("It gives more rows than are kept, so that nothing can be said of all of them.");
    }
    let count = run.row_count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    let mut gathering = Gathering::new(places, rule.reduce);
    let mut offset = 0;
    while offset < count {
        let first = PART.min(count - offset);
        let rows = history::find_rows(app, &[Window { result, first, offset }]).await?;
        let rows: Vec<_> = rows.into_values().flatten().collect();
        if rows.is_empty() {
            return failed("What came of it is gone.");
        }
        gathering.add(&rows);
        // The first row says all.
        if rule.reduce == Reduce::First && !looks_at_times {
            break;
        }
        offset += rows.len();
    }
    Ok(gathering.seen())
}

/// The columns of a result, from its row.
///
/// # Errors
/// INTERNAL when they are none.
pub fn read_columns(of: &serde_json::Value) -> Result<Vec<CellColumn>> {
    serde_json::from_value(of.clone()).map_err(Error::internal)
}
