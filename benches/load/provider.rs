//! A provider that speaks OpenAI's protocol and says when it said what: every token is the time of its sending.
//!
//! <https://platform.openai.com/docs/api-reference/chat-streaming>. A reply begins only when its whole group is
//! released, so that all are followed before the first word.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_stream::stream;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::Outcome;

/// Tokens of a reply that is followed.
pub const TOKENS: usize = 500;
/// Between two tokens of a reply: 50 a second.
pub const PACE: Duration = Duration::from_millis(20);
/// Titles are asked for with fewer tokens than this.
const SHORT: u64 = 100;

/// The provider, in this process.
pub struct Provider {
    pub address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    /// What times are counted from.
    start: Instant,
    /// Replies asked for so far.
    asked: AtomicUsize,
    released: watch::Sender<Released>,
}

/// What was released last.
#[derive(Clone, Copy, Default)]
struct Released {
    /// Replies that may begin, counted from the first.
    replies: usize,
    /// Of each of them that has not begun.
    tokens: usize,
}

impl Provider {
    /// # Errors
    /// When there is no port.
    pub async fn start() -> Outcome<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let released = watch::Sender::new(Released::default());
        let inner = Arc::new(Inner { start: Instant::now(), asked: AtomicUsize::new(0), released });
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(Arc::clone(&inner));
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            // Only a delay of the small packets would come of a failure.
            let _delayed = stream.set_nodelay(true);
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, inner })
    }

    /// Replies that were asked for so far.
    pub fn asked(&self) -> usize {
        self.inner.asked.load(Ordering::SeqCst)
    }

    /// Waits until so many replies were asked for, counted from the first.
    ///
    /// # Errors
    /// When they are not within `patience`.
    pub async fn all_asked(&self, replies: usize, patience: Duration) -> Outcome<()> {
        let all_asked = async {
            while self.asked() < replies {
                sleep(Duration::from_millis(20)).await;
            }
        };
        Ok(timeout(patience, all_asked).await.map_err(|_| "the provider was not asked for all answers")?)
    }

    /// Lets all replies begin that were asked for, with so many tokens each.
    pub fn release(&self, tokens: usize) {
        self.inner.released.send_replace(Released { replies: self.asked(), tokens });
    }

    /// What the clock says that the tokens are stamped with, in microseconds.
    pub fn clock(&self) -> Clock {
        Clock(self.inner.start)
    }
}

/// The clock that tokens are stamped with.
#[derive(Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// Microseconds by now.
    pub fn micros(self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

async fn complete(State(inner): State<Arc<Inner>>, Json(request): Json<Value>) -> impl IntoResponse {
    let is_short = request["max_tokens"].as_u64().is_some_and(|most| most < SHORT);
    let body = if is_short { Body::from(format!("{}{}", chunk("A measured title"), end(3))) } else { reply(inner) };
    ([(CONTENT_TYPE, "text/event-stream")], body)
}

fn reply(inner: Arc<Inner>) -> Body {
    let mine = inner.asked.fetch_add(1, Ordering::SeqCst);
    Body::from_stream(stream! {
        let mut released = inner.released.subscribe();
        // The sender lives in `inner`, so that the wait never fails; what is looked at must not be kept.
        let tokens = released.wait_for(|released| released.replies > mine).await.map_or(0, |released| released.tokens);
        // Real streams do not tick together: spread over one pace by the golden ratio.
        let phase = u32::try_from(mine * 618 % 1000).unwrap_or_default();
        sleep(PACE * phase / 1000).await;
        let clock = Clock(inner.start);
        let mut ticks = interval(PACE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for _ in 0..tokens {
            ticks.tick().await;
            yield Ok::<_, Infallible>(chunk(&format!("{} ", clock.micros())));
        }
        yield Ok(end(tokens));
    })
}

fn chunk(content: &str) -> String {
    format!(
        "data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"bench\",\
         \"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{content}\"}},\"finish_reason\":null}}]}}\n\n"
    )
}

fn end(tokens: usize) -> String {
    format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\n\
         data: {{\"choices\":[],\"usage\":{{\"prompt_tokens\":10,\"completion_tokens\":{tokens}}}}}\n\n\
         data: [DONE]\n\n"
    )
}
