//! From people to their budgets, and the list of all that were set.

use std::collections::HashMap;

use async_graphql::connection::Connection;
use async_graphql::{Context, Object, Result};

use super::budget_types::{Budget, BudgetLimit};
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::budgets;
use crate::domain::users::budgets::model::{self, Standing};
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::Load;
use crate::graphql::page::{PageArgs, connection};
use crate::ids::UserId;

/// A page of budgets.
pub type BudgetLimitConnection = Connection<String, BudgetLimit, BudgetTotal>;

/// How many budgets there are, counted only when selected.
pub struct BudgetTotal {
    kind: Option<model::BudgetKind>,
}

/// What is counted only when it is selected.
#[Object]
impl BudgetTotal {
    /// How many budgets there are in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        budgets::count(app(ctx), actor(ctx), self.kind).await.map_err(to_graphql)
    }
}

/// The budgets that were set.
///
/// # Errors
/// As [`budgets::list`].
pub async fn all_budgets(
    ctx: &Context<'_>,
    args: PageArgs,
    kind: Option<model::BudgetKind>,
) -> Result<BudgetLimitConnection> {
    let page = args.page(|text| text.parse().ok())?;
    let slice = budgets::list(app(ctx), actor(ctx), kind, &page).await.map_err(to_graphql)?;
    Ok(connection(slice, BudgetTotal { kind }, |budget: &model::Budget| budget.id.to_string(), BudgetLimit::from))
}

/// How whoever asks stands.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn viewer_budget(ctx: &Context<'_>) -> Result<Budget> {
    let standings = budgets::own_standing(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
    Budget::of(&standings).ok_or_else(|| to_graphql(Error::internal("an account without its periods")))
}

/// How an account stands: one's own, or any for those who set budgets.
pub struct BudgetOf;

impl Load for BudgetOf {
    type Key = UserId;
    type Value = Vec<Standing>;

    async fn load(app: &App, actor: &Actor, keys: &[UserId]) -> crate::error::Result<HashMap<UserId, Vec<Standing>>> {
        let mut of: HashMap<UserId, Vec<Standing>> = HashMap::new();
        for standing in budgets::standings(app, actor, keys).await? {
            of.entry(standing.user_id).or_default().push(standing);
        }
        Ok(of)
    }
}
