//! What is said of dashboards.

use async_graphql::{ID, InputObject, MaybeUndefined, Result, SimpleObject};

use super::board_types::{Dashboard, DashboardRefreshPolicy, DashboardResult};
use crate::domain::dashboards::boards::model;
use crate::error::Error;
use crate::graphql::data::runs::QueryParameterType;
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{changed, parse_id};

/// A part of a dashboard that is looked at by itself.
#[derive(Debug, Clone, InputObject)]
pub struct DashboardTabInput {
    /// What tiles call it: 1 to 100 letters, digits, _ and -. No two are the same.
    pub key: String,
    /// Its title for people, 1 to 100 characters.
    pub title: String,
}

/// A value that can be chosen on a dashboard.
#[derive(Debug, Clone, InputObject)]
pub struct DashboardFilterInput {
    /// What tiles call it: a letter and up to 62 letters, digits and underscores. No two are the same.
    pub name: String,
    /// What people are asked for, up to 100 characters. Null for the name.
    pub label: Option<String>,
    /// What it is.
    #[graphql(name = "type")]
    pub kind: QueryParameterType,
    /// The value when nobody chooses: one of the options, or one of the type as createQuery takes it. Null for no value.
    pub default: Option<String>,
    /// All that can be chosen, besides no value: 1 to 100 values of the type, of 200 characters at most. Null for everything of the type.
    pub options: Option<Vec<String>>,
}

/// Which filter gives the value of a parameter.
#[derive(Debug, Clone, InputObject)]
pub struct TileParameterInput {
    /// What the query asks for, without the $.
    pub parameter: String,
    /// The name of a filter of the same type.
    pub filter: String,
}

/// What is to stand on a dashboard: exactly one of chartId, queryId and text, on a grid of 12 columns, where no two tiles of a tab overlap.
#[derive(Debug, Clone, InputObject)]
pub struct DashboardTileInput {
    /// A tile of this dashboard that is to stay what it is by its id. Null for a new one.
    pub id: Option<ID>,
    /// The key of a tab. Null for the first.
    pub tab: Option<String>,
    /// A chart of the same workspace. Null for something else.
    pub chart_id: Option<ID>,
    /// A saved query of the same workspace, whose rows are shown. Null for something else.
    pub query_id: Option<ID>,
    /// Markdown, 1 to 20,000 characters. Null for something else.
    pub text: Option<String>,
    /// Columns to its left, 0 to 11.
    pub x: i32,
    /// Rows above it, 0 to 999.
    pub y: i32,
    /// Columns that it takes, 1 to 12, and not over the right edge.
    pub width: i32,
    /// Rows that it takes, 1 to 24.
    pub height: i32,
    /// Which filter gives the value of which parameter of the query. Null or empty for none: all have their defaults.
    pub parameters: Option<Vec<TileParameterInput>>,
}

/// When the tiles of a dashboard are to be run again.
#[derive(Debug, Clone, InputObject)]
pub struct DashboardRefreshInput {
    /// By what.
    pub policy: DashboardRefreshPolicy,
    /// For INTERVAL the seconds from one time to the next, 60 to 604,800. Null for all others.
    pub seconds: Option<i32>,
}

impl From<DashboardRefreshInput> for model::Refresh {
    fn from(input: DashboardRefreshInput) -> Self {
        Self { policy: input.policy.into(), seconds: input.seconds }
    }
}

/// A dashboard to make.
#[derive(Debug, Clone, InputObject)]
pub struct CreateDashboardInput {
    /// The workspace. Null for your personal one.
    pub workspace_id: Option<ID>,
    /// Its title, 1 to 200 characters.
    pub title: String,
    /// What it is for, up to 2,000 characters. Null for nothing.
    pub description: Option<String>,
    /// Its tabs, 1 to 10, in their order. Null for one.
    pub tabs: Option<Vec<DashboardTabInput>>,
    /// What can be chosen, in its order. Null or empty for nothing, 20 at most.
    pub filters: Option<Vec<DashboardFilterInput>>,
    /// What stands on it. Null or empty for nothing, 50 at most.
    pub tiles: Option<Vec<DashboardTileInput>>,
    /// When its tiles are run again. Null for MANUAL.
    pub refresh: Option<DashboardRefreshInput>,
}

impl CreateDashboardInput {
    /// The workspace, and the content.
    ///
    /// # Errors
    /// `NOT_FOUND` for what is no id, BAD_USER_INPUT for tiles that show nothing, or several things.
    pub fn parts(self) -> Result<(Option<ID>, model::Content)> {
        let only = || vec![model::Tab { key: "main".to_owned(), title: "Main".to_owned() }];
        let manual = model::Refresh { policy: model::RefreshPolicy::Manual, seconds: None };
        let content = model::Content {
            title: self.title,
            description: self.description,
            tabs: self.tabs.map_or_else(only, tabs),
            filters: filters(self.filters.unwrap_or_default()),
            tiles: tiles(self.tiles.unwrap_or_default())?,
            refresh: self.refresh.map_or(manual, Into::into),
        };
        Ok((self.workspace_id, content))
    }
}

