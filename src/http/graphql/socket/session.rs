//! One socket, from its opening to its close.
//!
//! A single task reads, runs and writes. Nothing is queued: while a message waits for a slow reader, its operations are
//! not polled, so that a socket holds no more than one batch however slow its client is.

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use axum::http::request::Parts;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, SplitSink, SplitStream};
use futures::{FutureExt, SinkExt, StreamExt};
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep, interval_at, sleep_until, timeout};
use tokio_stream::StreamMap;

use super::super::super::correlation;
use super::super::failure::server_error;
use super::super::gateway::{Caller, Gateway};
use super::super::meters;
use super::super::params::Params;
use super::super::permits::Permit;
use super::super::run::Shared;
use super::close::Close;
use super::message::{self, ClientMessage};
use super::operation::{self, Step};
use crate::error::{Error, ErrorCode};
use crate::graphql::error::log;

/// How long the peer may take to close its side.
pub const CLOSING: Duration = Duration::from_secs(1);
/// Responses written before the socket is flushed, when they are there at once.
const BATCH: usize = 32;
/// Stands for "never": a year, for a timer has a range.
const NEVER: Duration = Duration::from_hours(365 * 24);
/// Longest id of an operation, in bytes.
const MAX_ID_BYTES: usize = 256;

/// Why a socket ends.
enum End {
    /// The server closes it.
    Close(Close),
    /// The client closed it, or the connection broke.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

/// Keeps a socket until it ends.
pub async fn run<G: Gateway>(shared: Arc<Shared<G>>, parts: Parts, socket: WebSocket) {
    let _open = meters::Open::new(meters::SOCKETS);
    let (sink, mut source) = socket.split();
    let settings = shared.gateway.settings();
    let (idle, init) = (settings.graphql.socket_idle, settings.socket_init);
    let now = Instant::now();
    let mut pings = interval_at(now + idle / 3, idle / 3);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let session = Session {
        shared,
        parts,
        sink,
        pings,
        idle,
        deadline: Box::pin(sleep_until(now + init)),
        last_seen: now,
        member: None,
        ended: pending().boxed(),
        operations: StreamMap::new(),
    };
    session.keep(&mut source).await;
    // Lets the closing handshake end before the connection is dropped.
    let _ = timeout(CLOSING, async { while let Some(Ok(_)) = source.next().await {} }).await;
}

struct Session<G: Gateway> {
    shared: Arc<Shared<G>>,
    /// The upgrade request.
    parts: Parts,
    sink: SplitSink<WebSocket, Message>,
    pings: Interval,
    idle: Duration,
    /// Until the client has said who it is: when it must have; then: when its credentials end.
    deadline: Pin<Box<Sleep>>,
    last_seen: Instant,
    /// Completes when the credentials end before their time.
    ended: BoxFuture<'static, ()>,
    /// Set with `connection_ack`.
    member: Option<Member<G>>,
    operations: StreamMap<String, BoxStream<'static, Step>>,
}

struct Member<G: Gateway> {
    caller: Arc<Caller<G::Identity>>,
    _permit: Permit,
}

impl<G: Gateway> Session<G> {
    async fn keep(mut self, source: &mut SplitStream<WebSocket>) {
        let end = loop {
            if let Err(end) = self.turn(source).await {
                break end;
            }
        };
        // What runs for nobody stops now, not after the handshake.
        self.operations.clear();
        if let End::Close(close) = end {
            let _ = timeout(CLOSING, self.sink.send(Message::from(close))).await;
        }
        let _ = timeout(CLOSING, self.sink.flush()).await;
    }

    async fn turn(&mut self, source: &mut SplitStream<WebSocket>) -> Result<(), End> {
        let shared = Arc::clone(&self.shared);
        tokio::select! {
            () = shared.gateway.shutdown().cancelled() => Err(Close::RESTART.into()),
            () = &mut self.deadline => Err(self.too_late()),
            () = &mut self.ended => Err(Close::FORBIDDEN.into()),
            message = source.next() => {
                self.last_seen = Instant::now();
                match message {
                    None => Err(End::Gone),
                    Some(Ok(message)) => self.receive(message).await,
                    Some(Err(error)) => Err(broken(&error)),
                }
            }
            Some((id, step)) = self.operations.next(), if !self.operations.is_empty() => self.pass_on(id, step).await,
            _ = self.pings.tick() => {
                if self.last_seen.elapsed() >= self.idle {
                    return Err(Close::IDLE.into());
                }
                self.send(Message::Ping(bytes::Bytes::new())).await
            }
        }
    }

    /// What it means that the deadline has passed.
    fn too_late(&self) -> End {
        if self.member.is_some() { Close::FORBIDDEN.into() } else { Close::INIT_TIMEOUT.into() }
    }

