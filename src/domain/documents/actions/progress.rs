//! Following documents while they are read.

use std::collections::HashMap;
use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;
use futures::future::select_all;

use crate::app::App;
use crate::domain::documents::model::Document;
use crate::domain::documents::store;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::bus::Listener;
use crate::events::fact::Topic;
use crate::ids::{DocumentId, UserId};

/// Most documents that one caller follows at once.
pub const MAX_FOLLOWED: usize = 100;
/// How long to wait for news before looking at the rows themselves, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The documents as they are, then each again whenever its status or progress changes, until all are READY or FAILED. One
/// that is deleted meanwhile is not heard of again.
///
/// # Errors
/// UNAUTHENTICATED for nobody; BAD_USER_INPUT for too many; `NOT_FOUND` when one is foreign or unknown.
pub async fn follow_progress(
    app: &App,
    actor: &Actor,
    mut ids: Vec<DocumentId>,
) -> Result<impl Stream<Item = Result<Document>> + Send + use<>> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > MAX_FOLLOWED {
        return Err(Error::bad_input("ids", format!("At most {MAX_FOLLOWED} documents.")));
    }
    // Listening before the first look makes sure that nothing falls between the two.
    let listeners = ids.iter().map(|id| (*id, app.bus.listen(Topic::Document(*id)))).collect();
    let first = store::load(&*app.db.read().await?, viewer, app.clock.now(), &ids).await?;
    if first.len() != ids.len() {
        return Err(Error::not_found("document"));
    }
    Ok(changes(app.clone(), viewer, listeners, first))
}

fn changes(
    app: App,
    viewer: UserId,
    mut listeners: Vec<(DocumentId, Listener)>,
    first: Vec<Document>,
) -> impl Stream<Item = Result<Document>> + Send {
    try_stream! {
        let mut shown: HashMap<DocumentId, Document> = HashMap::new();
        let mut now = first;
        loop {
            now.sort_by_key(|document| document.id);
            listeners.retain(|(id, _)| now.iter().any(|document| document.id == *id && !document.status.is_ended()));
            for document in now {
                let before = shown.get(&document.id);
                if before.is_none_or(|before| before.status != document.status || differs(before, &document)) {
                    shown.insert(document.id, document.clone());
                    yield document;
                }
            }
            if listeners.is_empty() {
                return;
            }
            let news = select_all(listeners.iter_mut().map(|(_, listener)| Box::pin(listener.next())));
            // No news for long is a reason to look as well.
            drop(tokio::time::timeout(LOOK_AGAIN, news).await);
            let live: Vec<DocumentId> = listeners.iter().map(|(id, _)| *id).collect();
            now = store::load(&*app.db.read().await?, viewer, app.clock.now(), &live).await?;
        }
    }
}

/// Whether a follower would see a difference.
fn differs(before: &Document, now: &Document) -> bool {
    before.revision != now.revision || before.progress.to_bits() != now.progress.to_bits()
}
