//! The threads that embed, and who is served first.
//!
//! A person waits for a query, and nobody for a passage. So passages come in small units; a thread that is free takes
//! queries first, and a thread at work on passages looks for queries between the model's layers (every 10 to 20 ms). A
//! query that finds the other threads idle is shared with them.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minilm::{MAX_TOKENS, Model, ModelError, Scratch};
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokenizers::Tokenizer;
use tokio::sync::oneshot;

use super::embedder::Purpose;
use super::error::EmbedError;

/// Longest text that is split into tokens, in bytes: the model sees no more than [`MAX_TOKENS`] of them anyway.
const MOST_BYTES: usize = 32 << 10;

type Answer = Result<Vec<Vec<f32>>, EmbedError>;

/// Texts that are embedded in one go, and who waits for them.
struct Unit {
    texts: Vec<String>,
    answer: oneshot::Sender<Answer>,
}

#[derive(Default)]
struct Waiting {
    queries: VecDeque<Unit>,
    passages: VecDeque<Unit>,
    /// Buffers that no thread uses at present.
    scratches: Vec<Scratch>,
}

/// The model and all that its threads share.
struct Bench {
    model: Model,
    tokenizer: Tokenizer,
    threads: usize,
    waiting: Mutex<Waiting>,
    working: AtomicUsize,
}

/// Threads of their own for one model. Dropping it ends them when their work is done.
pub struct Queue {
    pool: ThreadPool,
    bench: Arc<Bench>,
}

impl Queue {
    /// Starts `threads` threads, or one a core for 0.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(model: Model, tokenizer: Tokenizer, threads: usize) -> Result<Self, std::io::Error> {
        let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads = if threads == 0 { cores() } else { threads };
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|at| format!("embed-{at}"))
            .panic_handler(|_| tracing::error!("a thread that embeds panicked; its texts are lost"))
            .build()
            .map_err(std::io::Error::other)?;
        let (waiting, working) = (Mutex::default(), AtomicUsize::new(0));
        Ok(Self { pool, bench: Arc::new(Bench { model, tokenizer, threads, waiting, working }) })
    }

    pub fn threads(&self) -> usize {
        self.bench.threads
    }

    /// Embeds `texts` in one go. They are not begun if nobody waits for the answer any more when their turn comes.
    ///
    /// # Errors
    /// When the model cannot take a text.
    pub async fn embed(&self, texts: Vec<String>, purpose: Purpose) -> Answer {
        let (answer, answered) = oneshot::channel();
        let unit = Unit { texts, answer };
        match purpose {
            Purpose::Query => self.bench.waiting().queries.push_back(unit),
            Purpose::Passage => self.bench.waiting().passages.push_back(unit),
        }
        let bench = Arc::clone(&self.bench);
        // One call a unit; which unit it serves is decided when it runs.
        self.pool.spawn_fifo(move || bench.serve_next());
        answered.await.unwrap_or(Err(EmbedError::Stopped))
    }
}

impl Bench {
    /// A panic while the lock is held leaves queues that are still whole.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve_next(&self) {
        if self.serve_query() {
            return;
        }
        let next = self.waiting().passages.pop_front();
        if let Some(unit) = next {
            self.serve(unit, 1, || while self.serve_query() {});
        }
    }

    /// Serves one query if one waits.
    fn serve_query(&self) -> bool {
        let next = self.waiting().queries.pop_front();
        let Some(unit) = next else { return false };
        let alone = self.working.load(Ordering::Relaxed) == 0;
        self.serve(unit, if alone { self.threads } else { 1 }, || ());
        true
    }

    fn serve(&self, unit: Unit, threads: usize, between: impl FnMut()) {
        if unit.answer.is_closed() {
            return;
        }
        let mut scratch = self.waiting().scratches.pop().unwrap_or_default();
        self.working.fetch_add(1, Ordering::Relaxed);
        let answer = self.compute(&unit.texts, &mut scratch, threads, between);
        self.working.fetch_sub(1, Ordering::Relaxed);
        self.waiting().scratches.push(scratch);
        // Whoever waited may have left meanwhile.
        let _ = unit.answer.send(answer);
    }

    fn compute(&self, texts: &[String], scratch: &mut Scratch, threads: usize, between: impl FnMut()) -> Answer {
        let tokens = |text: &String| {
            let text = &text[..text.floor_char_boundary(MOST_BYTES)];
            let encoding = self.tokenizer.encode_fast(text, true);
            encoding.map_err(|error| EmbedError::Tokens(error.to_string()))
        };
        let encoded = texts.iter().map(tokens).collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<&[u32]> = encoded.iter().map(tokenizers::Encoding::get_ids).collect();
        let vectors = self.model.embed(&ids, scratch, threads, between);
        vectors.map_err(|error: ModelError| EmbedError::Tokens(error.to_string()))
    }
}

/// Reads `tokenizer.json`, cut off at the model's length and without padding.
///
/// # Errors
/// When it is not a tokenizer.
pub fn read_tokenizer(file: &[u8]) -> Result<Tokenizer, tokenizers::Error> {
    let mut tokenizer = Tokenizer::from_bytes(file)?;
    let cut = tokenizers::TruncationParams { max_length: MAX_TOKENS, ..Default::default() };
    tokenizer.with_truncation(Some(cut))?.with_padding(None);
    Ok(tokenizer)
}
