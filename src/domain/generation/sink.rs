//! Passes what a model says on to the log, with its markers resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::citations;
use super::engine::Engine;
use super::event::EventBody;
use super::markers::{MarkerFilter, Passed};
use super::model::{Citation, Generation};
use super::purpose::Evidence;
use super::written::Written;

/// The way from the model to the log.
pub struct Sink<'a> {
    engine: &'a Engine,
    generation: &'a Generation,
    filter: Option<MarkerFilter>,
    evidence: BTreeMap<i32, Evidence>,
}

impl<'a> Sink<'a> {
    #[must_use]
    pub fn new(engine: &'a Engine, generation: &'a Generation, evidence: Option<Vec<Evidence>>) -> Self {
        let filter = evidence.as_ref().map(|list| MarkerFilter::new(list.iter().map(|evidence| evidence.marker)));
        let evidence = evidence.unwrap_or_default().into_iter().map(|evidence| (evidence.marker, evidence)).collect();
        Self { engine, generation, filter, evidence }
    }

    /// Takes text of the model.
    pub async fn text(&mut self, written: &mut Written, text: &str) {
        // Postgres takes no NUL in a text.
        let text = if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() };
        let passed = match &mut self.filter {
            Some(filter) => filter.push(&text),
            None => Passed { text, markers: Vec::new() },
        };
        self.pass(written, passed).await;
    }

    /// Takes the end of the text: what was held back for a marker goes on.
    pub async fn finish(&mut self, written: &mut Written) {
        if let Some(filter) = &mut self.filter {
            let passed = filter.finish();
            self.pass(written, passed).await;
        }
    }

    async fn pass(&self, written: &mut Written, passed: Passed) {
        if passed.text.is_empty() {
            return;
        }
        let before = written.text.len();
        written.text.push_str(&passed.text);
        self.engine.log().append(self.generation.id, EventBody::Text(passed.text.into())).await;
        let mut found: Vec<Citation> = Vec::new();
        for (end, marker) in passed.markers {
            let Some(evidence) = self.evidence.get(&marker) else { continue };
            let citation = citations::resolve(&written.text, before + end, evidence);
            // A marker may support several statements with as many spans; each span is cited once, where it first does.
            if !written.citations.iter().chain(&found).any(|known| known.is_same_span(&citation)) {
                found.push(citation);
            }
        }
        if !found.is_empty() {
            written.citations.extend(found.iter().cloned());
            self.engine.log().append(self.generation.id, EventBody::Citations(Arc::from(found))).await;
        }
    }
}
