//! Who pays for a run: what is reserved when it is asked for, and charged when it ends. The sums are in the database, where
//! all instances meet; both statements are single calls, so that neither can be half done.

use bigdecimal::BigDecimal;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::expense::{self, Expense};
use super::model::{Generation, NewGeneration};
use crate::db::pool::Connection;
use crate::db::prepared::prepared;
use crate::domain::users::budgets::model::{BudgetKind, Payer, Period, Refusal, Unit};
use crate::error::Result;
use crate::ids::GenerationId;

/// A run with what it may come to.
struct Paid<'a> {
    new: &'a NewGeneration,
    payer: Payer,
    /// Whose key pays as well, where the payer names none.
    after: Option<GenerationId>,
    expense: &'a Expense,
    defaults: &'a [Option<BigDecimal>],
}

/// What was reserved for a run against what it came to.
struct Settled<'a> {
    run: &'a Generation,
    cost_usd: &'a BigDecimal,
    tokens: i64,
}

/// Of the budget that refuses: whose it is, its period, and what of it is used up.
type Verdict = (Nullable<Text>, Nullable<Text>, Nullable<Text>);

prepared! { Paid => Verdict }
prepared! { Settled => Bool }

impl QueryFragment<Pg> for Paid<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Self { new, payer, after, expense, defaults } = self;
        out.push_sql("WITH key AS MATERIALIZED (SELECT coalesce(");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&payer.api_key)?;
        out.push_sql(", (SELECT api_key_id FROM generation_payers WHERE generation_id = ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(after)?;
        out.push_sql(")) AS id), asked AS MATERIALIZED (SELECT key.id AS key, ");
        out.push_bind_param::<Numeric, _>(&expense.cost_usd)?;
        out.push_sql("::numeric AS cost_usd, ");
        out.push_bind_param::<BigInt, _>(&expense.tokens)?;
        out.push_sql("::bigint AS tokens, r.* FROM key, budget_reserve(");
        out.push_bind_param::<SqlUuid, _>(&payer.account)?;
        out.push_sql(", key.id, ");
        out.push_bind_param::<Timestamptz, _>(&new.created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Numeric, _>(&expense.cost_usd)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&expense.tokens)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Numeric>>, _>(defaults)?;
        out.push_sql(
            ") AS r), run AS (INSERT INTO generations \
                 (id, owner_id, purpose, input, conversation_id, requested_model, traceparent, created_at) SELECT ",
        );
        out.push_bind_param::<SqlUuid, _>(&new.id)?;
        out.push_sql("::uuid, ");
        out.push_bind_param::<SqlUuid, _>(&new.owner_id)?;
        out.push_sql("::uuid, ");
        out.push_bind_param::<Text, _>(&new.purpose)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Jsonb, _>(&new.input)?;
        out.push_sql("::jsonb, ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&new.conversation_id)?;
        out.push_sql("::uuid, ");
        out.push_bind_param::<Nullable<Text>, _>(&new.requested_model)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Nullable<Text>, _>(&new.traceparent)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Timestamptz, _>(&new.created_at)?;
        out.push_sql(
            "::timestamptz FROM asked WHERE refused_unit IS NULL RETURNING id), \
             payer AS (INSERT INTO generation_payers (generation_id, api_key_id, reserved_cost_usd, reserved_tokens) \
                 SELECT run.id, key, CASE WHEN is_reserved THEN cost_usd ELSE 0 END, \
                        CASE WHEN is_reserved THEN tokens ELSE 0 END \
                 FROM run, asked WHERE is_reserved OR key IS NOT NULL) \
             SELECT refused_kind, refused_period, refused_unit FROM asked",
        );
        Ok(())
    }
}

impl QueryFragment<Pg> for Settled<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT budget_settle(");
        out.push_bind_param::<SqlUuid, _>(&self.run.id)?;
        out.push_sql(", ");
        out.push_bind_param::<SqlUuid, _>(&self.run.owner_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.run.created_at)?;
        out.push_sql(", ");
        out.push_bind_param::<Numeric, _>(self.cost_usd)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.tokens)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Adds a run and reserves what it may come to, all in one statement; or adds nothing, and says which budget refuses.
/// Where no budget bounds whoever pays, nothing is reserved.
pub async fn insert(
    mut conn: &Connection,
    new: &NewGeneration,
    payer: Payer,
    after: Option<GenerationId>,
    expense: &Expense,
    defaults: &[Option<BigDecimal>],
) -> Result<Option<Refusal>> {
    type Row = (Option<BudgetKind>, Option<Period>, Option<Unit>);
    let paid = Paid { new, payer, after, expense, defaults };
    let (kind, period, unit): Row = paid.get_result(&mut conn).await?;
    Ok(period.zip(unit).map(|(period, unit)| Refusal { kind, period, unit }))
}

/// Charges an ended run for what it took, and gives back what was reserved for it. Once a run: in the transaction that
/// ends it.
pub async fn settle(mut conn: &Connection, ended: &Generation) -> Result<()> {
    let cost_usd = ended.cost_usd.clone().unwrap_or_default();
    let is_free = ended.provider.as_deref().is_some_and(expense::is_free);
    let read = ended.input_tokens.filter(|_| !is_free).unwrap_or(0);
    let written = ended.output_tokens.filter(|_| !is_free).unwrap_or(0);
    let tokens = i64::from(read) + i64::from(written);
    let settled = Settled { run: ended, cost_usd: &cost_usd, tokens };
    settled.get_result::<bool>(&mut conn).await?;
    Ok(())
}
