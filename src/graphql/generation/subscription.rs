//! Streams of texts.

use async_graphql::{Context, ID, Result, Subscription};
use futures::Stream;

use super::types::{CitationsFound, GenerationEnded, GenerationEvent, TextAppended};
use crate::domain::generation::actions;
use crate::domain::generation::event::{Event, EventBody};
use crate::error::Error;
use crate::graphql::context::{actor, engine};
use crate::graphql::error::to_graphql;
use crate::graphql::events::events;
use crate::graphql::scalars::{id as show_id, parse_id};
use crate::ids::GenerationId;

/// The part of the root that streams texts.
#[derive(Default)]
pub struct GenerationSubscription;

#[Subscription]
impl GenerationSubscription {
    /// A text as it is written: what there is already, then what comes, then one GenerationEnded, and the stream
    /// completes. Reconnect with the cursor of the last step you saw: nothing is lost and nothing repeated.
    /// NOT_FOUND for a generation that is not yours, BAD_USER_INPUT for a cursor that is not of this generation.
    async fn generation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The generation.")] id: ID,
        #[graphql(desc = "Go on behind this step. Null begins at the beginning.")] after: Option<String>,
    ) -> Result<impl Stream<Item = Result<GenerationEvent>> + use<>> {
        let key: GenerationId = parse_id(&id, "id", "generation")?;
        let after = match after.filter(|after| !after.is_empty()) {
            Some(text) => Some(
                text.parse()
                    .map_err(|_| to_graphql(Error::bad_input("after", "This is not a cursor of a generation.")))?,
            ),
            None => None,
        };
        let steps = actions::follow(engine(ctx), actor(ctx), key, after).await.map_err(to_graphql)?;
        Ok(events(ctx, steps, move |event| show(key, event)))
    }
}

fn show(key: GenerationId, event: Event) -> GenerationEvent {
    let (generation_id, cursor) = (show_id(key), event.cursor.to_string());
    match event.body {
        EventBody::Text(text) => {
            GenerationEvent::TextAppended(TextAppended { generation_id, cursor, text: text.to_string() })
        }
        EventBody::Citations(citations) => {
            let citations = citations.iter().cloned().map(Into::into).collect();
            GenerationEvent::CitationsFound(CitationsFound { generation_id, cursor, citations })
        }
        EventBody::End(_) => GenerationEvent::GenerationEnded(GenerationEnded { generation_id, cursor, key }),
    }
}
