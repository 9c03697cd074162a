//! What a text is for. Higher domains say how their prompts are made and what the end of a run changes; the engine
//! knows them only by name, so that nothing here points upwards.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::gate::Gate;
use super::model::Generation;
use crate::ai::chat::part::Usage;
use crate::ai::chat::request::ChatRequest;
use crate::app::App;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{ChunkId, DocumentId};

/// A passage that the model was given, under the marker by which it may cite it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// From 1.
    pub marker: i32,
    pub document_id: DocumentId,
    pub chunk_id: ChunkId,
    pub page: Option<i32>,
    /// Where the passage starts in its document, in characters.
    pub start_char: i32,
    /// Exactly the document's text from there on.
    pub content: String,
    /// How well it matched the question, 0 to 1.
    pub score: f32,
}

/// What a model is asked, and what its markers may mean.
#[derive(Debug, Clone, Default)]
pub struct Prompt {
    /// Name and version of the system prompt, as in `legal_research@1`.
    pub version: String,
    pub request: ChatRequest,
    /// `None` leaves markers in the text alone; `Some` drops those that resolve to none of these.
    pub evidence: Option<Vec<Evidence>>,
    /// Tokens that making the prompt took already; they count as the run's.
    pub spent: Usage,
    /// Said in place of all that a model would say: then none is asked.
    pub said: Option<String>,
}

/// One use of the engine.
pub trait Purpose: Send + Sync {
    /// Stands in `generations.purpose`, so it never changes.
    fn name(&self) -> &'static str;

    /// Makes the prompt. Called again when a run is begun anew.
    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>>;

    /// What the model's text must pass before anybody sees it; `None` for nothing. A text that is said without a model passes
    /// by.
    fn gate<'a>(&'a self, _: &'a App, _: &'a Generation) -> Option<Box<dyn Gate + 'a>> {
        None
    }

    /// What the end changes elsewhere, in the transaction that ends the run: both hold or neither does.
    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>>;
}

/// All purposes by name.
#[derive(Clone, Default)]
pub struct Purposes(BTreeMap<&'static str, Arc<dyn Purpose>>);

impl Purposes {
    #[must_use]
    pub fn with(mut self, purpose: impl Purpose + 'static) -> Self {
        self.0.insert(purpose.name(), Arc::new(purpose));
        self
    }

    /// The purpose of that name; `None` for one that only another version of the server knows.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<dyn Purpose>> {
        self.0.get(name).cloned()
    }
}