/// What to change in a dashboard. A field that is left out stays; a text that is null is emptied.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateDashboardInput {
    /// The dashboard.
    pub id: ID,
    /// The version that you have seen.
    pub version: i32,
    /// Its title, 1 to 200 characters. Null for as it is.
    pub title: Option<String>,
    /// What it is for, up to 2,000 characters. Null for nothing.
    pub description: MaybeUndefined<String>,
    /// All of its tabs, in the place of those that it had. Null for as they are.
    pub tabs: Option<Vec<DashboardTabInput>>,
    /// All that can be chosen, in the place of what could be. Null for as it is.
    pub filters: Option<Vec<DashboardFilterInput>>,
    /// All of its tiles, in the place of those that it had; those with their ids stay what they are. Null for as they are.
    pub tiles: Option<Vec<DashboardTileInput>>,
    /// When its tiles are run again. Null for as it is.
    pub refresh: Option<DashboardRefreshInput>,
}

impl UpdateDashboardInput {
    /// What is to be changed.
    ///
    /// # Errors
    /// As [`CreateDashboardInput::parts`].
    pub fn change(self) -> Result<model::Change> {
        Ok(model::Change {
            title: self.title,
            description: changed(self.description),
            tabs: self.tabs.map(tabs),
            filters: self.filters.map(filters),
            tiles: self.tiles.map(tiles).transpose()?,
            refresh: self.refresh.map(Into::into),
        })
    }
}

fn tabs(tabs: Vec<DashboardTabInput>) -> Vec<model::Tab> {
    tabs.into_iter().map(|tab| model::Tab { key: tab.key, title: tab.title }).collect()
}

fn filters(filters: Vec<DashboardFilterInput>) -> Vec<model::Filter> {
    let filter = |input: DashboardFilterInput| {
        let DashboardFilterInput { name, label, kind, default, options } = input;
        model::Filter { name, label, kind: kind.into(), default, options }
    };
    filters.into_iter().map(filter).collect()
}

fn tiles(tiles: Vec<DashboardTileInput>) -> Result<Vec<model::TileDraft>> {
    tiles.into_iter().enumerate().map(|(place, tile)| draft(place, tile)).collect()
}

fn draft(place: usize, tile: DashboardTileInput) -> Result<model::TileDraft> {
    let path = |part: &str| format!("input.tiles.{place}.{part}");
    let show = match (tile.chart_id, tile.query_id, tile.text) {
        (Some(chart), None, None) => model::Show::Chart(parse_id(&chart, &path("chartId"), "chart")?),
        (None, Some(query), None) => model::Show::Table(parse_id(&query, &path("queryId"), "saved query")?),
        (None, None, Some(text)) => model::Show::Text(text),
        _ => {
            let message = "Give exactly one of chartId, queryId and text.";
            return Err(to_graphql(Error::bad_input(format!("input.tiles.{place}"), message)));
        }
    };
    let mapping = |it: TileParameterInput| model::Mapping { parameter: it.parameter, filter: it.filter };
    Ok(model::TileDraft {
        id: tile.id.map(|id| parse_id(&id, &path("id"), "tile")).transpose()?,
        tab: tile.tab,
        show,
        place: model::Place { x: tile.x, y: tile.y, width: tile.width, height: tile.height },
        parameters: tile.parameters.unwrap_or_default().into_iter().map(mapping).collect(),
    })
}

/// A dashboard to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteDashboardInput {
    /// The dashboard.
    pub id: ID,
}

/// A value for a filter of a dashboard.
#[derive(Debug, Clone, InputObject)]
pub struct FilterValueInput {
    /// The name of the filter.
    pub name: String,
    /// One of its options, or a value of its type as Postgres reads it, of at most 10,000 characters. Null for no value.
    pub value: Option<String>,
}

/// What somebody chose.
#[must_use]
pub fn chosen(values: Option<Vec<FilterValueInput>>) -> Vec<model::FilterValue> {
    let value = |input: FilterValueInput| model::FilterValue { name: input.name, value: input.value };
    values.unwrap_or_default().into_iter().map(value).collect()
}

/// A dashboard whose tiles are to be run.
#[derive(Debug, Clone, InputObject)]
pub struct RefreshDashboardInput {
    /// The dashboard.
    pub id: ID,
    /// Values of its filters; what is left out has its default. Null or empty for all defaults.
    pub filters: Option<Vec<FilterValueInput>>,
    /// True to run anew what is there already. Null for false.
    pub fresh: Option<bool>,
}

/// A dashboard as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct DashboardPayload {
    /// The dashboard.
    pub dashboard: Dashboard,
}

/// A dashboard that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteDashboardPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}

/// A dashboard whose tiles are run.
#[derive(Debug, Clone, SimpleObject)]
pub struct RefreshDashboardPayload {
    /// The dashboard as it is now.
    pub dashboard: Dashboard,
    /// Its tiles, but for texts, with their runs as they are now. Tiles that ask the same have the same run.
    pub results: Vec<DashboardResult>,
}
