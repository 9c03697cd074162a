//! Stopping a text.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::types::Generation;
use crate::domain::generation::actions;
use crate::graphql::context::{actor, engine};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// What to stop.
#[derive(Debug, Clone, InputObject)]
pub struct StopGenerationInput {
    /// The generation.
    pub generation_id: ID,
}

/// What was stopped.
#[derive(Debug, Clone, SimpleObject)]
pub struct StopGenerationPayload {
    /// The generation as it now is: STOPPED, or as it had ended before.
    pub generation: Generation,
}

/// The part of the root that stops texts.
#[derive(Default)]
pub struct GenerationMutation;

/// What people do with texts that are being written.
#[Object]
impl GenerationMutation {
    /// Stops a text, on whichever server it is written, and closes the provider's connection. The text so far is kept.
    /// Stopping what has ended changes nothing. NOT_FOUND for a generation that is not yours.
    async fn stop_generation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to stop.")] input: StopGenerationInput,
    ) -> Result<StopGenerationPayload> {
        let id = parse_id(&input.generation_id, "input.generationId", "generation")?;
        let generation = actions::stop(engine(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(StopGenerationPayload { generation: generation.into() })
    }
}
