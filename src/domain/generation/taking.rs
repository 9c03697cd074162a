//! How an engine comes by its runs: it takes those that wait, and follows what other instances write.

use std::time::Duration;

use dashmap::mapref::entry::Entry;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::actions;
use super::engine::{Engine, Signals};
use super::event::Event;
use super::log;
use super::run;
use super::store;
use crate::error::Result;
use crate::events::fact::{Fact, Topic};
use crate::ids::GenerationId;
use crate::trace::context::TraceContext;
use crate::trace::span::{self, DISCARDED, SPANS};
use crate::trace::work::{self, Work};

/// How often waiting runs are looked for when nobody tells of one.
const POLL: Duration = Duration::from_secs(2);
/// Runs taken at one look.
const AT_ONCE: i64 = 64;

impl Engine {
    /// Takes runs and follows other instances' logs until [`Engine::drain`].
    pub async fn work(&self) {
        let mut facts = self.inner.app.bus.listen(Topic::Generations);
        let mut poll = tokio::time::interval(POLL);
        poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.inner.draining.cancelled() => break,
                _ = poll.tick() => self.take_waiting().await,
                () = self.inner.room.notified() => self.take_waiting().await,
                fact = facts.next() => match &*fact {
                    Fact::GenerationQueued { generation } => self.spawn_take(*generation),
                    Fact::GenerationStopRequested { generation } => self.stop_here(*generation),
                    Fact::AccountShut { user } => actions::stop_all_of(self, *user).await,
                    Fact::Missed => self.take_waiting().await,
                    _ => {}
                },
            }
        }
    }

    /// Brings what other instances have logged to the readers here, until the process ends.
    pub async fn follow_others(&self) {
        let mut facts = self.inner.app.bus.listen(Topic::Generations);
        loop {
            let fact = facts.next().await;
            let behind: Vec<(GenerationId, i32)> = match &*fact {
                Fact::GenerationsLogged { by, runs } => runs
                    .iter()
                    // What was logged here is there already, but for endings that another instance decided.
                    .filter(|(id, _)| *by != self.inner.instance || !self.inner.live.contains_key(id))
                    .filter_map(|(id, seq)| {
                        let known = self.inner.feeds.held(*id)?.known();
                        (known < *seq).then_some((*id, known))
                    })
                    .collect(),
                Fact::Missed => self.inner.feeds.all().iter().map(|(id, feed)| (*id, feed.known())).collect(),
                _ => continue,
            };
            if let Err(error) = self.catch_up(&behind).await {
                tracing::warn!(error = %error.chain(), "cannot read what other instances wrote");
            }
        }
    }

    /// Reads the log of these runs after what is known of them.
    async fn catch_up(&self, behind: &[(GenerationId, i32)]) -> Result<()> {
        if behind.is_empty() {
            return Ok(());
        }
        let rows = log::after_each(&*self.inner.app.db.read().await?, behind).await?;
        let mut rows = rows.into_iter().peekable();
        while let Some(id) = rows.peek().map(|row| row.generation_id) {
            let mut events = Vec::new();
            while let Some(row) = rows.next_if(|row| row.generation_id == id) {
                events.push(Event::from_row(row)?);
            }
            if let Some(feed) = self.inner.feeds.held(id) {
                feed.push(events);
            }
        }
        Ok(())
    }

    async fn take_waiting(&self) {
        let waiting = async { store::queued(&*self.inner.app.db.read().await?, AT_ONCE).await };
        match waiting.await {
            Ok(waiting) => waiting.into_iter().for_each(|id| self.spawn_take(id)),
            Err(error) => tracing::warn!(error = %error.chain(), "cannot look for waiting runs"),
        }
    }

    /// Takes a waiting run, unless there is no room or another instance is faster.
    fn spawn_take(&self, id: GenerationId) {
        if self.inner.draining.is_cancelled() || self.inner.live.len() >= self.inner.app.config.generation.live_runs {
            return;
        }
        let signals = match self.inner.live.entry(id) {
            Entry::Occupied(_) => return,
            Entry::Vacant(vacant) => vacant.insert(Signals::default()).clone(),
        };
        let engine = self.clone();
        self.inner.tasks.spawn(async move {
            engine.take(id, signals).await;
            engine.inner.live.remove(&id);
            engine.inner.room.notify_one();
        });
    }

    async fn take(&self, id: GenerationId, signals: Signals) {
        let span = span(id);
        let asked = async { store::traceparent(&*self.inner.app.db.read().await?, id).await };
        let asked = match asked.await {
            Ok(asked) => asked.and_then(|parent| TraceContext::parse(&parent, None)),
            // The claim says so, if it still holds then.
            Err(_) => None,
        };
        let place = span::begin(&span, asked.as_ref());
        let traceparent = place.traceparent();
        let claimed = async {
            let conn = self.inner.app.db.write().await?;
            store::claim(&conn, id, self.inner.instance, self.inner.app.clock.now(), traceparent).await
        };
        match claimed.await {
            Ok(Some(generation)) => {
                span::rename(&span, format!("generation {}", generation.purpose));
                span.record("elenchus.generation.purpose", &generation.purpose);
                let work = Work::new(None, place);
                work.name(&generation.purpose);
                work.asked_by(generation.owner_id.to_string());
                let run = run::run(self.clone(), generation, signals);
                work::within(Some(work), run).instrument(span).await;
            }
            Ok(None) => discard(&span),
            Err(error) => {
                discard(&span);
                tracing::warn!(generation = %id, error = %error.chain(), "cannot take a run");
            }
        }
    }
}

/// The span of a run, which continues the trace of whoever asked for it.
fn span(id: GenerationId) -> Span {
    tracing::info_span!(
        target: SPANS,
        parent: None,
        "generation",
        otel.kind = "consumer",
        otel.status_code = Empty,
        error.type = Empty,
        elenchus.generation.id = %id,
        elenchus.generation.purpose = Empty,
        elenchus.generation.status = Empty,
        elenchus.generation.cost_usd = Empty,
        elenchus.discarded = Empty,
    )
}

/// Another instance was faster: the span is its.
fn discard(span: &Span) {
    span.record(DISCARDED, true);
}
