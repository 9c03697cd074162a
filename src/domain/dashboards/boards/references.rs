//! Whether what tiles show is there, in the same workspace, and takes the values that filters give.

use std::collections::HashMap;

use super::model::{Content, Filter, Mapping, Show, TileDraft};
use super::tile_store;
use crate::db::pool::Connection;
use crate::domain::data::saved::model::Declared;
use crate::error::{Error, FieldError, Result};
use crate::ids::{ChartId, SavedQueryId, WorkspaceId};

/// Refuses content whose tiles show what is not of this workspace, or give values to parameters that take none of the kind. `are_tiles_said`
/// as in [`checked`](super::policy::checked). What `was` there already is not looked at again: that a query asks for something else by now
/// is no fault of whoever changes the dashboard, and nothing to tell somebody who may not see the query. Its parameter has its default then.
///
/// # Errors
/// `NOT_FOUND` for a chart or a query that is not in this workspace, BAD_USER_INPUT for parameters and filters that do not go together.
pub async fn require_fitting(
    conn: &Connection,
    workspace: WorkspaceId,
    content: &Content,
    was: Option<&Content>,
    are_tiles_said: bool,
) -> Result<()> {
    let (mut charts, mut queries) = (Vec::new(), Vec::new());
    for tile in &content.tiles {
        match tile.show {
            Show::Chart(chart) => charts.push(chart),
            Show::Table(query) => queries.push(query),
            Show::Text(_) => {}
        }
    }
    let (mut of_charts, mut of_queries): (HashMap<ChartId, Vec<Declared>>, HashMap<SavedQueryId, Vec<Declared>>) =
        (HashMap::new(), HashMap::new());
    for showable in tile_store::showable(conn, workspace, &charts, &queries).await? {
        let declared = serde_json::from_value(showable.declared).map_err(Error::internal)?;
        match showable.chart_id {
            Some(chart) => of_charts.insert(chart, declared),
            None => of_queries.insert(showable.query_id, declared),
        };
    }
    let mut wrong = Vec::new();
    for (place, tile) in content.tiles.iter().enumerate() {
        let (declared, what, part) = match tile.show {
            Show::Chart(chart) => (of_charts.get(&chart), "chart", "chartId"),
            Show::Table(query) => (of_queries.get(&query), "saved query", "queryId"),
            Show::Text(_) => continue,
        };
        let Some(declared) = declared else {
            // What was there a moment ago, and is gone by now, takes its tile along.
            if !are_tiles_said {
                continue;
            }
            return Err(Error::not_found(what).with_field(format!("input.tiles.{place}.{part}")));
        };
        for (at, mapping) in tile.parameters.iter().enumerate() {
            if was.is_some_and(|was| is_as_before(was, content, tile, mapping)) {
                continue;
            }
            let Some((part, message)) = mismatch(declared, &content.filters, mapping, are_tiles_said) else { continue };
            let path = if are_tiles_said {
                format!("input.tiles.{place}.parameters.{at}.{part}")
            } else {
                "input.filters".to_owned()
            };
            wrong.push(FieldError { path, message });
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::bad_inputs(wrong)) }
}

/// Whether a tile that was there gave its parameter the value of the same filter, of the same type.
fn is_as_before(was: &Content, content: &Content, tile: &TileDraft, mapping: &Mapping) -> bool {
    let kind = |content: &Content| {
        content.filters.iter().find(|filter| filter.name == mapping.filter).map(|filter| filter.kind)
    };
    let before =
        was.tiles.iter().find(|before| before.id.is_some() && before.id == tile.id && before.show == tile.show);
    before.is_some_and(|before| before.parameters.contains(mapping)) && kind(was) == kind(content)
}

/// Which part of a mapping does not do, and why. That a query by now asks for something else is no fault of who changes filters.
fn mismatch(
    declared: &[Declared],
    filters: &[Filter],
    mapping: &Mapping,
    are_tiles_said: bool,
) -> Option<(&'static str, String)> {
    let Some(parameter) = declared.iter().find(|declared| declared.name == mapping.parameter) else {
        let message = "The query asks for no parameter of this name.".to_owned();
        return are_tiles_said.then_some(("parameter", message));
    };
    let filter = filters.iter().find(|filter| filter.name == mapping.filter)?;
    let message = || format!("The filter {} is of another type than the parameter {}.", filter.name, parameter.name);
    (filter.kind != parameter.kind).then(|| ("filter", message()))
}
