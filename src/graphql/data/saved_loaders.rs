//! Statements that are kept, and their runs, by key.

use std::collections::HashMap;
use std::hash::Hash;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::data::queries::history;
use crate::domain::data::queries::model::QueryRun;
use crate::domain::data::saved::model::SavedQuery;
use crate::domain::data::saved::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{DataSourceId, QueryRunId, SavedQueryId};

/// A saved query that the reader sees.
pub struct SavedQueryById;

impl Load for SavedQueryById {
    type Key = SavedQueryId;
    type Value = SavedQuery;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::load(app, actor, keys).await
    }
}

/// The newest run of a saved query.
pub struct LatestRunOfQuery;

impl Load for LatestRunOfQuery {
    type Key = SavedQueryId;
    type Value = QueryRun;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        history::latest_of(app, actor, keys).await
    }
}

/// A page of the runs of a saved query.
pub struct RunPageOfQuery;

impl Load for RunPageOfQuery {
    type Key = (SavedQueryId, Page<QueryRunId>);
    type Value = Slice<QueryRun>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (page, queries) in by_page(keys) {
            let found = history::pages_of(app, actor, &queries, &page).await?;
            pages.extend(found.into_iter().map(|(query, slice)| ((query, page), slice)));
        }
        Ok(pages)
    }
}

/// A page of the saved queries of a source.
pub struct QueryPageOfSource;

impl Load for QueryPageOfSource {
    type Key = (DataSourceId, Page<SavedQueryId>);
    type Value = Slice<SavedQuery>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (page, sources) in by_page(keys) {
            let found = reading::pages_of(app, actor, &sources, &page).await?;
            pages.extend(found.into_iter().map(|(source, slice)| ((source, page), slice)));
        }
        Ok(pages)
    }
}

/// All parents of one field ask for the same page; another alias may ask for another.
#[must_use]
pub fn by_page<P: Copy, C: Copy + Eq + Hash>(keys: &[(P, Page<C>)]) -> HashMap<Page<C>, Vec<P>> {
    let mut by_page: HashMap<Page<C>, Vec<P>> = HashMap::new();
    for (parent, page) in keys {
        by_page.entry(*page).or_default().push(*parent);
    }
    by_page
}
