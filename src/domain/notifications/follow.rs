//! What somebody is told, as it comes.

use async_stream::try_stream;
use futures::Stream;

use super::model::Notification;
use super::store;
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Topic;
use crate::ids::NotificationId;

/// Notifications that are read at once.
const AT_ONCE: i64 = 100;

/// What the actor is told from now on; with `after` first what they were told behind that one, which may be deleted by now. Numbers
/// become visible in their order, so that to go on behind the last one seen is to miss none and to see none twice.
///
/// # Errors
/// `NOT_FOUND` when `after` is foreign, unknown or gone for good.
pub async fn follow(
    app: &App,
    actor: &Actor,
    after: Option<NotificationId>,
) -> Result<impl Stream<Item = Result<Notification>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnNotifications)?.user.id;
    // Listening before looking: what is posted in between is heard.
    let mut facts = app.bus.listen(Topic::Notifications(reader));
    let mut seen = match after {
        Some(id) => {
            let found = store::number_of(&*app.db.read().await?, reader, id).await?;
            found.ok_or_else(|| Error::not_found("notification").with_field("after"))?
        }
        None => store::last_number(&*app.db.read().await?, reader).await?,
    };
    let app = app.clone();
    Ok(try_stream! {
        loop {
            let rows = store::behind(&*app.db.read().await?, reader, seen, AT_ONCE).await?;
            if rows.is_empty() {
                facts.next().await;
            }
            for row in rows {
                seen = row.number;
                yield row;
            }
        }
    })
}
