//! Bodies read with patience that ends: for the next byte, and for the whole.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

use super::failure::{Failure, server_error};
use super::gateway::Settings;
use crate::error::{Error, ErrorCode};

/// What a sender must keep up once the request time-out has passed, in bytes a second. Only large uploads get there.
const SLOWEST_BYTES_PER_SECOND: u64 = 32 * 1024;
/// What any body may have without asking for room, in bytes: ordinary requests are answered whatever others send.
const FREE_BYTES: usize = 64 * 1024;
/// What is still read and thrown away of a body that was refused, so that the sender sees the answer, in bytes.
const LINGER_BYTES: usize = 4 * 1024 * 1024;
/// And for how long.
const LINGER: Duration = Duration::from_secs(1);

/// A body that arrives piece by piece, no slower than allowed.
pub struct Arriving {
    stream: BodyDataStream,
    idle: Duration,
    started: Instant,
    patience: Duration,
    received: u64,
}

impl Arriving {
    #[must_use]
    pub fn new(body: Body, settings: &Settings) -> Self {
        Self {
            stream: body.into_data_stream(),
            idle: settings.body_idle,
            started: Instant::now(),
            patience: settings.request_timeout,
            received: 0,
        }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// 408 when the sender is too slow, 400 when the connection breaks.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let earned = Duration::from_secs(self.received / SLOWEST_BYTES_PER_SECOND);
        let deadline = (self.started + self.patience + earned).min(Instant::now() + self.idle);
        match timeout_at(deadline, self.stream.next()).await {
            Err(_) => {
                Err(Failure::new(StatusCode::REQUEST_TIMEOUT, ErrorCode::Timeout, "The body took too long to arrive."))
            }
            Ok(None) => Ok(None),
            Ok(Some(Ok(piece))) => {
                self.received += piece.len() as u64;
                Ok(Some(piece))
            }
            Ok(Some(Err(_))) => Err(Failure::malformed("The body broke off.")),
        }
    }

    /// Reads on for a moment without keeping anything: closing a connection on unread bytes resets it, and the sender
    /// would lose the answer.
    pub async fn linger(mut self) {
        let drain = async {
            let mut left = LINGER_BYTES;
            while let Some(Ok(piece)) = self.stream.next().await {
                match left.checked_sub(piece.len()) {
                    Some(rest) => left = rest,
                    None => break,
                }
            }
        };
        // Either way the connection is let go.
        let _ = timeout(LINGER, drain).await;
    }
}

/// Memory for all bodies that are arriving, so that many slow senders of large ones cannot take it all. A clone is the
/// same memory.
#[derive(Debug, Clone)]
pub struct Budget(Arc<Semaphore>);

impl Budget {
    /// Room for so many bodies of the largest size.
    #[must_use]
    pub fn of(bodies: usize, max_body_bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bodies.saturating_mul(max_body_bytes).min(Semaphore::MAX_PERMITS))))
    }

    /// Room for one more piece of a body; `None` when there is none left.
    fn take(&self, bytes: usize) -> Option<SemaphorePermit<'_>> {
        self.0.try_acquire_many(u32::try_from(bytes).ok()?).ok()
    }
}

/// A whole body in memory, at most `limit` bytes.
///
/// # Errors
/// 413 when it is longer, by its own account or in fact; 408 when it is too slow; 503 when it is large and too many large
/// ones are arriving.
pub async fn read(
    body: Body,
    headers: &HeaderMap,
    limit: usize,
    settings: &Settings,
    budget: &Budget,
) -> Result<Bytes, Failure> {
    let mut arriving = Arriving::new(body, settings);
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    let mut too_large = announced.is_some_and(|length| length > limit as u64);
    let mut whole = BytesMut::new();
    let mut room = None;
    while !too_large {
        let piece = match arriving.next().await? {
            None => return Ok(whole.freeze()),
            Some(piece) if whole.len() + piece.len() > limit => {
                too_large = true;
                continue;
            }
            Some(piece) => piece,
        };
        if whole.len() + piece.len() > FREE_BYTES {
            let Some(more) = budget.take(piece.len()) else {
                drop((whole, room));
                arriving.linger().await;
                // No line in the log for each: there may be thousands.
                let error = Error::unavailable("Too many large requests are arriving. Please try again.");
                let error = server_error(&error.with_retry_after(1));
                return Err(Failure { well_formed: false, ..Failure::request(StatusCode::SERVICE_UNAVAILABLE, error) });
            };
            match &mut room {
                None => room = Some(more),
                Some(room) => room.merge(more),
            }
        }
        whole.extend_from_slice(&piece);
    }
    drop(whole);
    arriving.linger().await;
    Err(too_large_failure(format!("The body is too large: at most {limit} bytes.")))
}

/// 413 with its code.
pub fn too_large_failure(message: impl Into<String>) -> Failure {
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::PayloadTooLarge, message)
}