    async fn receive(&mut self, message: Message) -> Result<(), End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Close::bad_message("Binary messages are not taken").into()),
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(End::Gone),
        };
        let message: ClientMessage =
            serde_json::from_str(&text).map_err(|_| Close::bad_message("Invalid message received"))?;
        match message {
            ClientMessage::ConnectionInit { payload } => self.init(payload.as_ref()).await,
            ClientMessage::Ping { payload } => self.send(message::pong(payload.as_ref())).await,
            ClientMessage::Pong { .. } => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload).await,
            ClientMessage::Complete { id } => {
                self.operations.remove(&id);
                Ok(())
            }
        }
    }

    async fn init(&mut self, payload: Option<&Map<String, Value>>) -> Result<(), End> {
        if self.member.is_some() {
            return Err(Close::TOO_MANY_INITS.into());
        }
        let token = message::token(payload).map_err(|_| Close::FORBIDDEN)?;
        let gateway = &self.shared.gateway;
        let asked = tokio::select! {
            asked = gateway.authenticate_socket(&self.parts, token) => asked,
            () = gateway.shutdown().cancelled() => return Err(Close::RESTART.into()),
        };
        let caller = asked.map_err(|error| match error.code() {
            ErrorCode::Unauthenticated | ErrorCode::Forbidden => Close::FORBIDDEN,
            _ => {
                log(&error);
                Close::TRY_LATER
            }
        })?;
        let limit = gateway.settings().graphql.sockets_per_user;
        let permit = self.shared.sockets.take(&caller.key, limit).ok_or(Close::TOO_MANY_SOCKETS)?;
        let left = caller.expires_at.map(|end| (end - gateway.clock().now()).to_std().unwrap_or_default());
        self.deadline.as_mut().reset(Instant::now() + left.unwrap_or(NEVER).min(NEVER));
        self.ended = gateway.ended(&caller);
        self.member = Some(Member { caller: Arc::new(caller), _permit: permit });
        self.send(message::ack()).await
    }

    async fn subscribe(&mut self, id: String, payload: Map<String, Value>) -> Result<(), End> {
        let Some(member) = &self.member else { return Err(Close::UNAUTHORIZED.into()) };
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            return Err(Close::bad_message("Invalid message received: bad id").into());
        }
        if self.operations.contains_key(&id) {
            return Err(Close::duplicate(&id).into());
        }
        let params = Params::from_value(Value::Object(payload))
            .map_err(|failure| Close::bad_message(format!("Invalid message received: {}", failure.error.message)))?;
        if !params.names_document() {
            return Err(Close::bad_message("Invalid message received: `query` is missing").into());
        }
        let limit = self.shared.gateway.settings().graphql.socket_max_subscriptions;
        if self.operations.len() >= limit {
            let message = format!("Too many operations on one socket: at most {limit}.");
            let error = server_error(&Error::new(ErrorCode::RateLimited, message));
            return self.send(message::error(&id, &async_graphql::Response::from_errors(vec![error]))).await;
        }
        let opener = correlation::caller(&self.parts.headers);
        let steps = operation::steps(Arc::clone(&self.shared), Arc::clone(&member.caller), params, opener.as_ref());
        self.operations.insert(id, steps);
        Ok(())
    }

    /// Writes a response, and those of all operations that are there at once, then flushes.
    async fn pass_on(&mut self, id: String, step: Step) -> Result<(), End> {
        self.write(&id, &step).await?;
        for _ in 1..BATCH {
            // `next` would say that an empty map has ended; polled once without waiting.
            let Some(Some((id, step))) = self.operations.next().now_or_never() else { break };
            self.write(&id, &step).await?;
        }
        self.push(None).await
    }

    async fn write(&mut self, id: &str, step: &Step) -> Result<(), End> {
        let message = match step {
            Step::Next(response) => message::next(id, response),
            Step::Refused(response) => {
                self.operations.remove(id);
                message::error(id, response)
            }
            Step::End => {
                self.operations.remove(id);
                message::complete(id)
            }
        };
        self.push(Some(message)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        self.push(Some(message)).await?;
        self.push(None).await
    }

    /// Buffers a message, or flushes what is buffered. A client that reads nothing for the idle time is given up; the
    /// socket's own end does not wait for it.
    async fn push(&mut self, message: Option<Message>) -> Result<(), End> {
        let member = self.member.is_some();
        let (sink, deadline, ended, idle) = (&mut self.sink, &mut self.deadline, &mut self.ended, self.idle);
        let pushing = async {
            match message {
                Some(message) => sink.feed(message).await,
                None => sink.flush().await,
            }
        };
        tokio::select! {
            biased;
            pushed = pushing => pushed.map_err(|_| End::Gone),
            () = self.shared.gateway.shutdown().cancelled() => Err(Close::RESTART.into()),
            () = deadline => Err(if member { Close::FORBIDDEN } else { Close::INIT_TIMEOUT }.into()),
            () = ended => Err(Close::FORBIDDEN.into()),
            () = tokio::time::sleep(idle) => Err(Close::IDLE.into()),
        }
    }
}

/// What to say of bytes that are no message.
fn broken(error: &axum::Error) -> End {
    let text = error.to_string();
    if text.contains("too long") || text.contains("too big") {
        Close::TOO_BIG.into()
    } else if text.contains("protocol") || text.contains("UTF-8") {
        Close::PROTOCOL.into()
    } else {
        End::Gone
    }
}
