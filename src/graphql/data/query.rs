//! Finding data.

use async_graphql::{Context, Object, Result};

use super::types::DataSource;
use crate::domain::data::reading;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

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
}
