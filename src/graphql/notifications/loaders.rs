//! Notifications, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::notifications::model::Notification;
use crate::domain::notifications::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::NotificationId;

/// A notification of the reader's.
pub struct NotificationById;

impl Load for NotificationById {
    type Key = NotificationId;
    type Value = Notification;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_ids(app, actor, keys).await
    }
}
