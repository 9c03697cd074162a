//! The budgets that were set.

use async_graphql::{Context, Object, Result};

use super::budget_edges::{BudgetLimitConnection, all_budgets};
use super::budget_types::BudgetKind;
use crate::domain::users::budgets::model;
use crate::graphql::page::PageArgs;

/// The part of the root that reads budgets.
#[derive(Default)]
pub struct BudgetQuery;

/// What can be read.
#[Object]
impl BudgetQuery {
    /// The budgets that were set, newest first. FORBIDDEN for those who may not set them.
    async fn budgets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Only those of this kind. Null for all.")] kind: Option<BudgetKind>,
    ) -> Result<BudgetLimitConnection> {
        all_budgets(ctx, PageArgs { first, after, last, before }, kind.map(model::BudgetKind::from)).await
    }
}
