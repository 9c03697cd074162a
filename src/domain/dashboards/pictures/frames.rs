//! What a picture of a dashboard is made of.

use serde_json::Value;

use super::grid;
use crate::charts::render::options::Theme;
use crate::domain::dashboards::boards::model::Place;
use crate::warehouse::cells::CellColumn;

/// What stands above all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    pub title: String,
    pub description: Option<String>,
    /// Sentences below: what was chosen, and when it was so.
    pub facts: Vec<String>,
}

/// What is on a tile.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// SVG that the renderer wrote.
    Chart(String),
    /// The first rows of a result.
    Table {
        columns: Vec<CellColumn>,
        rows: Vec<Vec<Value>>,
        /// Rows behind them.
        more: usize,
    },
    /// Markdown.
    Text(String),
    /// A sentence why there is nothing.
    Missing(String),
}

/// A tile.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    pub place: Place,
    /// A chart has its own within.
    pub title: Option<&'a str>,
    pub content: &'a Content,
    /// Whether there would have been more than is shown.
    pub is_truncated: bool,
}

/// A tab.
#[derive(Debug, Clone)]
pub struct Section<'a> {
    /// `None` for one that needs no name, being alone.
    pub title: Option<&'a str>,
    pub frames: Vec<Frame<'a>>,
}

/// How it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Pixels, one of [`grid::WIDTHS`].
    pub width: u32,
    pub theme: Theme,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: grid::WIDTH, theme: Theme::Light }
    }
}
