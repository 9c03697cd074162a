//! What accounts and API keys may spend on models: set by administrators, read by their owners, and what is said when it
//! is used up. The reckoning itself is in the database ([`store`] and the migration), where all instances meet.

use bigdecimal::{BigDecimal, Zero as _};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use self::model::{Budget, BudgetKind, Period, Refusal, Standing, Subject, Unit};
use super::actor::Actor;
use super::audit;
use super::audit::model::{Action, Entry};
use super::permissions::Permission;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::Transactional as _;
use crate::error::{Error, ErrorCode, Quota, Result};
use crate::ids::{BudgetId, UserId};

pub mod model;
pub mod store;

/// What to set. Both limits are replaced, `None` taking one away.
#[derive(Debug, Clone)]
pub struct SetBudget {
    pub subject: Subject,
    pub period: Period,
    pub max_cost_usd: Option<BigDecimal>,
    pub max_tokens: Option<i64>,
}

/// Refuses those who may not set budgets, before anything is said of what they asked for.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for those who may not.
pub fn require(actor: &Actor) -> Result<()> {
    actor.require_may(Permission::SetBudgets).map(|_| ())
}

/// Sets a budget, in the place of the one that is there for the same subject and period.
///
/// # Errors
/// FORBIDDEN for those who may not, `BAD_USER_INPUT` for a limit below zero, `NOT_FOUND` for an unknown account or key.
pub async fn set(app: &App, actor: &Actor, set: SetBudget) -> Result<Budget> {
    actor.require_may(Permission::SetBudgets)?;
    if set.max_cost_usd.as_ref().is_some_and(|most| *most < BigDecimal::zero()) {
        return Err(Error::bad_input("input.maxCostUsd", "A budget is not below zero."));
    }
    if set.max_tokens.is_some_and(|most| most < 0) {
        return Err(Error::bad_input("input.maxTokens", "A budget is not below zero."));
    }
    let now = app.clock.now();
    let (role, user_id, api_key_id) = match set.subject {
        Subject::Default => (None, None, None),
        Subject::Role(role) => (Some(role), None, None),
        Subject::User(id) => (None, Some(id), None),
        Subject::ApiKey(id) => (None, None, Some(id)),
    };
    let new = Budget {
        id: BudgetId::generate(now),
        kind: set.subject.kind(),
        role,
        user_id,
        api_key_id,
        period: set.period,
        max_cost_usd: set.max_cost_usd,
        max_tokens: set.max_tokens,
        created_at: now,
        updated_at: now,
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        // Whose trail it goes into; and a budget of nobody would never count.
        let owner = match set.subject {
            Subject::Default | Subject::Role(_) => None,
            Subject::User(id) => Some(store::account(conn, id).await?.ok_or_else(|| missing("user"))?),
            Subject::ApiKey(id) => Some(store::owner_of_key(conn, id).await?.ok_or_else(|| missing("API key"))?),
        };
        let before = store::lock(conn, &new).await?;
        let set = store::put(conn, &new).await?;
        let entry = Entry { account: owner, ..Entry::new(Action::BudgetSet) }.on(set.subject()).after(limits(&set));
        let entry = match &before {
            Some(before) => entry.before(limits(before)),
            None => entry,
        };
        audit::record(conn, now, actor, entry).await?;
        Ok(set)
    })
    .await
}

fn missing(what: &str) -> Error {
    Error::not_found(what).with_field("input.subjectId")
}

/// Removes a budget: from then on the next wider one counts. Gives it as it was.
///
/// # Errors
/// FORBIDDEN for those who may not, `NOT_FOUND` for an unknown one.
pub async fn remove(app: &App, actor: &Actor, id: BudgetId) -> Result<Budget> {
    actor.require_may(Permission::SetBudgets)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let removed = store::remove(conn, id).await?.ok_or_else(|| Error::not_found("budget"))?;
        let owner = match (removed.user_id, removed.api_key_id) {
            (Some(id), _) => Some(id),
            (None, Some(key)) => store::owner_of_key(conn, key).await?,
            (None, None) => None,
        };
        let entry = Entry { account: owner, ..Entry::new(Action::BudgetRemoved) };
        let entry = entry.on(removed.subject()).before(limits(&removed));
        audit::record(conn, app.clock.now(), actor, entry).await?;
        Ok(removed)
    })
    .await
}

