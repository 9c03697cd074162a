//! A session as its student's clients follow it: the clock, what is said, the end.

use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;

use super::model::Session;
use super::{ending, reading};
use crate::app::App;
use crate::domain::conversations::model::Message;
use crate::domain::conversations::reading as conversations;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::events::fact::{Fact, Topic};
use crate::ids::TutoringSessionId;

/// Time between two looks at the clock, but at the end.
const TICK: Duration = Duration::from_secs(10);
/// In the last of these every second is told.
const LAST: Duration = Duration::from_secs(10);

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum SessionEvent {
    /// The time that is left, as of now.
    Clock(Session),
    /// Somebody said something, or a reply changed: its text streams with its generation.
    Message(Message),
    /// It is over; nothing more will come.
    Ended(Session),
}

/// What happens in a session from now on: the clock at once and every ten seconds, every second in the last ten. The stream ends
/// with the session, on whichever instance it is followed, and at once for one that has ended.
///
/// # Errors
/// `NOT_FOUND` for a session that the actor may not see.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: TutoringSessionId,
) -> Result<impl Stream<Item = Result<SessionEvent>> + Send + use<>> {
    let session = reading::get(app, actor, id).await?;
    // Listening before looking again: what happens in between is heard.
    let mut facts = session.conversation_id.map(|conversation| app.bus.listen(Topic::Conversation(conversation)));
    let (app, actor) = (app.clone(), actor.clone());
    Ok(try_stream! {
        loop {
            let mut session = reading::get(&app, &actor, id).await?;
            if session.ended_at.is_none() && !session.goes_on(app.clock.now()) {
                ending::end_if_due(&app, id).await?;
                session = reading::get(&app, &actor, id).await?;
            }
            let left = session.remaining(app.clock.now()).to_std().unwrap_or_default();
            let (Some(facts), None) = (facts.as_mut(), session.ended_at) else {
                yield SessionEvent::Ended(session);
                return;
            };
            yield SessionEvent::Clock(session);
            let tick = tokio::time::sleep(next_tick(left));
            tokio::pin!(tick);
            loop {
                let fact = tokio::select! {
                    fact = facts.next() => fact,
                    () = &mut tick => break,
                };
                match &*fact {
                    Fact::MessageAdded { message, .. } | Fact::MessageChanged { message, .. } => {
                        // One that is gone by now is no failure of the stream.
                        for (_, message) in conversations::messages(&app, &actor, &[*message]).await? {
                            yield SessionEvent::Message(message);
                        }
                    }
                    Fact::ConversationChanged { .. } | Fact::Missed => break,
                    _ => {}
                }
            }
        }
    })
}

/// When the clock is told next, so that the end is told on time.
fn next_tick(left: Duration) -> Duration {
    let before_last = left.saturating_sub(LAST);
    let wait = if before_last.is_zero() { Duration::from_secs(1).min(left) } else { TICK.min(before_last) };
    wait.max(Duration::from_millis(20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_told_every_ten_seconds_and_at_the_end_every_second() {
        let seconds = |left| next_tick(Duration::from_secs(left)).as_secs();
        assert_eq!([seconds(300), seconds(20), seconds(15), seconds(10), seconds(1)], [10, 10, 5, 1, 1]);
        assert_eq!(next_tick(Duration::ZERO), Duration::from_millis(20), "never a busy loop");
    }
}
