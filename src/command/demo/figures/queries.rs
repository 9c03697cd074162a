//! The saved queries of the demo's bookshop, with their results and charts.

use std::collections::HashMap;

use super::plan::{PlannedQuery, statement};
use crate::app::App;
use crate::db::page::Page;
use crate::domain::dashboards::charts::actions as charts;
use crate::domain::dashboards::charts::model::NewChart;
use crate::domain::dashboards::charts::reading as known_charts;
use crate::domain::data::queries::asking::WAIT_MAX;
use crate::domain::data::queries::model::RunStatus;
use crate::domain::data::saved::asking::{self, AskSaved};
use crate::domain::data::saved::model::{Content, SavedQuery};
use crate::domain::data::saved::{actions, reading};
use crate::domain::users::actor::Actor;
use crate::error::{Error, Result};
use crate::ids::{ChartId, DataSourceId, SavedQueryId};

/// What tiles can show.
#[derive(Debug, Default)]
pub struct Kept {
    /// By their names.
    pub queries: HashMap<String, SavedQuery>,
    /// By their titles, with the names of their queries.
    pub charts: HashMap<String, (ChartId, String)>,
}

/// Keeps the queries that are not there, runs them, and makes their charts.
///
/// # Errors
/// When a database does not answer, and for a query without a result.
pub async fn fill(app: &App, demo: &Actor, source: DataSourceId, planned: &[PlannedQuery]) -> Result<Kept> {
    let mut there = by_name(app, demo, source).await?;
    let mut kept = Kept::default();
    for planned in planned {
        let query = match there.remove(&planned.name) {
            Some(query) => query,
            None => keep(app, demo, source, &content(planned)?).await?,
        };
        run(app, demo, &query).await?;
        if planned.is_verified {
            actions::verify(app, demo, query.id, true, None).await?;
        }
        let mut drawn = known_charts::of_queries(app, demo, &[query.id]).await?.remove(&query.id).unwrap_or_default();
        for chart in &planned.charts {
            let known = drawn.iter().position(|known| known.title == chart.title).map(|at| drawn.swap_remove(at).id);
            let id = if let Some(id) = known {
                id
            } else {
                let new = NewChart {
                    query: query.id,
                    title: chart.title.clone(),
                    description: chart.description.clone(),
                    spec: Some(chart.spec.clone()),
                };
                charts::create(app, demo, &new).await?.id
            };
            kept.charts.insert(chart.title.clone(), (id, planned.name.clone()));
        }
        kept.queries.insert(planned.name.clone(), query);
    }
    Ok(kept)
}

/// The queries of the source by their names.
///
/// # Errors
/// When Postgres does not answer.
pub async fn by_name(app: &App, demo: &Actor, source: DataSourceId) -> Result<HashMap<String, SavedQuery>> {
    let page: Page<SavedQueryId> = Page::new(Some(100), None, None, None, |_| None)?;
    let there = reading::pages_of(app, demo, &[source], &page).await?.remove(&source).unwrap_or_default();
    Ok(there.rows.into_iter().map(|query| (query.name.clone(), query)).collect())
}

/// Keeps a query.
///
/// # Errors
/// When Postgres does not answer.
pub async fn keep(app: &App, demo: &Actor, source: DataSourceId, content: &Content) -> Result<SavedQuery> {
    actions::create(app, demo, source, content).await
}

/// Has a query run with its defaults, or finds that it was.
///
/// # Errors
/// When there is no result in time.
pub async fn run(app: &App, demo: &Actor, query: &SavedQuery) -> Result<()> {
    let ask = AskSaved { id: query.id, values: Vec::new(), is_fresh: false, wait: WAIT_MAX };
    let run = asking::ask(app, demo, ask).await?;
    if run.status == RunStatus::Succeeded {
        return Ok(());
    }
    let problem = run.error_message.unwrap_or_else(|| "it takes too long".to_owned());
    Err(Error::internal(format!("the query {:?} of the demo has no result: {problem}", query.name)))
}

fn content(planned: &PlannedQuery) -> Result<Content> {
    Ok(Content {
        name: planned.name.clone(),
        description: planned.description.clone(),
        question: planned.question.clone(),
        sql: statement(&planned.file)?.to_owned(),
        parameters: planned.parameters.clone(),
    })
}
