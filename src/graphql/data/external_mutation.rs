//! Entering databases of somebody else's.

use async_graphql::{Context, Object, Result};

use super::external::{
    CreateDataSourceInput, DataSourcePayload, DeleteDataSourceInput, DeleteDataSourcePayload, RefreshDataSourceInput,
    UpdateDataSourceInput,
};
use crate::domain::data::external::{refreshing, removal, saving};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that changes external databases.
#[derive(Default)]
pub struct ExternalMutation;

/// What can be done with external databases.
#[Object]
impl ExternalMutation {
    /// Makes a Postgres database of somebody else's a data source: signs in, makes sure that its user may do no more than it should, and looks
    /// what there is. Nothing is kept that does not work. NOT_FOUND for a workspace that you are no member of, FORBIDDEN for its viewers,
    /// BAD_USER_INPUT with the field that is wrong or does not work, CONFLICT for more than 50 in one workspace.
    async fn create_data_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The database, and how it is reached.")] input: CreateDataSourceInput,
    ) -> Result<DataSourcePayload> {
        let (workspace, entered) = input.parts();
        let workspace = parse_id(&workspace, "input.workspaceId", "workspace")?;
        let source = saving::create(app(ctx), actor(ctx), workspace, entered).await.map_err(to_graphql)?;
        Ok(DataSourcePayload { data_source: source.into() })
    }

    /// Changes how an external database is reached, or what it is called. Nothing is kept that does not work. NOT_FOUND when you do not see
    /// it, FORBIDDEN for viewers of its workspace, BAD_USER_INPUT with the field that is wrong or does not work, CONFLICT for uploads, and
    /// when somebody else changes it meanwhile.
    async fn update_data_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source, and what is to be otherwise.")] input: UpdateDataSourceInput,
    ) -> Result<DataSourcePayload> {
        let (id, change) = input.parts();
        let id = parse_id(&id, "input.id", "data source")?;
        let source = saving::update(app(ctx), actor(ctx), id, change).await.map_err(to_graphql)?;
        Ok(DataSourcePayload { data_source: source.into() })
    }

    /// Looks again what there is in an external database. When that does not work, status and error of the source say why, and its tables
    /// stay as they were. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace, CONFLICT for uploads.
    async fn refresh_data_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source to look at.")] input: RefreshDataSourceInput,
    ) -> Result<DataSourcePayload> {
        let id = parse_id(&input.id, "input.id", "data source")?;
        let source = refreshing::refresh(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DataSourcePayload { data_source: source.into() })
    }

    /// Forgets an external database at once and for good: how it is reached, what was seen there, and what was run. Nothing happens to the
    /// database itself. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace, CONFLICT for uploads.
    async fn delete_data_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source to forget.")] input: DeleteDataSourceInput,
    ) -> Result<DeleteDataSourcePayload> {
        let id = parse_id(&input.id, "input.id", "data source")?;
        removal::remove(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteDataSourcePayload { deleted_id: input.id })
    }
}
