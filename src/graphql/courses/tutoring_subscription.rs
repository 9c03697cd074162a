//! Tutoring sessions as they go on.

use async_graphql::{Context, ID, Result, Subscription};
use futures::{Stream, StreamExt as _};

use super::tutoring::{TutoringClock, TutoringEnded, TutoringEvent, TutoringMessage};
use super::tutoring_edges::remaining_seconds;
use crate::domain::courses::tutoring::follow::{self, SessionEvent};
use crate::graphql::context::{actor, app, loaders};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;
use crate::ids::TutoringSessionId;

/// The part of the root that follows tutoring sessions.
#[derive(Default)]
pub struct TutoringSubscription;

#[Subscription]
impl TutoringSubscription {
    /// What happens in a tutoring session: the clock at once, every ten seconds and every second in the last ten, each message,
    /// and the end, with which the stream completes. After a break subscribe again: the clock is the server's, on every server.
    /// NOT_FOUND for a session that you do not see.
    async fn tutoring_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session.")] id: ID,
    ) -> Result<impl Stream<Item = Result<TutoringEvent>> + use<>> {
        let key: TutoringSessionId = parse_id(&id, "id", "tutoring session")?;
        let events = follow::follow(app(ctx), actor(ctx), key).await.map_err(to_graphql)?;
        let (loaders, clock) = (loaders(ctx), app(ctx).clock.clone());
        Ok(events.map(move |event| {
            loaders.renew();
            event.map_err(to_graphql).map(|event| match event {
                SessionEvent::Clock(session) => {
                    let server_time = clock.now();
                    TutoringEvent::TutoringClock(TutoringClock {
                        remaining_seconds: remaining_seconds(&session, server_time),
                        expires_at: session.expires_at,
                        server_time,
                    })
                }
                SessionEvent::Message(message) => {
                    TutoringEvent::TutoringMessage(TutoringMessage { message: message.into() })
                }
                SessionEvent::Ended(session) => TutoringEvent::TutoringEnded(TutoringEnded { session: session.into() }),
            })
        }))
    }
}
