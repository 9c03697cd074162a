//! From the audit trail to what hangs on it.

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, Object, Result};

use super::audit_types::{AuditEvent, AuditFilter};
use super::loaders::UserById;
use super::types::User;
use crate::db::page::Slice;
use crate::domain::users::audit::{model, reading};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};

/// A page of the audit trail.
pub type AuditEventConnection = Connection<String, AuditEvent, AuditTotal>;

/// How many events there are, counted only when selected.
pub struct AuditTotal {
    filter: model::AuditFilter,
    /// Of all accounts, or only of the reader's own.
    of_all: bool,
}

/// What is counted only when it is selected.
#[Object]
impl AuditTotal {
    /// How many events there are in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        let (app, actor) = (app(ctx), actor(ctx));
        let count = if self.of_all {
            reading::count_all(app, actor, &self.filter).await
        } else {
            reading::count_own(app, actor, &self.filter).await
        };
        count.map_err(to_graphql)
    }
}

/// What happened to the reader's account.
///
/// # Errors
/// As [`reading::own`].
pub async fn viewer_audit_trail(
    ctx: &Context<'_>,
    args: PageArgs,
    filter: Option<AuditFilter>,
) -> Result<AuditEventConnection> {
    let filter = filter.unwrap_or_default().into();
    let page = args.page(|text| text.parse().ok())?;
    let slice = reading::own(app(ctx), actor(ctx), &filter, &page).await.map_err(to_graphql)?;
    Ok(connected(slice, AuditTotal { filter, of_all: false }))
}

/// What happened at all, for those who may read it.
///
/// # Errors
/// As [`reading::all`].
pub async fn whole_audit_trail(
    ctx: &Context<'_>,
    args: PageArgs,
    filter: Option<AuditFilter>,
) -> Result<AuditEventConnection> {
    let filter = filter.unwrap_or_default().into();
    let page = args.page(|text| text.parse().ok())?;
    let slice = reading::all(app(ctx), actor(ctx), &filter, &page).await.map_err(to_graphql)?;
    Ok(connected(slice, AuditTotal { filter, of_all: true }))
}

fn connected(slice: Slice<model::AuditEvent>, total: AuditTotal) -> AuditEventConnection {
    connection(slice, total, |event: &model::AuditEvent| event.id.to_string(), AuditEvent::from)
}

#[ComplexObject]
impl AuditEvent {
    /// Who did it, or whose API key did. Null for `system` and `nobody`, when the account is gone, and when you may not
    /// see it.
    async fn actor_user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(key) = self.actor_account.as_ref().and_then(|id| id.parse().ok()) else { return Ok(None) };
        Ok(load::<UserById>(ctx, key).await?.map(User::from))
    }

    /// The account that it happened to. Null where none is known, when it is gone, and when you may not see it.
    async fn account_user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(key) = self.account.as_ref().and_then(|id| id.parse().ok()) else { return Ok(None) };
        Ok(load::<UserById>(ctx, key).await?.map(User::from))
    }
}
