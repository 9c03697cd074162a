//! What was run, and the rows that came of it.

use std::collections::HashMap;

use serde_json::Value;

use super::allowance::{ROWS_AT_ONCE_MAX, too_many};
use super::model::{PAGE_ROWS, QueryRun, Sample};
use super::{result_store, run_store as store, saved_run_store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::Connection;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{DataSourceId, QueryResultId, QueryRunId, SavedQueryId};

/// Rows of a result that one call gives.
pub const ROWS_MAX: usize = 1000;

/// Some rows of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    pub result: QueryResultId,
    pub first: usize,
    pub offset: usize,
}

/// Those of these runs that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[QueryRunId]) -> Result<HashMap<QueryRunId, QueryRun>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|run| (run.id, run)).collect())
}

/// The run, for work of the server's own: **nothing is authorised here**.
///
/// # Errors
/// When Postgres does not answer.
pub async fn find_run(conn: &Connection, id: QueryRunId) -> Result<Option<QueryRun>> {
    store::find(conn, id).await
}

/// What was run on a source, by anybody in its workspace, the newest first; nothing for a source that the actor does not see.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn page(app: &App, actor: &Actor, source: DataSourceId, page: &Page<QueryRunId>) -> Result<Slice<QueryRun>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    Ok(page.slice(store::page(&*app.db.read().await?, reader, source, page).await?))
}

/// The newest run of each of these queries, as far as the actor sees them.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn latest_of(app: &App, actor: &Actor, queries: &[SavedQueryId]) -> Result<HashMap<SavedQueryId, QueryRun>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = saved_run_store::latest(&*app.db.read().await?, reader, queries).await?;
    Ok(found.into_iter().filter_map(|run| Some((run.saved_query_id?, run))).collect())
}

/// The same page of the runs of each of these queries, as far as the actor sees them, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn pages_of(
    app: &App,
    actor: &Actor,
    queries: &[SavedQueryId],
    page: &Page<QueryRunId>,
) -> Result<HashMap<SavedQueryId, Slice<QueryRun>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<SavedQueryId, Vec<QueryRun>> = HashMap::new();
    for run in saved_run_store::pages(&*app.db.read().await?, reader, queries, page).await? {
        if let Some(query) = run.saved_query_id {
            of.entry(query).or_default().push(run);
        }
    }
    Ok(of.into_iter().map(|(query, runs)| (query, page.slice(runs))).collect())
}

/// The beginnings of results of runs that the actor has loaded.
///
/// # Errors
/// UNAUTHENTICATED for nobody, `QUERY_TOO_COMPLEX` for more than 20 at once.
pub async fn samples(app: &App, actor: &Actor, results: &[QueryResultId]) -> Result<HashMap<QueryResultId, Sample>> {
    actor.require_may(Permission::ReadOwnData)?;
    if results.len() * PAGE_ROWS > ROWS_AT_ONCE_MAX {
        let most = ROWS_AT_ONCE_MAX / PAGE_ROWS;
        let message = format!("That is to look into more than {most} results at once. Ask for fewer.");
        return Err(Error::new(ErrorCode::QueryTooComplex, message));
    }
    let found = saved_run_store::samples(&*app.db.read().await?, results).await?;
    Ok(found.into_iter().map(|sample| (sample.result_id, sample)).collect())
}

/// The beginning of the newest result of a query as it is written now, if there is one. Whoever calls this has found out that the query
/// may be seen.
///
/// # Errors
/// When Postgres does not answer.
pub async fn latest_sample(conn: &Connection, query: SavedQueryId) -> Result<Option<Sample>> {
    saved_run_store::latest_sample(conn, query).await
}

/// Rows of results of runs that the actor has loaded.
///
/// # Errors
/// UNAUTHENTICATED for nobody, `QUERY_TOO_COMPLEX` for more than 10,000 at once.
pub async fn rows(app: &App, actor: &Actor, windows: &[Window]) -> Result<HashMap<Window, Vec<Vec<Value>>>> {
    actor.require_may(Permission::ReadOwnData)?;
    find_rows(app, windows).await
}

/// As [`rows`], for the domain's own use: **nothing is authorised here**. Whoever calls this has found out that the results may be seen.
///
/// # Errors
/// `QUERY_TOO_COMPLEX` for more than 10,000 at once.
pub async fn find_rows(app: &App, windows: &[Window]) -> Result<HashMap<Window, Vec<Vec<Value>>>> {
    if windows.iter().map(|window| window.first).sum::<usize>() > ROWS_AT_ONCE_MAX {
        return Err(too_many());
    }
    stored(&*app.db.read().await?, windows).await
}

/// Some rows of a result, as many as are asked for: **nothing is authorised here**. Whoever calls this has found out that the result may be seen.
///
/// # Errors
/// When Postgres does not answer.
pub async fn window(conn: &Connection, window: Window) -> Result<Vec<Vec<Value>>> {
    Ok(stored(conn, &[window]).await?.remove(&window).unwrap_or_default())
}

async fn stored(conn: &Connection, windows: &[Window]) -> Result<HashMap<Window, Vec<Vec<Value>>>> {
    let at = |row: usize| i32::try_from(row / PAGE_ROWS).unwrap_or(i32::MAX);
    let results: Vec<QueryResultId> = windows.iter().map(|window| window.result).collect();
    let first: Vec<i32> = windows.iter().map(|window| at(window.offset)).collect();
    let last: Vec<i32> = windows.iter().map(|window| at(window.offset + window.first.saturating_sub(1))).collect();
    let mut pages: HashMap<(QueryResultId, usize), Vec<Vec<Value>>> = HashMap::new();
    for page in result_store::result_pages(conn, &results, &first, &last).await? {
        let rows = serde_json::from_value(page.rows).map_err(Error::internal)?;
        pages.insert((page.result_id, usize::try_from(page.position).unwrap_or(usize::MAX)), rows);
    }
    let row = |result: QueryResultId, row: usize| pages.get(&(result, row / PAGE_ROWS))?.get(row % PAGE_ROWS).cloned();
    let of = |window: &Window| {
        (window.offset..window.offset + window.first).map_while(|at| row(window.result, at)).collect::<Vec<_>>()
    };
    Ok(windows.iter().map(|window| (*window, of(window))).collect())
}
