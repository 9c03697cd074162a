//! Budgets and what was spent, as rows.

use bigdecimal::{BigDecimal, Zero as _};
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Numeric, Text, Uuid as SqlUuid};

use crate::db::schema::budgets;
use crate::domain::users::actor::SignedIn;
use crate::domain::users::model::Role;
use crate::ids::{ApiKeyId, BudgetId, UserId};

/// Whose a budget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum BudgetKind {
    /// Everybody's who has no other.
    Default,
    /// Of each account with that role.
    Role,
    User,
    ApiKey,
}

crate::db::enums::text_enum!(BudgetKind {
    Default => "DEFAULT",
    Role => "ROLE",
    User => "USER",
    ApiKey => "API_KEY",
});

/// How often a budget starts anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Period {
    Day,
    Month,
}

crate::db::enums::text_enum!(Period { Day => "DAY", Month => "MONTH" });

impl Period {
    /// The moment at which the period ends that began on that day, in UTC.
    #[must_use]
    pub fn end(self, starts_on: NaiveDate) -> DateTime<Utc> {
        let next = match self {
            Self::Day => starts_on.checked_add_days(Days::new(1)),
            Self::Month => starts_on.checked_add_months(Months::new(1)),
        };
        next.unwrap_or(NaiveDate::MAX).and_time(NaiveTime::MIN).and_utc()
    }

    /// The first day of the period that a moment is in, in UTC.
    #[must_use]
    pub fn start(self, moment: DateTime<Utc>) -> NaiveDate {
        use chrono::Datelike as _;
        let day = moment.date_naive();
        match self {
            Self::Day => day,
            Self::Month => day.with_day(1).unwrap_or(day),
        }
    }
}

/// Whose budget to set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Default,
    Role(Role),
    User(UserId),
    ApiKey(ApiKeyId),
}

impl Subject {
    #[must_use]
    pub const fn kind(self) -> BudgetKind {
        match self {
            Self::Default => BudgetKind::Default,
            Self::Role(_) => BudgetKind::Role,
            Self::User(_) => BudgetKind::User,
            Self::ApiKey(_) => BudgetKind::ApiKey,
        }
    }
}

/// What may be spent in each period.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = budgets, check_for_backend(diesel::pg::Pg))]
pub struct Budget {
    pub id: BudgetId,
    pub kind: BudgetKind,
    /// Of a role's.
    pub role: Option<Role>,
    /// Of an account's.
    pub user_id: Option<UserId>,
    /// Of an API key's.
    pub api_key_id: Option<ApiKeyId>,
    pub period: Period,
    /// `None` for as much as one likes.
    pub max_cost_usd: Option<BigDecimal>,
    /// Read and written; `None` for as many as one likes.
    pub max_tokens: Option<i64>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Budget {
    /// Whose it is, as the audit trail names it.
    #[must_use]
    pub fn subject(&self) -> String {
        let named = [
            self.role.map(|role| role.to_string()),
            self.user_id.map(|id| id.to_string()),
            self.api_key_id.map(|id| id.to_string()),
        ];
        named.into_iter().flatten().next().unwrap_or_else(|| self.kind.to_string())
    }
}

/// How an account, or a key of it, stands in one period.
#[derive(Debug, Clone, QueryableByName)]
pub struct Standing {
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    /// Of the key, and not of the whole account.
    #[diesel(sql_type = Bool)]
    pub of_key: bool,
    #[diesel(sql_type = Text)]
    pub period: Period,
    #[diesel(sql_type = Date)]
    pub starts_on: NaiveDate,
    /// Which budget bounds it; `None` for that of the settings, or none.
    #[diesel(sql_type = Nullable<Text>)]
    pub kind: Option<BudgetKind>,
    #[diesel(sql_type = Nullable<Numeric>)]
    pub max_cost_usd: Option<BigDecimal>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub max_tokens: Option<i64>,
    #[diesel(sql_type = Numeric)]
    pub cost_usd: BigDecimal,
    #[diesel(sql_type = BigInt)]
    pub tokens: i64,
    #[diesel(sql_type = Numeric)]
    pub reserved_cost_usd: BigDecimal,
    #[diesel(sql_type = BigInt)]
    pub reserved_tokens: i64,
}

impl Standing {
    /// Dollars that are neither spent nor reserved; `None` where nothing bounds them.
    #[must_use]
    pub fn left_usd(&self) -> Option<BigDecimal> {
        let left = self.max_cost_usd.as_ref()? - &self.cost_usd - &self.reserved_cost_usd;
        Some(left.max(BigDecimal::zero()))
    }

    /// Tokens likewise.
    #[must_use]
    pub fn left_tokens(&self) -> Option<i64> {
        self.max_tokens.map(|most| most.saturating_sub(self.tokens).saturating_sub(self.reserved_tokens).max(0))
    }
}

/// Who pays for what a model writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payer {
    pub account: UserId,
    /// The key that was asked with, whose own budget counts too.
    pub api_key: Option<ApiKeyId>,
}

impl Payer {
    /// Whoever asks, and the key that they ask with.
    #[must_use]
    pub fn of(signed_in: &SignedIn) -> Self {
        Self { account: signed_in.user.id, api_key: signed_in.api_key() }
    }
}

/// The budget that stands against something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// `None` for that of the settings.
    pub kind: Option<BudgetKind>,
    pub period: Period,
    pub unit: Unit,
}

/// What a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Unit {
    Usd,
    Tokens,
}

crate::db::enums::text_enum!(Unit { Usd => "USD", Tokens => "TOKENS" });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_and_end_at_midnight_utc() {
        let moment: DateTime<Utc> = "2028-02-29T23:59:59.999999Z".parse().unwrap();
        for (period, start, end) in
            [(Period::Day, "2028-02-29", "2028-03-01T00:00:00Z"), (Period::Month, "2028-02-01", "2028-03-01T00:00:00Z")]
        {
            let starts_on = period.start(moment);
            assert_eq!((starts_on.to_string(), period.end(starts_on)), (start.to_owned(), end.parse().unwrap()));
        }
        let year = Period::Month.start("2026-12-31T00:00:00Z".parse().unwrap());
        assert_eq!(Period::Month.end(year), "2027-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }
}
