//! From people to what hangs on them.

use async_graphql::{ComplexObject, Context, Result};

use super::budget_edges::BudgetOf;
use super::budget_types::Budget;
use super::types::User;
use crate::error::Error;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;

#[ComplexObject]
impl User {
    /// What the account may spend on models, what it has spent, and what is left. FORBIDDEN for another's account, but for
    /// those who set budgets.
    async fn budget(&self, ctx: &Context<'_>) -> Result<Budget> {
        let key = self.id.parse().map_err(|error| to_graphql(Error::internal(error)))?;
        let standings = load::<BudgetOf>(ctx, key).await?.unwrap_or_default();
        Budget::of(&standings).ok_or_else(|| to_graphql(Error::internal("an account without its periods")))
    }
}
