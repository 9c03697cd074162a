//! Generations, citations and live texts by generation.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::generation::cursor::Cursor;
use crate::domain::generation::model::{Citation, Generation};
use crate::domain::generation::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::GenerationId;

/// A generation of the reader's.
pub struct GenerationById;

impl Load for GenerationById {
    type Key = GenerationId;
    type Value = Generation;

    async fn load(app: &App, actor: &Actor, keys: &[GenerationId]) -> Result<HashMap<GenerationId, Generation>> {
        let found = reading::load(app, actor, keys).await?;
        Ok(found.into_iter().map(|generation| (generation.id, generation)).collect())
    }
}

/// The citations of a generation that was shown to the reader, in the order of the markers.
pub struct CitationsOf;

impl Load for CitationsOf {
    type Key = GenerationId;
    type Value = Vec<Citation>;

    async fn load(app: &App, actor: &Actor, keys: &[GenerationId]) -> Result<HashMap<GenerationId, Vec<Citation>>> {
        reading::citations(app, actor, keys).await
    }
}

/// The text so far of a generation that is being written, and where a reader of it goes on.
pub struct LiveText;

impl Load for LiveText {
    type Key = GenerationId;
    type Value = (String, Cursor);

    async fn load(app: &App, actor: &Actor, keys: &[GenerationId]) -> Result<HashMap<GenerationId, (String, Cursor)>> {
        reading::live_texts(app, actor, keys).await
    }
}
