//! What a text is about: the result with all its rows, and what people call it.

use serde_json::Value;

use super::grounding::Ground;
use super::model::Insight;
use super::{languages, store};
use crate::db::pool::Connection;
use crate::domain::dashboards::charts::model::Chart;
use crate::domain::dashboards::charts::store as charts;
use crate::domain::data::queries::history::{self, Window};
use crate::domain::data::saved::model::SavedQuery;
use crate::domain::data::saved::reading as saved;
use crate::error::{Error, Result};
use crate::ids::QueryResultId;
use crate::warehouse::cells::CellColumn;

/// Rows of a result that a text is written about at most: its sums are over all of them.
pub const ROWS_MAX: usize = 10_000;

/// What is known of what a text is about.
#[derive(Debug, Clone)]
pub struct Subject {
    pub columns: Vec<CellColumn>,
    pub rows: Vec<Vec<Value>>,
    /// Whether the query gave more rows than these.
    pub is_partial: bool,
    pub called: Called,
}

/// What people call it.
#[derive(Debug, Clone)]
pub struct Called {
    pub chart: Option<Chart>,
    pub query: Option<SavedQuery>,
}

/// The subject of a text: **nothing is authorised here**. `None` when the result is gone.
///
/// # Errors
/// When Postgres does not answer.
pub async fn of(conn: &Connection, insight: &Insight) -> Result<Option<Subject>> {
    let Some(result) = insight.result_id else { return Ok(None) };
    let Some((columns, rows, is_partial)) = rows(conn, result).await? else { return Ok(None) };
    Ok(Some(Subject { columns, rows, is_partial, called: called(conn, insight).await? }))
}

/// What the subject of a text is called: **nothing is authorised here**.
///
/// # Errors
/// When Postgres does not answer.
pub async fn called(conn: &Connection, insight: &Insight) -> Result<Called> {
    let (charts_of, queries_of): (Vec<_>, Vec<_>) =
        (insight.chart_id.into_iter().collect(), insight.saved_query_id.into_iter().collect());
    let chart = if charts_of.is_empty() { None } else { charts::find_many(conn, &charts_of).await?.pop() };
    let query = if queries_of.is_empty() { None } else { saved::find_many(conn, &queries_of).await?.pop() };
    Ok(Called { chart, query })
}

/// Columns, rows and whether there were more.
async fn rows(conn: &Connection, result: QueryResultId) -> Result<Option<(Vec<CellColumn>, Vec<Vec<Value>>, bool)>> {
    let Some(head) = store::head(conn, result).await? else { return Ok(None) };
    let columns = serde_json::from_value(head.fields).map_err(Error::internal)?;
    let all = Window { result, first: ROWS_MAX, offset: 0 };
    Ok(Some((columns, history::window(conn, all).await?, head.is_truncated)))
}

impl Called {
    /// The chart's title, or else the query's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        let chart = self.chart.as_ref().map(|chart| chart.title.as_str());
        chart.or_else(|| self.query.as_ref().map(|query| query.name.as_str()))
    }

    /// What it shows.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        let chart = self.chart.as_ref().and_then(|chart| chart.description.as_deref());
        chart.or_else(|| self.query.as_ref().and_then(|query| query.description.as_deref()))
    }

    /// The question that it answers.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.query.as_ref().and_then(|query| query.question.as_deref())
    }
}

impl Subject {
    /// What texts about it are held against. Figures that people wrote may be quoted.
    #[must_use]
    pub fn ground(self, insight: &Insight) -> Ground {
        let given = [insight.focus.as_deref(), self.called.name(), self.called.description(), self.called.question()];
        let given = given.into_iter().flatten().map(str::to_owned).collect();
        let name = self.called.name().map(str::to_owned);
        let mark = languages::mark(insight.language.as_deref());
        Ground { columns: self.columns, rows: self.rows, given, name, mark }
    }
}