fn limits(budget: &Budget) -> Value {
    let most = budget.max_cost_usd.as_ref().map(|most| most.normalized().to_plain_string());
    json!({"period": budget.period.as_str(), "maxCostUsd": most, "maxTokens": budget.max_tokens})
}

/// The budgets that were set, newest first; all, or those of one kind.
///
/// # Errors
/// FORBIDDEN for those who may not see them.
pub async fn list(app: &App, actor: &Actor, kind: Option<BudgetKind>, page: &Page<BudgetId>) -> Result<Slice<Budget>> {
    actor.require_may(Permission::SetBudgets)?;
    Ok(page.slice(store::page(&*app.db.read().await?, kind, page).await?))
}

/// How many budgets [`list`] goes through.
///
/// # Errors
/// As [`list`].
pub async fn count(app: &App, actor: &Actor, kind: Option<BudgetKind>) -> Result<i64> {
    actor.require_may(Permission::SetBudgets)?;
    store::count(&*app.db.read().await?, kind).await
}

/// How the actor's account stands today and this month, and so the key that is asked with.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn own_standing(app: &App, actor: &Actor) -> Result<Vec<Standing>> {
    let signed_in = actor.require()?;
    let defaults = app.config.budgets.limits();
    let (accounts, key) = ([signed_in.user.id], signed_in.api_key());
    store::standings(&*app.db.read().await?, &accounts, key, app.clock.now(), defaults).await
}

/// How these accounts stand: one's own, or any for those who set budgets.
///
/// # Errors
/// FORBIDDEN for another's.
pub async fn standings(app: &App, actor: &Actor, accounts: &[UserId]) -> Result<Vec<Standing>> {
    let own = actor.require_id()?;
    if accounts.iter().any(|account| *account != own) {
        require(actor)?;
    }
    store::standings(&*app.db.read().await?, accounts, None, app.clock.now(), app.config.budgets.limits()).await
}

/// Refuses what no run is for, such as embedding a document, when the account's budgets do not cover it. Nothing is
/// reserved: of several at once each may still find the same room.
///
/// # Errors
/// `QUOTA_EXCEEDED` with the budget that is used up.
pub async fn require_cover(app: &App, account: UserId, cost_usd: &BigDecimal, tokens: i64) -> Result<()> {
    let (now, defaults) = (app.clock.now(), app.config.budgets.limits());
    let mut standings = store::standings(&*app.db.read().await?, &[account], None, now, defaults).await?;
    // The one that starts anew last says when it is worth to try again.
    standings.sort_by_key(|standing| std::cmp::Reverse(standing.period.end(standing.starts_on)));
    for standing in standings {
        let unit = if standing.left_usd().is_some_and(|left| left < *cost_usd) {
            Unit::Usd
        } else if standing.left_tokens().is_some_and(|left| left < tokens) {
            Unit::Tokens
        } else {
            continue;
        };
        return Err(used_up(Refusal { kind: standing.kind, period: standing.period, unit }, now));
    }
    Ok(())
}

/// Charges an account for what no run was for.
///
/// # Errors
/// When Postgres does not answer.
pub async fn charge(app: &App, account: UserId, cost_usd: &BigDecimal, tokens: i64) -> Result<()> {
    store::charge(&*app.db.write().await?, account, app.clock.now(), cost_usd, tokens).await
}

/// What is said to whoever has used up a budget.
#[must_use]
pub fn used_up(refusal: Refusal, now: DateTime<Utc>) -> Error {
    let resets_at = refusal.period.end(refusal.period.start(now));
    let whose = if refusal.kind == Some(BudgetKind::ApiKey) { "This API key's budget" } else { "Your budget" };
    let period = if refusal.period == Period::Day { "today" } else { "this month" };
    let unit = if refusal.unit == Unit::Usd { "" } else { " of tokens" };
    let until = resets_at.format("%Y-%m-%d %H:%M");
    let message = format!("{whose}{unit} for {period} does not cover this. It starts anew at {until} UTC.");
    let kind = refusal.kind.map_or("SETTING", BudgetKind::as_str);
    let quota = Quota { resets_at, kind, period: refusal.period.as_str(), unit: refusal.unit.as_str() };
    Error::new(ErrorCode::QuotaExceeded, message).with_quota(quota)
}
