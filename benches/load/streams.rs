//! Many answers at once, each written at 50 tokens a second and followed over a websocket of its own.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::{SinkExt as _, StreamExt as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::client::{Connection, Reader};
use crate::process::{self, Child};
use crate::provider::{Clock, PACE, Provider, TOKENS};
use crate::{Outcome, report};

/// Longest wait for the answers to be asked for, and for their end beyond their length.
const PATIENCE: Duration = Duration::from_secs(30);
/// Left out of the figures for processor and memory at either end of the streams.
const MARGIN: Duration = Duration::from_secs(1);

const SEND: &str = "mutation($text: String!) { sendMessage(input: { text: $text }) { reply { generation { id } } } }";
const FOLLOW: &str = "subscription($id: ID!) { generation(id: $id) { __typename cursor \
    ... on TextAppended { text } ... on GenerationEnded { generation { status } } } }";

/// What came of so many streams.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    pub streams: usize,
    /// Tokens a second that arrived.
    pub tokens_per_second: f64,
    /// From the provider's sending of a token to its arrival, in milliseconds.
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    /// Processor time of the server a token, in microseconds.
    pub server_us: f64,
    /// Processor time of Postgres a token, in microseconds.
    pub postgres_us: f64,
    /// Memory of the server that a stream added, in KiB.
    pub kib_per_stream: f64,
    /// Rows that the log's writer stored with one statement, on average.
    pub rows_per_batch: f64,
    /// Such statements a second.
    pub batches_per_second: f64,
    /// Messages that arrived a token: below 1 when several came at once.
    pub messages_per_token: f64,
}

/// Measures `count` streams at once. `idle` is what the server had in memory before the first of all streams, in KiB: the
/// allocator keeps what earlier ones took.
///
/// # Errors
/// When one is refused, or ends otherwise than whole.
pub async fn measure(
    product: &Child,
    postgres: i32,
    provider: &Provider,
    readers: &[Reader],
    count: usize,
    idle: i64,
) -> Outcome<Figures> {
    // What the last streams left to do is done first.
    sleep(Duration::from_secs(2)).await;
    let asked_before = provider.asked();
    let arrived = Arc::new(AtomicUsize::new(0));
    let mut asking = Connection::open(product.address).await?;
    let mut following = JoinSet::new();
    for (number, reader) in (0..count).zip(readers.iter().cycle()) {
        let variables = json!({ "text": format!("Question {number}: how long is the notice?") });
        let sent = asking.graphql(Some(&reader.token), SEND, &variables).await?;
        let id = &sent["sendMessage"]["reply"]["generation"]["id"];
        let socket = open(product.address, &reader.token, id).await?;
        following.spawn(follow(socket, provider.clock(), Arc::clone(&arrived)));
    }
    provider.all_asked(asked_before + count, PATIENCE).await?;
    sleep(MARGIN).await;
    provider.release(TOKENS);
    let length = PACE * u32::try_from(TOKENS)?;
    sleep(MARGIN).await;
    let first = Sample::take(product, postgres, &arrived).await?;
    sleep(length.saturating_sub(2 * MARGIN)).await;
    let memory = process::resident(product.pid);
    let last = Sample::take(product, postgres, &arrived).await?;
    let followed = timeout(length + PATIENCE, finish(following)).await.map_err(|_| "the streams did not end")??;
    Ok(sum_up(count, &first, &last, memory - idle, followed))
}

async fn finish(mut following: JoinSet<Outcome<Followed>>) -> Outcome<Vec<Followed>> {
    let mut all = Vec::new();
    while let Some(followed) = following.join_next().await {
        all.push(followed??);
    }
    Ok(all)
}

/// The server at one moment.
struct Sample {
    at: Instant,
    tokens: usize,
    server: Duration,
    postgres: Duration,
    rows: f64,
    batches: f64,
}

impl Sample {
    async fn take(product: &Child, postgres: i32, arrived: &AtomicUsize) -> Outcome<Self> {
        let metrics = metrics(product.address).await?;
        let of = |name: &str| metrics.get(name).copied().unwrap_or_default();
        Ok(Self {
            at: Instant::now(),
            tokens: arrived.load(Ordering::Relaxed),
            server: process::cpu(product.pid),
            postgres: process::cpu(postgres),
            rows: of("elenchus_log_batch_rows_sum"),
            batches: of("elenchus_log_batch_rows_count"),
        })
    }
}

