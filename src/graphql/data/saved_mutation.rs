//! Keeping statements, and running them.

use async_graphql::{Context, Object, Result};

use super::runs::QueryRunPayload;
use super::saved_inputs::{
    CreateQueryInput, DeleteQueryInput, DeleteQueryPayload, RunSavedQueryInput, SavedQueryPayload, UpdateQueryInput,
    VerifyQueryInput,
};
use crate::domain::data::saved::asking::{self, AskSaved};
use crate::domain::data::saved::{actions, model};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that keeps statements.
#[derive(Default)]
pub struct SavedQueriesMutation;

/// What can be done with saved queries.
#[Object]
impl SavedQueriesMutation {
    /// Keeps a statement about a data source. NOT_FOUND for a source that you do not see, FORBIDDEN for viewers of its workspace,
    /// BAD_USER_INPUT with the field at fault: `input.sql` with code, sentence and place for a statement that would not be run.
    async fn create_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The statement to keep.")] input: CreateQueryInput,
    ) -> Result<SavedQueryPayload> {
        let source = parse_id(&input.data_source_id, "input.dataSourceId", "data source")?;
        payload(actions::create(app(ctx), actor(ctx), source, &input.into()).await)
    }

    /// Changes a saved query, all of it or nothing. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace, CONFLICT when
    /// it is another version by now, BAD_USER_INPUT as for createQuery.
    async fn update_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The query, and what to change in it.")] input: UpdateQueryInput,
    ) -> Result<SavedQueryPayload> {
        let id = parse_id(&input.id, "input.id", "saved query")?;
        let version = input.version;
        payload(actions::update(app(ctx), actor(ctx), id, version, &input.into()).await)
    }

    /// Deletes a saved query with its charts. What was run stays in the history of its source. NOT_FOUND when you do not see it, FORBIDDEN
    /// for viewers of its workspace.
    async fn delete_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The query to delete.")] input: DeleteQueryInput,
    ) -> Result<DeleteQueryPayload> {
        let id = parse_id(&input.id, "input.id", "saved query")?;
        actions::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteQueryPayload { deleted_id: input.id })
    }

    /// Says whether you vouch that the statement of a saved query answers its question. NOT_FOUND when you do not see it, FORBIDDEN for
    /// viewers of its workspace, CONFLICT when it is another version by now.
    async fn verify_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The query, and whether you vouch for it.")] input: VerifyQueryInput,
    ) -> Result<SavedQueryPayload> {
        let id = parse_id(&input.id, "input.id", "saved query")?;
        payload(actions::verify(app(ctx), actor(ctx), id, input.verified, input.version).await)
    }

    /// Runs a saved query, as runQuery does. One that is refused by now, because a table went, is a run that failed, with its error. NOT_FOUND
    /// when you do not see it, BAD_USER_INPUT for values that it does not ask for, RATE_LIMITED as for runQuery.
    async fn run_saved_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The query to run, and its values.")] input: RunSavedQueryInput,
    ) -> Result<QueryRunPayload> {
        let id = parse_id(&input.id, "input.id", "saved query")?;
        let (is_fresh, wait) = (input.fresh.unwrap_or(false), input.wait());
        let ask = AskSaved { id, values: input.values(), is_fresh, wait };
        let run = asking::ask(app(ctx), actor(ctx), ask).await.map_err(to_graphql)?;
        Ok(QueryRunPayload { run: run.into() })
    }
}

fn payload(result: crate::error::Result<model::SavedQuery>) -> Result<SavedQueryPayload> {
    result.map(|query| SavedQueryPayload { query: query.into() }).map_err(to_graphql)
}
