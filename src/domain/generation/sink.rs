//! Passes what a model says on to the log: through the gate, if there is one, and with its markers resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::citations;
use super::engine::Engine;
use super::event::EventBody;
use super::gate::Gate;
use super::markers::{MarkerFilter, Passed};
use super::model::{Citation, Generation};
use super::purpose::Evidence;
use super::written::Written;

/// The way from the model to the log.
pub struct Sink<'a> {
    engine: &'a Engine,
    generation: &'a Generation,
    gate: Option<Box<dyn Gate + 'a>>,
    filter: Option<MarkerFilter>,
    evidence: BTreeMap<i32, Evidence>,
}

impl<'a> Sink<'a> {
    #[must_use]
    pub fn new(
        engine: &'a Engine,
        generation: &'a Generation,
        gate: Option<Box<dyn Gate + 'a>>,
        evidence: Option<Vec<Evidence>>,
    ) -> Self {
        let filter = evidence.as_ref().map(|list| MarkerFilter::new(list.iter().map(|evidence| evidence.marker)));
        let evidence = evidence.unwrap_or_default().into_iter().map(|evidence| (evidence.marker, evidence)).collect();
        Self { engine, generation, gate, filter, evidence }
    }

    /// Takes text of the model; false when no more of it is wanted. A gate that takes its time is not waited for once `stop`
    /// is asked for.
    pub async fn text(&mut self, written: &mut Written, text: &str, stop: &CancellationToken) -> bool {
        let Some(gate) = &mut self.gate else {
            self.let_through(written, text).await;
            return true;
        };
        let released = tokio::select! {
            released = gate.push(text) => released,
            () = stop.cancelled() => return true,
        };
        written.spend(released.spent);
        self.let_through(written, &released.text).await;
        !released.is_last
    }

    /// Takes the end of what the model says: what was held back goes on, if it may.
    pub async fn finish(&mut self, written: &mut Written) {
        if let Some(gate) = &mut self.gate {
            let released = gate.finish().await;
            written.spend(released.spent);
            self.let_through(written, &released.text).await;
        }
        self.cut(written).await;
    }

    /// Takes an end that is not the model's own: only what was held back for a marker goes on.
    pub async fn cut(&mut self, written: &mut Written) {
        if let Some(filter) = &mut self.filter {
            let passed = filter.finish();
            self.pass(written, passed).await;
        }
    }

    async fn let_through(&mut self, written: &mut Written, text: &str) {
        // Postgres takes no NUL in a text.
        let text = if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() };
        let passed = match &mut self.filter {
            Some(filter) => filter.push(&text),
            None => Passed { text, markers: Vec::new() },
        };
        self.pass(written, passed).await;
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
