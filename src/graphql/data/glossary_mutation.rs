//! Defining words.

use async_graphql::{Context, Object, Result};

use super::glossary_types::{
    DefineTermInput, DeleteTermInput, DeleteTermPayload, GlossaryTermPayload, UpdateTermInput,
};
use crate::domain::data::glossary::{actions, model};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that defines words.
#[derive(Default)]
pub struct GlossaryMutation;

/// What can be done with terms.
#[Object]
impl GlossaryMutation {
    /// Defines a term of a workspace. NOT_FOUND for a workspace that you are no member of, FORBIDDEN for its viewers, CONFLICT for a term that
    /// it has, and for the 501st, BAD_USER_INPUT with the field at fault.
    async fn define_term(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The term, and what it means.")] input: DefineTermInput,
    ) -> Result<GlossaryTermPayload> {
        let workspace = parse_id(&input.workspace_id, "input.workspaceId", "workspace")?;
        payload(actions::define(app(ctx), actor(ctx), workspace, &input.into()).await)
    }

    /// Changes a term, all of it or nothing. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace, CONFLICT when it is
    /// another version by now, or the word is taken, BAD_USER_INPUT as for defineTerm.
    async fn update_term(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The term, and what to change in it.")] input: UpdateTermInput,
    ) -> Result<GlossaryTermPayload> {
        let id = parse_id(&input.id, "input.id", "glossary term")?;
        let version = input.version;
        payload(actions::update(app(ctx), actor(ctx), id, version, &input.into()).await)
    }

    /// Deletes a term. NOT_FOUND when you do not see it, FORBIDDEN for viewers of its workspace.
    async fn delete_term(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The term to delete.")] input: DeleteTermInput,
    ) -> Result<DeleteTermPayload> {
        let id = parse_id(&input.id, "input.id", "glossary term")?;
        actions::delete(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(DeleteTermPayload { deleted_id: input.id })
    }
}

fn payload(result: crate::error::Result<model::GlossaryTerm>) -> Result<GlossaryTermPayload> {
    result.map(|term| GlossaryTermPayload { term: term.into() }).map_err(to_graphql)
}
