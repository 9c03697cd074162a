//! Finding what a class believes wrongly.

use async_graphql::{Context, Object, Result};

use super::edges::week_id;
use super::inputs::WeekPayload;
use super::misconceptions::FindMisconceptionsInput;
use crate::domain::courses::actions::misconceptions;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// The part of the root that finds misconceptions.
#[derive(Default)]
pub struct MisconceptionsMutation;

/// What those who teach find out about a class.
#[Object]
impl MisconceptionsMutation {
    /// Has the misconceptions of a week found in what its students said in sessions that have ended: all of it is read, by the
    /// model, or without one the tutor's citations are counted. They are there a little later; `Week.misconceptionSearch` says
    /// when. What was found in the same before is kept; when more is said it is found anew by itself, every six hours at most.
    /// NOT_FOUND for a week of a course that you are no member of, FORBIDDEN for students, CONFLICT while nothing was said,
    /// QUOTA_EXCEEDED when your budget does not cover it.
    async fn find_misconceptions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The week to look into.")] input: FindMisconceptionsInput,
    ) -> Result<WeekPayload> {
        let week = misconceptions::find(app(ctx), actor(ctx), week_id(&input.week_id)?).await.map_err(to_graphql)?;
        Ok(WeekPayload { week: week.into() })
    }
}
