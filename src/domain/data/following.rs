//! Following something that goes on in the background until nothing more happens to it, whatever it is.

use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;

use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::events::fact::Topic;
use crate::ids::UserId;

/// How long to wait for news before looking at the row itself, in case nobody is left to tell.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Something that goes on in the background, as its row was read.
pub trait Followed: Clone + Send + 'static {
    type Id: Copy + Send + 'static;
    /// What a follower sees of how far it has come.
    type State: PartialEq + Send;

    /// Where news of it are told.
    fn topic(id: Self::Id) -> Topic;

    /// It as it is, if the reader sees it: `NOT_FOUND` for a foreign or unknown one.
    fn look(app: &App, reader: UserId, id: Self::Id) -> impl Future<Output = Result<Self>> + Send;

    /// It is shown again when this is another.
    fn state(&self) -> Self::State;

    /// Whether nothing more happens to it by itself.
    fn is_settled(&self) -> bool;
}

/// It as it is, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn see<T: Followed>(app: &App, actor: &Actor, id: T::Id) -> Result<T> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    T::look(app, reader, id).await
}

/// It as it is when it is settled, or after this time.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn wait<T: Followed>(app: &App, actor: &Actor, id: T::Id, longest: Duration) -> Result<T> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut listener = app.bus.listen(T::topic(id));
    let settled = async {
        loop {
            let now = T::look(app, reader, id).await?;
            if now.is_settled() {
                return Ok(now);
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
        }
    };
    match tokio::time::timeout(longest, settled).await {
        Ok(settled) => settled,
        Err(_) => T::look(app, reader, id).await,
    }
}

/// It as it is, then again whenever its state is another, until it is settled.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn follow<T: Followed>(
    app: &App,
    actor: &Actor,
    id: T::Id,
) -> Result<impl Stream<Item = Result<T>> + Send + use<T>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let mut listener = app.bus.listen(T::topic(id));
    let first = T::look(app, reader, id).await?;
    let app = app.clone();
    Ok(try_stream! {
        let mut now = first;
        let mut shown = None;
        loop {
            let state = Some(now.state());
            if shown != state {
                shown = state;
                yield now.clone();
            }
            if now.is_settled() {
                return;
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
            now = T::look(&app, reader, id).await?;
        }
    })
}
