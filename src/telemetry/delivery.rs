//! From a finished span to the collector: a bounded queue, and a thread of its own that empties it.
//!
//! A request hands its span over and goes on. When the queue is full, the span is dropped and counted. A collector that
//! does not answer is reported once, and once more when it is back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::trace::span::DISCARDED;

/// Spans of one delivery.
const BATCH: usize = 512;

/// Where finished spans go.
#[derive(Debug)]
pub struct Queue {
    spans: mpsc::Sender<SpanData>,
    dropped: Arc<AtomicU64>,
}

/// The thread at the other end of the queue.
pub struct Delivery {
    flushes: mpsc::UnboundedSender<std::sync::mpsc::Sender<()>>,
}

impl Queue {
    /// # Errors
    /// When there is no thread to be had.
    pub fn start<E: SpanExporter + 'static>(
        exporter: E,
        capacity: usize,
        delay: Duration,
    ) -> std::io::Result<(Self, Delivery)> {
        let (spans, waiting) = mpsc::channel(capacity);
        let (flushes, flush) = mpsc::unbounded_channel();
        let dropped = Arc::new(AtomicU64::new(0));
        let mut courier = Courier { exporter, waiting, dropped: Arc::clone(&dropped), is_failing: false };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new()
            .name("traces".to_owned())
            .spawn(move || runtime.block_on(courier.work(flush, delay)))?;
        Ok((Self { spans, dropped }, Delivery { flushes }))
    }
}

impl SpanProcessor for Queue {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.attributes.iter().any(|attribute| attribute.key.as_str() == DISCARDED) {
            return;
        }
        if self.spans.try_send(span).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            metrics::counter!("elenchus_spans_dropped_total").increment(1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        // See `Delivery::flush`, which waits.
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Delivery {
    /// Delivers all that has ended by now, and waits for it for at most as long.
    pub fn flush(&self, patience: Duration) {
        let (done, is_done) = std::sync::mpsc::channel();
        if self.flushes.send(done).is_ok() {
            // Whatever is not delivered by then is lost: a stop does not wait for a collector.
            let _late = is_done.recv_timeout(patience);
        }
    }
}

struct Courier<E> {
    exporter: E,
    waiting: mpsc::Receiver<SpanData>,
    dropped: Arc<AtomicU64>,
    is_failing: bool,
}

impl<E: SpanExporter> Courier<E> {
    /// Delivers when there is a batch, when the delay is over, and when somebody wants it.
    async fn work(&mut self, mut flush: mpsc::UnboundedReceiver<std::sync::mpsc::Sender<()>>, delay: Duration) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut ticks = tokio::time::interval(delay);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                asked = flush.recv() => {
                    while let Ok(span) = self.waiting.try_recv() {
                        batch.push(span);
                        if batch.len() == BATCH {
                            self.deliver(&mut batch).await;
                        }
                    }
                    self.deliver(&mut batch).await;
                    // Whoever asked may have stopped waiting.
                    let Some(done) = asked else { return };
                    let _nobody = done.send(());
                }
                _ = ticks.tick() => self.deliver(&mut batch).await,
                span = self.waiting.recv() => {
                    let Some(span) = span else { return self.deliver(&mut batch).await };
                    batch.push(span);
                    if batch.len() == BATCH {
                        self.deliver(&mut batch).await;
                    }
                }
            }
        }
    }

    async fn deliver(&mut self, batch: &mut Vec<SpanData>) {
        if batch.is_empty() {
            return;
        }
        let spans = std::mem::replace(batch, Vec::with_capacity(BATCH));
        let count = spans.len() as u64;
        match self.exporter.export(spans).await {
            Ok(()) => {
                if std::mem::take(&mut self.is_failing) {
                    let lost = self.dropped.swap(0, Ordering::Relaxed);
                    tracing::info!(lost, "traces are delivered again");
                }
            }
            Err(error) => {
                self.dropped.fetch_add(count, Ordering::Relaxed);
                metrics::counter!("elenchus_spans_dropped_total").increment(count);
                if !std::mem::replace(&mut self.is_failing, true) {
                    tracing::warn!(%error, "traces cannot be delivered; said once until they are again");
                }
            }
        }
    }
}
