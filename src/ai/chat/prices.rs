//! What an answer costs, by list prices.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr as _;

use bigdecimal::{BigDecimal, Zero as _};
use serde::{Deserialize, Deserializer};

use super::part::Usage;
use crate::config::env::ConfigError;

/// The table that is part of the binary.
const BUILT_IN: &str = include_str!("prices.toml");

/// The setting that names an operator's table.
const SETTING: &str = "MODEL_PRICES_FILE";

/// US dollars per million tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    #[serde(deserialize_with = "amount")]
    input: BigDecimal,
    /// For tokens that the provider had cached; by default `input`.
    #[serde(default, deserialize_with = "optional_amount")]
    cached: Option<BigDecimal>,
    #[serde(deserialize_with = "amount")]
    output: BigDecimal,
}

/// Prices by provider and model.
#[derive(Debug, Clone, PartialEq)]
pub struct Prices {
    table: BTreeMap<String, BTreeMap<String, Price>>,
}

impl Prices {
    /// The built-in table with an operator's `file` over it.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else than prices.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut prices = Self::parse(BUILT_IN).map_err(|problem| ConfigError::new("prices.toml", problem))?;
        if let Some(path) = file {
            let named = |problem: String| ConfigError::new(SETTING, format!("{}: {problem}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
            for (provider, models) in Self::parse(&text).map_err(named)?.table {
                prices.table.entry(provider).or_default().extend(models);
            }
        }
        Ok(prices)
    }

    /// A table in the form of `prices.toml`.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map(|table| Self { table }).map_err(|error| error.to_string())
    }

    /// What `usage` costs in US dollars; `None` for a model without a known price. The extractive model costs nothing.
    #[must_use]
    pub fn cost(&self, provider: &str, model: &str, usage: &Usage) -> Option<BigDecimal> {
        if provider == "extractive" {
            return Some(BigDecimal::zero());
        }
        let price = self.price(provider, model)?;
        let cached = usage.cached_input_tokens.min(usage.input_tokens);
        let fresh = usage.input_tokens - cached;
        let micro_dollars = &price.input * BigDecimal::from(fresh)
            + price.cached.as_ref().unwrap_or(&price.input) * BigDecimal::from(cached)
            + &price.output * BigDecimal::from(usage.output_tokens);
        Some((micro_dollars * BigDecimal::new(1.into(), 6)).normalized())
    }

    fn price(&self, provider: &str, model: &str) -> Option<&Price> {
        let models = self.table.get(provider)?;
        let named = |name: &&String| model.strip_prefix(name.as_str()).is_some_and(is_version);
        let name = models.keys().filter(named).max_by_key(|name| name.len())?;
        models.get(name)
    }
}

/// Whether what follows a model's name only tells its version: nothing, a date or a number of three digits and more, or
/// the newest. `-5` is not, as in `claude-opus-4-5`: that is another model, at another price.
fn is_version(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(['-', '@', ':']) else { return rest.is_empty() };
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    digits >= 3 || rest == "latest" || rest == "preview" || rest.starts_with("preview-")
}

/// Exact: written as a text, or as a number, which is taken as it was written.
fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BigDecimal, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    let text = match &value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let amount = BigDecimal::from_str(text.trim()).map_err(|_| serde::de::Error::custom("a price is not a number"))?;
    if amount < BigDecimal::zero() {
        return Err(serde::de::Error::custom("a price is below zero"));
    }
    Ok(amount)
}

fn optional_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BigDecimal>, D::Error> {
    amount(deserializer).map(Some)
}
