//! Setting and removing budgets.

use async_graphql::{Context, Object, Result};

use super::budget_types::{BudgetKind, BudgetPayload, RemoveBudgetInput, SetBudgetInput};
use crate::domain::users::budgets::model::Subject;
use crate::domain::users::budgets::{self, SetBudget};
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that sets budgets.
#[derive(Default)]
pub struct BudgetMutation;

/// What people do with budgets.
#[Object]
impl BudgetMutation {
    /// Says what may be spent on models in each day or month, from now on and counting what was spent before. FORBIDDEN for
    /// those who may not, NOT_FOUND for an unknown account or key.
    async fn set_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The budget to set.")] input: SetBudgetInput,
    ) -> Result<BudgetPayload> {
        budgets::require(actor(ctx)).map_err(to_graphql)?;
        let set = SetBudget {
            subject: subject(&input)?,
            period: input.period.into(),
            max_cost_usd: input.dollars(),
            max_tokens: input.max_tokens.map(i64::from),
        };
        let budget = budgets::set(app(ctx), actor(ctx), set).await.map_err(to_graphql)?;
        Ok(BudgetPayload { budget: budget.into() })
    }

    /// Removes a budget; the next wider one counts from then on. Gives it as it was. FORBIDDEN for those who may not,
    /// NOT_FOUND for an unknown one.
    async fn remove_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The budget to remove.")] input: RemoveBudgetInput,
    ) -> Result<BudgetPayload> {
        budgets::require(actor(ctx)).map_err(to_graphql)?;
        let id = parse_id(&input.id, "input.id", "budget")?;
        let budget = budgets::remove(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(BudgetPayload { budget: budget.into() })
    }
}

/// Whose budget it is to be.
fn subject(input: &SetBudgetInput) -> Result<Subject> {
    let wrong = |path: &str, problem: &str| Err(to_graphql(Error::bad_input(path, problem)));
    match (input.kind, input.role, &input.subject_id) {
        (BudgetKind::Default, None, None) => Ok(Subject::Default),
        (BudgetKind::Role, Some(role), None) => Ok(Subject::Role(role.into())),
        (BudgetKind::User, None, Some(id)) => Ok(Subject::User(parse_id(id, "input.subjectId", "user")?)),
        (BudgetKind::ApiKey, None, Some(id)) => Ok(Subject::ApiKey(parse_id(id, "input.subjectId", "API key")?)),
        (BudgetKind::Role, None, _) => wrong("input.role", "Say which role."),
        (BudgetKind::User | BudgetKind::ApiKey, _, None) => wrong("input.subjectId", "Say whose budget it is."),
        (BudgetKind::Default | BudgetKind::Role, _, Some(_)) => {
            wrong("input.subjectId", "Only the budget of an account or an API key has one.")
        }
        (_, Some(_), _) => wrong("input.role", "Only the budget of a role has one."),
    }
}
