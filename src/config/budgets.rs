//! What everybody may spend on models who has no budget of their own.

use std::str::FromStr as _;

use bigdecimal::{BigDecimal, Zero as _};

use super::env::{ConfigError, Env};

/// `None` for as much as they like.
#[derive(Debug, Clone, Default)]
pub struct BudgetsConfig {
    /// `BUDGET_DAILY_USD`
    pub daily_usd: Option<BigDecimal>,
    /// `BUDGET_MONTHLY_USD`
    pub monthly_usd: Option<BigDecimal>,
    /// `BUDGET_DAILY_TOKENS`
    pub daily_tokens: Option<i64>,
    /// `BUDGET_MONTHLY_TOKENS`
    pub monthly_tokens: Option<i64>,
}

impl BudgetsConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            daily_usd: dollars(env, "BUDGET_DAILY_USD")?,
            monthly_usd: dollars(env, "BUDGET_MONTHLY_USD")?,
            daily_tokens: tokens(env, "BUDGET_DAILY_TOKENS")?,
            monthly_tokens: tokens(env, "BUDGET_MONTHLY_TOKENS")?,
        })
    }

    /// The limits in the order that the database's functions want: dollars a day and a month, tokens a day and a month.
    #[must_use]
    pub fn limits(&self) -> Vec<Option<BigDecimal>> {
        let tokens = |tokens: Option<i64>| tokens.map(BigDecimal::from);
        vec![self.daily_usd.clone(), self.monthly_usd.clone(), tokens(self.daily_tokens), tokens(self.monthly_tokens)]
    }
}

fn dollars(env: &Env, name: &'static str) -> Result<Option<BigDecimal>, ConfigError> {
    let Some(text) = env.text(name)? else { return Ok(None) };
    let amount = BigDecimal::from_str(text.trim()).ok().filter(|amount| *amount >= BigDecimal::zero());
    amount.map(Some).ok_or_else(|| ConfigError::new(name, format!("{text:?} is not an amount of dollars")))
}

fn tokens(env: &Env, name: &'static str) -> Result<Option<i64>, ConfigError> {
    match env.text(name)? {
        Some(_) => env.number(name, 0..=i64::from(i32::MAX)).map(Some),
        None => Ok(None),
    }
}
