//! From people to what they were told, and from there to what it is about.

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, Object, Result};

use super::inputs::NotificationFilter;
use super::types::{Notification, NotificationPreference};
use crate::domain::notifications::{model, preferences, reading};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::node::{Node, find};
use crate::graphql::page::{PageArgs, connection};

/// A page of what somebody was told.
pub type NotificationConnection = Connection<String, Notification, NotificationTotal>;

/// What is counted only when it is selected.
pub struct NotificationTotal {
    filter: model::NotificationFilter,
}

/// What is counted only when it is selected.
#[Object]
impl NotificationTotal {
    /// How many notifications the list has in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        reading::count(app(ctx), actor(ctx), &self.filter).await.map_err(to_graphql)
    }
}

#[ComplexObject]
impl Notification {
    /// What it is about. Null for nothing in particular, and when that is gone or not yours to see.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        match &self.subject_id {
            Some(subject) => find(ctx, subject).await,
            None => Ok(None),
        }
    }
}

/// What the reader was told, newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for a key that may not read notifications.
pub async fn viewer_notifications(
    ctx: &Context<'_>,
    args: PageArgs,
    filter: Option<NotificationFilter>,
) -> Result<NotificationConnection> {
    let filter = model::NotificationFilter::from(filter.unwrap_or_default());
    let page = args.page(|text| text.parse().ok())?;
    let slice = reading::page(app(ctx), actor(ctx), &filter, &page).await.map_err(to_graphql)?;
    let total = NotificationTotal { filter };
    Ok(connection(slice, total, |row: &model::Notification| row.number.to_string(), Notification::from))
}

/// How many notifications the reader has not read.
///
/// # Errors
/// As [`viewer_notifications`].
pub async fn viewer_unread(ctx: &Context<'_>) -> Result<i64> {
    reading::count_unread(app(ctx), actor(ctx)).await.map_err(to_graphql)
}

/// Which notifications the reader wants.
///
/// # Errors
/// As [`viewer_notifications`].
pub async fn viewer_preferences(ctx: &Context<'_>) -> Result<Vec<NotificationPreference>> {
    let found = preferences::get(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
    Ok(found.into_iter().map(NotificationPreference::from).collect())
}
