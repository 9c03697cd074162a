//! Queries on accounts for those who look after all of them.

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, Select};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::model::{Role, User, UserFilter};
use crate::db::page::Page;
use crate::db::schema::users;
use crate::error::Result;
use crate::ids::UserId;

type Rows<'a> = diesel::helper_types::IntoBoxed<'a, Select<users::table, AsSelect<User, Pg>>, Pg>;

/// Narrows a query over accounts to those that are not deleted and that `filter` lets through.
macro_rules! filtered {
    ($rows:expr, $filter:expr) => {{
        let UserFilter { search, role, is_active } = $filter;
        let mut rows = $rows.filter(users::deleted_at.is_null());
        if let Some(search) = search {
            let pattern = like_pattern(search);
            rows = rows.filter(
                users::email
                    .ilike(pattern.clone())
                    .or(users::username.ilike(pattern.clone()).assume_not_null())
                    .or(users::full_name.ilike(pattern).assume_not_null()),
            );
        }
        if let Some(role) = role {
            rows = rows.filter(users::role.eq(*role));
        }
        if let Some(is_active) = is_active {
            rows = rows.filter(users::is_active.eq(*is_active));
        }
        rows
    }};
}

/// A pattern for text that contains `text` as it is. Postgres takes no NUL, and no name has one.
fn like_pattern(text: &str) -> String {
    let clean = text.replace('\0', "\u{FFFD}");
    let escaped = clean.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// A page of accounts, newest first, one row more than asked for if there is one.
pub async fn list(mut conn: &AsyncPgConnection, filter: &UserFilter, page: &Page<UserId>) -> Result<Vec<User>> {
    let rows: Rows<'_> = users::table.select(User::as_select()).into_boxed();
    let mut rows = filtered!(rows, filter);
    if page.is_backward() {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(users::id.gt(cursor));
        }
        rows = rows.order(users::id.asc());
    } else {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(users::id.lt(cursor));
        }
        rows = rows.order(users::id.desc());
    }
    Ok(rows.limit(page.limit()).load(&mut conn).await?)
}

/// How many accounts [`list`] goes through.
pub async fn count(mut conn: &AsyncPgConnection, filter: &UserFilter) -> Result<i64> {
    let rows = users::table.select(diesel::dsl::count_star()).into_boxed();
    Ok(filtered!(rows, filter).get_result(&mut conn).await?)
}

/// The administrators who can sign in, locked until the transaction ends: whoever takes one away holds all of them, always
/// in the same order, so that of two that take each other away one sees what the other did.
pub async fn lock_admins(mut conn: &AsyncPgConnection) -> Result<Vec<UserId>> {
    let open = users::table.filter(users::role.eq(Role::Admin)).filter(users::is_active);
    let open = open.filter(users::deleted_at.is_null()).order(users::id);
    Ok(open.select(users::id).for_update().load(&mut conn).await?)
}

/// Gives an account another role.
pub async fn set_role(mut conn: &AsyncPgConnection, id: UserId, role: Role, now: DateTime<Utc>) -> Result<User> {
    let changed = diesel::update(users::table.find(id))
        .set((users::role.eq(role), users::updated_at.eq(now)))
        .returning(User::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok(changed)
}

/// Shuts an account, or opens it again.
pub async fn set_active(mut conn: &AsyncPgConnection, id: UserId, active: bool, now: DateTime<Utc>) -> Result<User> {
    let changed = diesel::update(users::table.find(id))
        .set((users::is_active.eq(active), users::updated_at.eq(now)))
        .returning(User::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok(changed)
}