async fn metrics(server: SocketAddr) -> Outcome<HashMap<String, f64>> {
    let mut connection = Connection::open(server).await?;
    let answer = connection.call(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
    let lines = std::str::from_utf8(answer.body)?.lines();
    let values = lines.filter_map(|line| line.rsplit_once(' ')).filter(|(name, _)| !name.contains(['#', '{']));
    Ok(values.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect())
}

fn sum_up(streams: usize, first: &Sample, last: &Sample, memory: i64, followed: Vec<Followed>) -> Figures {
    let tokens = report::count(last.tokens - first.tokens).max(1.0);
    let seconds = (last.at - first.at).as_secs_f64();
    let micros = |first: Duration, last: Duration| last.saturating_sub(first).as_secs_f64() * 1e6 / tokens;
    let messages: usize = followed.iter().map(|followed| followed.messages).sum();
    let mut delays: Vec<f64> =
        followed.into_iter().flat_map(|followed| followed.delays).map(|delay| f64::from(delay) / 1e3).collect();
    delays.sort_by(f64::total_cmp);
    let memory = u32::try_from(memory).map_or(0.0, f64::from);
    Figures {
        streams,
        tokens_per_second: tokens / seconds,
        p50_ms: report::percentile(&delays, 500),
        p95_ms: report::percentile(&delays, 950),
        p99_ms: report::percentile(&delays, 990),
        server_us: micros(first.server, last.server),
        postgres_us: micros(first.postgres, last.postgres),
        kib_per_stream: memory / report::count(streams),
        rows_per_batch: (last.rows - first.rows) / (last.batches - first.batches).max(1.0),
        batches_per_second: (last.batches - first.batches) / seconds,
        messages_per_token: report::count(messages) / report::count(delays.len()).max(1.0),
    }
}

type Socket = WebSocketStream<TcpStream>;

/// Opens a websocket that follows a generation; returns when the server has begun.
async fn open(server: SocketAddr, token: &str, id: &Value) -> Outcome<Socket> {
    let mut request = format!("ws://{server}/graphql/ws").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
    // The default buffer of 128 KiB is zeroed at every read: the client would be what is measured.
    let config = WebSocketConfig::default().read_buffer_size(4096);
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
    let init = json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } });
    socket.send(Message::text(init.to_string())).await?;
    expect(&mut socket, "connection_ack").await?;
    let payload = json!({ "query": FOLLOW, "variables": { "id": id } });
    let subscribe = json!({ "type": "subscribe", "id": "1", "payload": payload });
    socket.send(Message::text(subscribe.to_string())).await?;
    socket.send(Message::text(r#"{"type":"ping"}"#)).await?;
    // A socket's messages are taken in their order.
    expect(&mut socket, "pong").await?;
    Ok(socket)
}

async fn expect(socket: &mut Socket, kind: &str) -> Outcome<()> {
    let text = next_text(socket).await?;
    let message: Value = serde_json::from_str(&text)?;
    if message["type"] == kind { Ok(()) } else { Err(format!("{message} instead of {kind}").into()) }
}

async fn next_text(socket: &mut Socket) -> Outcome<tokio_tungstenite::tungstenite::Utf8Bytes> {
    loop {
        match socket.next().await.ok_or("the server closed the socket")?? {
            Message::Text(text) => return Ok(text),
            Message::Close(frame) => return Err(format!("the server closed the socket: {frame:?}").into()),
            _ => {}
        }
    }
}

#[derive(Deserialize)]
struct Next {
    payload: Option<Payload>,
}

#[derive(Deserialize)]
struct Payload {
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    generation: Event,
}

#[derive(Deserialize)]
struct Event {
    text: Option<String>,
    generation: Option<Ended>,
}

#[derive(Deserialize)]
struct Ended {
    status: String,
}

/// What one stream brought.
struct Followed {
    /// Of each token, in microseconds.
    delays: Vec<u32>,
    messages: usize,
}

/// Reads a stream to its end: every token, each once, in order.
async fn follow(mut socket: Socket, clock: Clock, arrived: Arc<AtomicUsize>) -> Outcome<Followed> {
    let mut followed = Followed { delays: Vec::with_capacity(TOKENS), messages: 0 };
    let mut newest = 0;
    loop {
        let text = next_text(&mut socket).await?;
        let now = clock.micros();
        let next: Next = serde_json::from_str(&text)?;
        let Some(event) = next.payload.and_then(|payload| payload.data).map(|data| data.generation) else {
            return Err(format!("an answer broke off: {text}").into());
        };
        if let Some(text) = event.text {
            followed.messages += 1;
            for token in text.split_whitespace() {
                let sent: u64 = token.parse()?;
                if sent < newest {
                    return Err("tokens out of order".into());
                }
                newest = sent;
                followed.delays.push(u32::try_from(now.saturating_sub(sent))?);
                arrived.fetch_add(1, Ordering::Relaxed);
            }
        }
        if let Some(ended) = event.generation {
            if ended.status != "COMPLETED" || followed.delays.len() != TOKENS {
                return Err(format!("{} after {} of {TOKENS} tokens", ended.status, followed.delays.len()).into());
            }
            // It may have closed first.
            let _closed = socket.close(None).await;
            return Ok(followed);
        }
    }
}
