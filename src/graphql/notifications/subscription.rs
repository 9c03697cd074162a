//! Following the inbox.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;

use super::types::Notification;
use crate::domain::notifications::follow;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::parse_id;

/// The part of the root that follows the inbox.
#[derive(Default)]
pub struct NotificationsSubscription;

#[Subscription]
impl NotificationsSubscription {
    /// What you are told, as it comes. Reconnect with the id of the last one that you saw: what came behind it is given first, oldest first,
    /// nothing is lost and nothing repeated, also when that one was deleted. NOT_FOUND for one that is not yours, or is gone for good.
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Go on behind this notification. Null begins with the next one.")] after: Option<ID>,
    ) -> Result<impl Stream<Item = Result<Notification>> + use<>> {
        let after = after.map(|id| parse_id(&id, "after", "notification")).transpose()?;
        let told = follow::follow(app(ctx), actor(ctx), after).await.map_err(to_graphql)?;
        Ok(events(ctx, told, Notification::from))
    }
}
