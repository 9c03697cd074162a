//! Every query on budgets, and on what was spent; what reserves and charges is beside the runs that it is for.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Numeric, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{Budget, BudgetKind, Standing};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{api_keys, budgets, users};
use crate::error::Result;
use crate::ids::{ApiKeyId, BudgetId, UserId};

/// The account, if there is one.
pub async fn account(mut conn: &Connection, id: UserId) -> Result<Option<UserId>> {
    let there = users::table.find(id).filter(users::deleted_at.is_null()).select(users::id);
    Ok(there.first(&mut conn).await.optional()?)
}

/// Whose key it is.
pub async fn owner_of_key(mut conn: &Connection, id: ApiKeyId) -> Result<Option<UserId>> {
    Ok(api_keys::table.find(id).select(api_keys::user_id).first(&mut conn).await.optional()?)
}

/// The budget of the same subject and period, locked until the transaction ends.
pub async fn lock(mut conn: &Connection, new: &Budget) -> Result<Option<Budget>> {
    let same = budgets::table
        .filter(budgets::kind.eq(new.kind))
        .filter(budgets::role.is_not_distinct_from(new.role))
        .filter(budgets::user_id.is_not_distinct_from(new.user_id))
        .filter(budgets::api_key_id.is_not_distinct_from(new.api_key_id))
        .filter(budgets::period.eq(new.period));
    Ok(same.select(Budget::as_select()).for_update().first(&mut conn).await.optional()?)
}

/// Puts a budget in the place of the one of the same subject and period, which keeps its id.
pub async fn put(mut conn: &Connection, new: &Budget) -> Result<Budget> {
    let put = diesel::insert_into(budgets::table)
        .values(new)
        .on_conflict((budgets::kind, budgets::role, budgets::user_id, budgets::api_key_id, budgets::period))
        .do_update()
        .set((
            budgets::max_cost_usd.eq(&new.max_cost_usd),
            budgets::max_tokens.eq(new.max_tokens),
            budgets::updated_at.eq(new.updated_at),
        ))
        .returning(Budget::as_returning());
    Ok(put.get_result(&mut conn).await?)
}

pub async fn remove(mut conn: &Connection, id: BudgetId) -> Result<Option<Budget>> {
    let removed = diesel::delete(budgets::table.find(id)).returning(Budget::as_returning());
    Ok(removed.get_result(&mut conn).await.optional()?)
}

/// A page of budgets, newest first; one row more than the page.
pub async fn page(mut conn: &Connection, kind: Option<BudgetKind>, page: &Page<BudgetId>) -> Result<Vec<Budget>> {
    let mut query = budgets::table.select(Budget::as_select()).limit(page.limit()).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(budgets::kind.eq(kind));
    }
    query = match (page.cursor, page.is_backward()) {
        (Some(cursor), false) => query.filter(budgets::id.lt(cursor)),
        (Some(cursor), true) => query.filter(budgets::id.gt(cursor)),
        (None, _) => query,
    };
    let query = if page.is_backward() { query.order(budgets::id.asc()) } else { query.order(budgets::id.desc()) };
    Ok(query.load(&mut conn).await?)
}

pub async fn count(mut conn: &Connection, kind: Option<BudgetKind>) -> Result<i64> {
    let mut query = budgets::table.into_boxed();
    if let Some(kind) = kind {
        query = query.filter(budgets::kind.eq(kind));
    }
    Ok(query.count().get_result(&mut conn).await?)
}

/// How accounts stand at `moment`, and the key where one is given: a row a period.
pub async fn standings(
    mut conn: &Connection,
    accounts: &[UserId],
    api_key: Option<ApiKeyId>,
    moment: DateTime<Utc>,
    defaults: Vec<Option<BigDecimal>>,
) -> Result<Vec<Standing>> {
    let standings = diesel::sql_query(
        "SELECT u.id AS user_id, l.of_key, l.period, l.starts_on, l.kind, l.max_cost_usd, l.max_tokens, \
                coalesce(s.cost_usd, 0) AS cost_usd, coalesce(s.tokens, 0) AS tokens, \
                coalesce(s.reserved_cost_usd, 0) AS reserved_cost_usd, coalesce(s.reserved_tokens, 0) AS reserved_tokens \
         FROM unnest($1) AS u (id) CROSS JOIN budget_limits(u.id, $2, $3, $4) AS l \
         LEFT JOIN spending s ON s.user_id = u.id AND s.period = l.period AND s.starts_on = l.starts_on \
                             AND s.api_key_id IS NOT DISTINCT FROM CASE WHEN l.of_key THEN $2 END",
    )
    .bind::<Array<SqlUuid>, _>(accounts)
    .bind::<Nullable<SqlUuid>, _>(api_key)
    .bind::<Timestamptz, _>(moment)
    .bind::<Array<Nullable<Numeric>>, _>(defaults);
    Ok(standings.load(&mut conn).await?)
}

/// Adds to what an account has spent.
pub async fn charge(
    mut conn: &Connection,
    account: UserId,
    moment: DateTime<Utc>,
    cost_usd: &BigDecimal,
    tokens: i64,
) -> Result<()> {
    // Settles a run that there is not: nothing was reserved for it.
    diesel::sql_query("SELECT budget_settle(gen_random_uuid(), $1, $2, $3, $4)")
        .bind::<SqlUuid, _>(account)
        .bind::<Timestamptz, _>(moment)
        .bind::<Numeric, _>(cost_usd)
        .bind::<BigInt, _>(tokens)
        .execute(&mut conn)
        .await?;
    Ok(())
}
