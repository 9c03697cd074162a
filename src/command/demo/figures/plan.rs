//! What the demo's bookshop has, as its files say.

use serde::Deserialize;
use serde_json::Value;

use crate::domain::dashboards::boards::model::{Filter, Tab};
use crate::domain::data::saved::model::Declared;
use crate::error::{Error, Result};

const PLAN: &str = include_str!("plan.json");

/// File name and text of every table; the table has the name of its file.
pub const TABLES: [(&str, &str, &str); 3] = [
    ("sales", "sales.csv", include_str!("sales.csv")),
    ("branches", "branches.csv", include_str!("branches.csv")),
    ("returns", "returns.jsonl", include_str!("returns.jsonl")),
];

/// File name and text of every statement.
const STATEMENTS: &[(&str, &str)] = &[
    ("key-figures.sql", include_str!("queries/key-figures.sql")),
    ("net-by-month.sql", include_str!("queries/net-by-month.sql")),
    ("net-by-channel.sql", include_str!("queries/net-by-channel.sql")),
    ("net-by-category.sql", include_str!("queries/net-by-category.sql")),
    ("months-and-branches.sql", include_str!("queries/months-and-branches.sql")),
    ("sales-and-returns.sql", include_str!("queries/sales-and-returns.sql")),
    ("branches-and-targets.sql", include_str!("queries/branches-and-targets.sql")),
    ("returns-by-reason.sql", include_str!("queries/returns-by-reason.sql")),
];

/// All of it.
#[derive(Debug, Deserialize)]
pub struct Plan {
    /// What the workspace is called.
    pub workspace: String,
    pub queries: Vec<PlannedQuery>,
    pub terms: Vec<PlannedTerm>,
    pub questions: Vec<PlannedQuestion>,
    pub dashboard: PlannedDashboard,
}

/// A saved query with its charts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedQuery {
    pub name: String,
    /// One of the statements.
    pub file: String,
    pub description: Option<String>,
    /// The words that it answers.
    pub question: Option<String>,
    pub parameters: Vec<Declared>,
    /// Whether the account vouches for it.
    pub is_verified: bool,
    pub charts: Vec<PlannedChart>,
}

/// How a result is drawn.
#[derive(Debug, Deserialize)]
pub struct PlannedChart {
    pub title: String,
    pub description: Option<String>,
    /// Vega-Lite without data.
    pub spec: Value,
}

/// A word of the glossary.
#[derive(Debug, Deserialize)]
pub struct PlannedTerm {
    pub term: String,
    pub synonyms: Vec<String>,
    pub definition: String,
    pub expression: Option<String>,
}

/// A question in plain words.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedQuestion {
    pub text: String,
    /// Whether the answer was found good; `None` for nobody having said.
    pub is_good: Option<bool>,
    pub comment: Option<String>,
    /// Whether the statement becomes a verified query.
    pub is_kept: bool,
}

/// The dashboard.
#[derive(Debug, Deserialize)]
pub struct PlannedDashboard {
    pub title: String,
    pub description: String,
    pub tabs: Vec<Tab>,
    pub filters: Vec<Filter>,
    pub tiles: Vec<PlannedTile>,
}

/// A tile, which shows one of chart, query and text.
#[derive(Debug, Deserialize)]
pub struct PlannedTile {
    pub tab: String,
    /// By its title.
    pub chart: Option<String>,
    /// By its name.
    pub query: Option<String>,
    pub text: Option<String>,
    /// Column, row, width and height.
    pub place: (i32, i32, i32, i32),
    /// Whether the filters give the values of its parameters.
    pub follows: bool,
}

/// The plan.
///
/// # Errors
/// INTERNAL when the file is no plan.
pub fn read() -> Result<Plan> {
    serde_json::from_str(PLAN).map_err(Error::internal)
}

/// The text of a statement.
///
/// # Errors
/// INTERNAL when there is none in this file.
pub fn statement(file: &str) -> Result<&'static str> {
    let found = STATEMENTS.iter().find(|(name, _)| *name == file);
    found.map(|(_, text)| text.trim_end()).ok_or_else(|| Error::internal(format!("no statement {file:?} in the demo")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_names_only_what_it_has() {
        let plan = read().unwrap();
        let queries: Vec<&str> = plan.queries.iter().map(|query| query.name.as_str()).collect();
        let charts: Vec<&str> =
            plan.queries.iter().flat_map(|query| &query.charts).map(|chart| chart.title.as_str()).collect();
        for query in &plan.queries {
            assert!(statement(&query.file).unwrap().starts_with(['S', 'W']), "{}", query.name);
        }
        for tile in &plan.dashboard.tiles {
            let shown = [tile.chart.is_some(), tile.query.is_some(), tile.text.is_some()];
            assert_eq!(shown.iter().filter(|is_shown| **is_shown).count(), 1, "{tile:?}");
            assert!(tile.chart.as_deref().is_none_or(|title| charts.contains(&title)), "{tile:?}");
            assert!(tile.query.as_deref().is_none_or(|name| queries.contains(&name)), "{tile:?}");
        }
        assert!(statement("none.sql").is_err());
    }
}
