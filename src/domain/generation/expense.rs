//! What a run may come to, before anything of it is written: so much is reserved in the budgets of whoever pays.

use bigdecimal::{BigDecimal, Zero as _};

use crate::ai::chat::part::Usage;
use crate::app::App;
use crate::config::models::ModelName;

/// Tokens that a run is expected to take at most. What a purpose cannot know yet it guesses high: that only holds room
/// while the run lasts, and what is charged is measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    pub input_tokens: u32,
    pub output_tokens: u32,
}

/// What is reserved for a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Expense {
    /// Zero for models without a known price: they count in tokens alone.
    pub cost_usd: BigDecimal,
    pub tokens: i64,
}

/// What the run may come to with this model (`None` for the configured one) or its fallback, whichever is more; `None`
/// where both are free.
#[must_use]
pub fn expected(app: &App, model: Option<&ModelName>, estimate: Estimate) -> Option<Expense> {
    let models = &app.config.models;
    let usage =
        Usage { input_tokens: estimate.input_tokens, output_tokens: estimate.output_tokens, ..Usage::default() };
    let paid = [Some(model.unwrap_or(&models.chat)), models.fallback_chat.as_ref()];
    let paid: Vec<_> = paid.into_iter().flatten().filter(|model| !is_free(&model.provider)).collect();
    if paid.is_empty() {
        return None;
    }
    let costs = paid.iter().filter_map(|model| app.prices.cost(&model.provider, &model.model, &usage));
    let cost_usd = costs.max().unwrap_or_else(BigDecimal::zero);
    Some(Expense { cost_usd, tokens: tokens(&usage) })
}

/// What of a usage counts: all of it, whatever was cached.
#[must_use]
pub fn tokens(usage: &Usage) -> i64 {
    i64::from(usage.input_tokens) + i64::from(usage.output_tokens)
}

/// Whether this provider is our own code, and takes no one's tokens.
#[must_use]
pub fn is_free(provider: &str) -> bool {
    provider == "extractive"
}
