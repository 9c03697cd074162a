//! Finding data.

use async_graphql::connection::EmptyFields;
use async_graphql::{Context, Object, Result};

use super::edges::SavedQueryConnection;
use super::saved_types::SavedQuery;
use super::types::DataSource;
use crate::domain::data::reading;
use crate::domain::data::saved::model::SavedQuery as Saved;
use crate::domain::data::saved::reading as saved;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::page::{PageArgs, connection};

/// The part of the root that finds data.
#[derive(Default)]
pub struct DataQuery;

/// What can be read.
#[Object]
impl DataQuery {
    /// The data sources of all your workspaces, by their names, 1,000 at most.
    async fn data_sources(&self, ctx: &Context<'_>) -> Result<Vec<DataSource>> {
        let sources = reading::sources(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
        Ok(sources.into_iter().map(DataSource::from).collect())
    }

    /// The saved queries of all your workspaces, the newest first.
    async fn queries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that have this in name, description or question, in any case. Null for all.")]
        search: Option<String>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<SavedQueryConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let found = saved::page(app(ctx), actor(ctx), search.as_deref(), &page).await.map_err(to_graphql)?;
        Ok(connection(found, EmptyFields, |row: &Saved| row.id.to_string(), SavedQuery::from))
    }
}
