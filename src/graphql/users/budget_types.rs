//! Budgets and what was spent, as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};

use super::types::Role;
use crate::domain::users::budgets::model::{self, Standing};
use crate::graphql::scalars::{Decimal, id};

/// Whose a budget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::BudgetKind")]
pub enum BudgetKind {
    /// Of every account that has none of its own, nor one by its role.
    Default,
    /// Of each account with that role that has none of its own.
    Role,
    /// Of one account, in the place of all wider ones.
    User,
    /// Of one API key, besides the budget of its account.
    ApiKey,
}

/// How often a budget starts anew. Days and months begin at midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Period")]
pub enum BudgetPeriod {
    /// Every day.
    Day,
    /// On the first of every month.
    Month,
}

/// What may be spent on models in each period. For one period the narrowest budget of an account counts alone: its own,
/// else that of its role, else the default, else the settings of the server. That of an API key counts besides.
#[derive(Debug, Clone, SimpleObject)]
pub struct BudgetLimit {
    /// Opaque, and the same for the life of the budget.
    pub id: ID,
    /// Whose it is.
    pub kind: BudgetKind,
    /// The role, for ROLE. Null for others.
    pub role: Option<Role>,
    /// The account for USER, the key for `API_KEY`, by its id. Null for others.
    pub subject_id: Option<ID>,
    /// How often it starts anew.
    pub period: BudgetPeriod,
    /// US dollars, by list prices. Null for as much as one likes.
    pub max_cost_usd: Option<Decimal>,
    /// Tokens read and written. Null for as many as one likes.
    pub max_tokens: Option<i32>,
    /// When it was first set.
    pub created_at: DateTime<Utc>,
    /// When it was last set.
    pub updated_at: DateTime<Utc>,
}

impl From<model::Budget> for BudgetLimit {
    fn from(row: model::Budget) -> Self {
        Self {
            id: id(row.id),
            kind: row.kind.into(),
            role: row.role.map(Role::from),
            subject_id: row.user_id.map(id).or_else(|| row.api_key_id.map(id)),
            period: row.period.into(),
            max_cost_usd: row.max_cost_usd.map(Decimal),
            max_tokens: row.max_tokens.map(count),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// How an account, or an API key, stands in one period.
#[derive(Debug, Clone, SimpleObject)]
pub struct BudgetStanding {
    /// Which budget bounds it. Null when none does but, where there is a limit, the settings of the server.
    pub kind: Option<BudgetKind>,
    /// US dollars that may be spent. Null for as much as one likes.
    pub limit_usd: Option<Decimal>,
    /// US dollars that were spent, by list prices. Models without a known price cost nothing here.
    pub spent_usd: Decimal,
    /// US dollars that are held for answers under way.
    pub reserved_usd: Decimal,
    /// US dollars that are neither spent nor held. Null where nothing bounds them.
    pub left_usd: Option<Decimal>,
    /// Tokens that may be read and written. Null for as many as one likes.
    pub limit_tokens: Option<i32>,
    /// Tokens that were read and written.
    pub spent_tokens: i32,
    /// Tokens that are held for answers under way.
    pub reserved_tokens: i32,
    /// Tokens that are neither spent nor held. Null where nothing bounds them.
    pub left_tokens: Option<i32>,
    /// When the period ends and all of it is there again: midnight UTC.
    pub resets_at: DateTime<Utc>,
}

impl From<&Standing> for BudgetStanding {
    fn from(row: &Standing) -> Self {
        Self {
            kind: row.kind.map(Into::into),
            limit_usd: row.max_cost_usd.clone().map(Decimal),
            spent_usd: Decimal(row.cost_usd.clone()),
            reserved_usd: Decimal(row.reserved_cost_usd.clone()),
            left_usd: row.left_usd().map(Decimal),
            limit_tokens: row.max_tokens.map(count),
            spent_tokens: count(row.tokens),
            reserved_tokens: count(row.reserved_tokens),
            left_tokens: row.left_tokens().map(count),
            resets_at: row.period.end(row.starts_on),
        }
    }
}

/// As many as a number of GraphQL can say.
fn count(tokens: i64) -> i32 {
    i32::try_from(tokens).unwrap_or(i32::MAX)
}

/// What may be spent on models, what was, and what is left.
#[derive(Debug, Clone, SimpleObject)]
pub struct Budget {
    /// Today.
    pub day: BudgetStanding,
    /// This month.
    pub month: BudgetStanding,
    /// How the API key stands that this is asked with. Null for somebody who signed in.
    pub api_key: Option<ApiKeyBudget>,
}

/// What an API key may spend, besides what its account may.
#[derive(Debug, Clone, SimpleObject)]
pub struct ApiKeyBudget {
    /// Today.
    pub day: BudgetStanding,
    /// This month.
    pub month: BudgetStanding,
}

impl Budget {
    /// Puts the periods of one account together; `None` when one is missing.
    #[must_use]
    pub fn of(standings: &[Standing]) -> Option<Self> {
        let find = |of_key: bool, period: model::Period| {
            let found = standings.iter().find(|one| one.of_key == of_key && one.period == period);
            found.map(BudgetStanding::from)
        };
        let key = find(true, model::Period::Day).zip(find(true, model::Period::Month));
        Some(Self {
            day: find(false, model::Period::Day)?,
            month: find(false, model::Period::Month)?,
            api_key: key.map(|(day, month)| ApiKeyBudget { day, month }),
        })
    }
}

/// A budget to set. It replaces the one of the same subject and period, both limits of it.
#[derive(Debug, InputObject)]
pub struct SetBudgetInput {
    /// Whose it is.
    pub kind: BudgetKind,
    /// The role, for ROLE. Null for others.
    pub role: Option<Role>,
    /// The account for USER, the key for `API_KEY`, by its id. Null for others.
    pub subject_id: Option<ID>,
    /// How often it starts anew.
    pub period: BudgetPeriod,
    /// US dollars, 0 or more. Null for as much as one likes, whatever a wider budget says.
    pub max_cost_usd: Option<Decimal>,
    /// Tokens read and written, 0 or more. Null for as many as one likes, whatever a wider budget says.
    pub max_tokens: Option<i32>,
}

impl SetBudgetInput {
    /// The limit in dollars.
    #[must_use]
    pub fn dollars(&self) -> Option<BigDecimal> {
        self.max_cost_usd.as_ref().map(|most| most.0.clone())
    }
}

/// A budget to remove.
#[derive(Debug, InputObject)]
pub struct RemoveBudgetInput {
    /// Its id.
    pub id: ID,
}

/// The answer to setting or removing a budget.
#[derive(Debug, SimpleObject)]
pub struct BudgetPayload {
    /// The budget as it is, or as it was.
    pub budget: BudgetLimit,
}
