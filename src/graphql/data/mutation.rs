//! Bringing data, and asking questions of them.

use async_graphql::{Context, Object, Result};

use super::exports::{ExportDataInput, ExportDataPayload};
use super::runs::{CancelRunInput, QueryRunPayload, RunQueryInput};
use super::tables::{DeleteDataTableInput, DeleteDataTablePayload};
use super::upload_inputs::{
    DatasetUploadPayload, DeleteDatasetUploadInput, DeleteDatasetUploadPayload, LoadDatasetInput, UploadDatasetInput,
};
use crate::domain::data::exports::asking as exports;
use crate::domain::data::queries::asking::{self, Ask};
use crate::domain::data::queries::cancelling;
use crate::domain::data::uploads::removal;
use crate::domain::data::uploads::taking::{self, Incoming};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that changes data.
#[derive(Default)]
pub struct DataMutation;

/// What can be done with data.
#[Object]
impl DataMutation {
    /// Takes a file in that becomes a table, whole or not at all. NOT_FOUND for a workspace that you are no member of, FORBIDDEN for
    /// its viewers, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE or BAD_USER_INPUT with the field at fault.
    async fn upload_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file, and what is wanted of it.")] input: UploadDatasetInput,
    ) -> Result<DatasetUploadPayload> {
        let (file, workspace, plan) = input.parts()?;
        let workspace = match &workspace {
            Some(id) => Some(parse_id(id, "input.workspaceId", "workspace")?),
            None => None,
        };
        let value = file.value(ctx)?;
        let incoming = Incoming { workspace, filename: value.filename, file: value.content, plan };
        let upload = taking::upload(app(ctx), actor(ctx), incoming).await.map_err(to_graphql)?;
        Ok(DatasetUploadPayload { upload: upload.into() })
    }

    /// Has a file that was uploaded loaded in another way, or for the first time. NOT_FOUND when you do not see it, FORBIDDEN for viewers
    /// of its workspace, CONFLICT while it is worked on, BAD_USER_INPUT with the field at fault.
    async fn load_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The upload, and what is wanted of it.")] input: LoadDatasetInput,
    ) -> Result<DatasetUploadPayload> {
        let (id, plan) = input.parts()?;
        let id = parse_id(&id, "input.id", "dataset upload")?;
        let upload = taking::load(app(ctx), actor(ctx), id, plan).await.map_err(to_graphql)?;
        Ok(DatasetUploadPayload { upload: upload.into() })
    }

    /// Deletes an uploaded file. The table that it became stays. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace,
    /// CONFLICT while it is worked on.
    async fn delete_dataset_upload(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The upload to delete.")] input: DeleteDatasetUploadInput,
    ) -> Result<DeleteDatasetUploadPayload> {
        let id = parse_id(&input.id, "input.id", "dataset upload")?;
        removal::remove_upload(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteDatasetUploadPayload { deleted_id: input.id })
    }

    /// Deletes a table with its rows, at once and for good. What was computed from it stays in the history. NOT_FOUND when you do not
    /// see it, FORBIDDEN for viewers of its workspace, CONFLICT for a table of an external database.
    async fn delete_data_table(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The table to delete.")] input: DeleteDataTableInput,
    ) -> Result<DeleteDataTablePayload> {
        let id = parse_id(&input.id, "input.id", "data table")?;
        removal::remove_table(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteDataTablePayload { deleted_id: input.id })
    }

    /// Runs one SELECT about a data source, as a role that may read nothing else and change nothing. A statement that is refused is a run
    /// that failed, with its error. NOT_FOUND for a source that you do not see, BAD_USER_INPUT for parameters that are none,
    /// RATE_LIMITED for more than so many statements in a minute.
    async fn run_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The statement to run.")] input: RunQueryInput,
    ) -> Result<QueryRunPayload> {
        let source = parse_id(&input.data_source_id, "input.dataSourceId", "data source")?;
        let wait = input.wait();
        let ask = Ask {
            source,
            saved: None,
            sql: input.sql,
            parameters: input.parameters.unwrap_or_default().into_iter().map(Into::into).collect(),
            is_fresh: input.fresh.unwrap_or(false),
            wait,
        };
        let run = asking::ask(app(ctx), actor(ctx), ask).await.map_err(to_graphql)?;
        Ok(QueryRunPayload { run: run.into() })
    }

    /// Stops a run, and the database that works on it: your own, or any of a workspace that you may change. One that has ended stays as it
    /// is. NOT_FOUND when you do not see it, FORBIDDEN for somebody else's.
    async fn cancel_run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run to stop.")] input: CancelRunInput,
    ) -> Result<QueryRunPayload> {
        let id = parse_id(&input.id, "input.id", "query run")?;
        let run = cancelling::cancel(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(QueryRunPayload { run: run.into() })
    }

    /// Has a file written of the result of a run that you see. It can be fetched for a day. NOT_FOUND when you do not see the run, CONFLICT for
    /// one without a result, and while five of your exports are written.
    async fn export_data(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run, and what is wanted of it.")] input: ExportDataInput,
    ) -> Result<ExportDataPayload> {
        let ask = exports::Ask {
            run: parse_id(&input.run_id, "input.runId", "query run")?,
            format: input.format.into(),
            is_neutralised: input.neutralise,
            is_for_excel: input.excel,
            wait: input.wait(),
        };
        let export = exports::export(app(ctx), actor(ctx), ask).await.map_err(to_graphql)?;
        Ok(ExportDataPayload { export: export.into() })
    }
}
