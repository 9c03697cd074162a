//! What people do with what they were told.

use async_graphql::{Context, Object, Result};

use super::inputs::{
    DeleteNotificationsInput, DeleteNotificationsPayload, MarkNotificationsReadInput, MarkNotificationsReadPayload,
    SetNotificationPreferencesInput, SetNotificationPreferencesPayload,
};
use super::types::NotificationPreference;
use crate::domain::notifications::model::{Chosen, PreferenceChange};
use crate::domain::notifications::{actions, preferences};
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{parse_id, parse_ids};

/// What notifications are called in errors.
const NOTIFICATION: &str = "notification";

/// The part of the root that changes notifications.
#[derive(Default)]
pub struct NotificationsMutation;

/// What people do with their notifications.
#[Object]
impl NotificationsMutation {
    /// Marks notifications as read; those that are read stay as they are. NOT_FOUND, and nothing is marked, when one that is named is not
    /// yours or deleted; BAD_USER_INPUT unless exactly one of ids, upTo and all is given, and for more than 100 ids.
    async fn mark_notifications_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which are read.")] input: MarkNotificationsReadInput,
    ) -> Result<MarkNotificationsReadPayload> {
        let chosen = chosen(&input)?;
        let marked = actions::mark_read(app(ctx), actor(ctx), &chosen).await.map_err(to_graphql)?;
        Ok(marked.into())
    }

    /// Takes notifications away, for good. You are not told the same again. NOT_FOUND, and nothing is taken away, when one is not yours or
    /// deleted already, BAD_USER_INPUT for none and for more than 100.
    async fn delete_notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which to take away.")] input: DeleteNotificationsInput,
    ) -> Result<DeleteNotificationsPayload> {
        let ids = parse_ids(&input.ids, "input.ids", NOTIFICATION)?;
        let unread_notification_count = actions::delete(app(ctx), actor(ctx), &ids).await.map_err(to_graphql)?;
        Ok(DeleteNotificationsPayload { deleted_ids: input.ids, unread_notification_count })
    }

    /// Says which notifications you want from now on, in your inbox and by mail; those that you have stay. BAD_USER_INPUT for a kind that is
    /// named twice.
    async fn set_notification_preferences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you want of which kinds.")] input: SetNotificationPreferencesInput,
    ) -> Result<SetNotificationPreferencesPayload> {
        let changes: Vec<PreferenceChange> = input.preferences.into_iter().map(Into::into).collect();
        let set = preferences::set(app(ctx), actor(ctx), &changes).await.map_err(to_graphql)?;
        let preferences = set.into_iter().map(NotificationPreference::from).collect();
        Ok(SetNotificationPreferencesPayload { preferences })
    }
}

fn chosen(input: &MarkNotificationsReadInput) -> Result<Chosen> {
    match (&input.ids, &input.up_to, input.all.unwrap_or(false)) {
        (Some(ids), None, false) => Ok(Chosen::These(parse_ids(ids, "input.ids", NOTIFICATION)?)),
        (None, Some(id), false) => Ok(Chosen::UpTo(parse_id(id, "input.upTo", NOTIFICATION)?)),
        (None, None, true) => Ok(Chosen::All),
        _ => Err(to_graphql(Error::bad_input("input", "Give exactly one of ids, upTo and all."))),
    }
}
