//! What vectors cost: those of a model with a known price count in the budget of whose texts they are of.

use std::collections::HashMap;

use bigdecimal::BigDecimal;

use super::store_chunks;
use crate::ai::chat::part::Usage;
use crate::ai::chat::tokens;
use crate::ai::embed::embedder::Embedder;
use crate::app::App;
use crate::domain::users::budgets;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{ChunkId, UserId};

/// A passage without a vector.
pub type Passage = (ChunkId, String);

/// What the vectors of somebody's texts come to.
#[derive(Debug, Clone)]
pub struct Cost {
    usd: BigDecimal,
    tokens: i64,
}

impl Cost {
    /// `None` for a model that nobody is paid for: our own, or one whose price is not known.
    #[must_use]
    pub fn of<'a>(app: &App, embedder: &dyn Embedder, texts: impl Iterator<Item = &'a str>) -> Option<Self> {
        // As in `openai/text-embedding-3-small@1536`.
        let name = embedder.model().split('@').next().unwrap_or_default();
        let (provider, model) = name.split_once('/')?;
        let read = texts.map(tokens::estimate).fold(0_u32, u32::saturating_add);
        let usage = Usage { input_tokens: read, estimated: true, ..Usage::default() };
        Some(Self { usd: app.prices.cost(provider, model, &usage)?, tokens: i64::from(read) })
    }

    /// # Errors
    /// `QUOTA_EXCEEDED` when the account's budgets do not cover it.
    pub async fn require_cover(&self, app: &App, account: UserId) -> Result<()> {
        budgets::require_cover(app, account, &self.usd, self.tokens).await
    }

    /// # Errors
    /// When Postgres does not answer.
    pub async fn charge(&self, app: &App, account: UserId) -> Result<()> {
        budgets::charge(app, account, &self.usd, self.tokens).await
    }
}

/// Those of the passages that their owners' budgets cover, and what to charge whom once they have their vectors.
///
/// # Errors
/// `QUOTA_EXCEEDED` when none is covered.
pub async fn covered(
    app: &App,
    embedder: &dyn Embedder,
    passages: Vec<Passage>,
) -> Result<(Vec<Passage>, Vec<(UserId, Cost)>)> {
    if Cost::of(app, embedder, std::iter::empty()).is_none() {
        return Ok((passages, Vec::new()));
    }
    let ids: Vec<ChunkId> = passages.iter().map(|(id, _)| *id).collect();
    let owners = store_chunks::owners(&*app.db.read().await?, &ids).await?;
    let mut by_owner: HashMap<UserId, Vec<Passage>> = HashMap::new();
    for passage in passages {
        // One that is gone needs no vector.
        if let Some(owner) = owners.get(&passage.0) {
            by_owner.entry(*owner).or_default().push(passage);
        }
    }
    let (mut kept, mut bills, mut refusal) = (Vec::new(), Vec::new(), None);
    for (owner, passages) in by_owner {
        let Some(cost) = Cost::of(app, embedder, passages.iter().map(|(_, text)| text.as_str())) else { continue };
        match cost.require_cover(app, owner).await {
            Ok(()) => {
                kept.extend(passages);
                bills.push((owner, cost));
            }
            Err(error) if is_refusal(&error) => refusal = Some(error),
            Err(error) => return Err(error),
        }
    }
    match refusal {
        Some(refusal) if kept.is_empty() => Err(refusal),
        _ => Ok((kept, bills)),
    }
}

/// Whether it is the budget that stands against it, and no fault.
#[must_use]
pub fn is_refusal(error: &Error) -> bool {
    error.code() == ErrorCode::QuotaExceeded
}
