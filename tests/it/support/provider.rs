//! A provider of chat models on this machine: scripted to the byte, in the true wire format of each protocol.
//!
//! Each request gets the next reply of the script; the last one answers all further requests. Bodies are sent with chunked
//! transfer encoding, a chunk a step, so that a client sees exactly the pieces that the script names, and a body that is
//! cut off is told from one that ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// The protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    OpenAi,
    Anthropic,
    Google,
}

impl Wire {
    pub const ALL: [Self; 3] = [Self::OpenAi, Self::Anthropic, Self::Google];

    /// The provider's name in `provider/model`.
    pub fn provider(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::Google => "google",
        }
    }

    /// One event as it goes over the wire.
    pub fn event(self, data: &Value) -> String {
        match (self, data.get("type").and_then(Value::as_str)) {
            (Self::Anthropic, Some(name)) => format!("event: {name}\ndata: {data}\n\n"),
            // Google ends lines with CRLF.
            (Self::Google, _) => format!("data: {data}\r\n\r\n"),
            _ => format!("data: {data}\n\n"),
        }
    }

    /// What comes before the first token.
    pub fn opening(self) -> String {
        match self {
            Self::OpenAi => self.event(&json!({"id": "c1", "object": "chat.completion.chunk", "choices":
                [{"index": 0, "delta": {"role": "assistant", "content": "", "refusal": null}, "finish_reason": null}],
                "usage": null})),
            Self::Anthropic => [
                json!({"type": "message_start", "message": {"id": "m1", "type": "message", "role": "assistant",
                    "content": [], "stop_reason": null, "usage": {"input_tokens": 6, "cache_creation_input_tokens": 2,
                    "cache_read_input_tokens": 3, "output_tokens": 1}}}),
                json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
                json!({"type": "ping"}),
            ]
            .iter()
            .map(|data| self.event(data))
            .collect(),
            Self::Google => String::new(),
        }
    }

    /// A token of text.
    pub fn token(self, text: &str) -> String {
        self.event(&match self {
            Self::OpenAi => json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]}),
            Self::Anthropic => {
                json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})
            }
            Self::Google => {
                json!({"candidates": [{"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}],
                "modelVersion": "m"})
            }
        })
    }

    /// The reason to end, without usage and without a last event.
    pub fn reason(self) -> String {
        match self {
            Self::OpenAi => self.event(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})),
            Self::Anthropic => {
                self.event(&json!({"type": "content_block_stop", "index": 0}))
                    + &self.event(&json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage":
                        {"output_tokens": 7}}))
            }
            Self::Google => self.event(&json!({"candidates": [{"content": {"parts": [{"text": ""}]},
                "finishReason": "STOP", "index": 0}]})),
        }
    }

    /// Usage (11 read, 3 of them cached, 7 written) and the last event.
    pub fn ending(self) -> String {
        match self {
            Self::OpenAi => {
                self.event(&json!({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7,
                    "total_tokens": 18, "prompt_tokens_details": {"cached_tokens": 3}}}))
                    + "data: [DONE]\n\n"
            }
            Self::Anthropic => self.event(&json!({"type": "message_stop"})),
            Self::Google => self.event(&json!({"candidates": [], "usageMetadata": {"promptTokenCount": 11,
                "cachedContentTokenCount": 3, "candidatesTokenCount": 5, "thoughtsTokenCount": 2}})),
        }
    }

    /// A whole answer.
    pub fn transcript(self, tokens: &[&str]) -> String {
        let tokens: String = tokens.iter().map(|token| self.token(token)).collect();
        self.opening() + &tokens + &self.reason() + &self.ending()
    }
}

/// One step of a reply.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends these bytes as one chunk.
    Send(Vec<u8>),
    /// Waits.
    Wait(Duration),
    /// Waits until the test says so.
    Until(Arc<Notify>),
    /// Says nothing more until the client closes the connection.
    Stall,
    /// Closes without the mark of an ended body.
    Cut,
    /// Resets the connection.
    Reset,
}

/// What a request is answered with.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub steps: Vec<Step>,
    /// Closes the connection before the head.
    pub hang_up: bool,
}

impl Reply {
    /// A stream of these pieces, which then ends.
    pub fn stream(pieces: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let steps = pieces.into_iter().map(|piece| Step::Send(piece.into())).collect();
        Self::new(200, "text/event-stream", steps)
    }

    /// A whole answer of these tokens, `pace` apart.
    pub fn tokens(wire: Wire, tokens: &[&str], pace: Duration) -> Self {
        let mut reply = Self::stream([wire.opening()]);
        for token in tokens {
            reply.steps.extend([Step::Send(wire.token(token).into()), Step::Wait(pace)]);
        }
        reply.then(Step::Send((wire.reason() + &wire.ending()).into()))
    }

    /// A refusal.
    pub fn refusal(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", vec![Step::Send(body.to_string().into())])
    }

    /// A whole body of this type.
    pub fn whole(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, content_type, vec![Step::Send(body.into())])
    }

    /// A connection that is closed without a word.
    pub fn hang_up() -> Self {
        Self { hang_up: true, ..Self::new(200, "", Vec::new()) }
    }

    fn new(status: u16, content_type: &str, steps: Vec<Step>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, steps, hang_up: false }
    }

    #[must_use]
    pub fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// Path with query.
    pub path: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// Null for what is no JSON.
    pub body: Value,
    /// The body as it came.
    pub raw: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(its_name, _)| its_name == name).map(|(_, value)| value.as_str())
    }
}

type Script = Arc<dyn Fn(usize, &Received) -> Reply + Send + Sync>;

/// A running server; ends when dropped.
pub struct ProviderServer {
    pub base_url: String,
    requests: Arc<Mutex<Vec<Received>>>,
    closed: watch::Receiver<usize>,
    task: tokio::task::JoinHandle<()>,
}

impl ProviderServer {
    pub async fn start(script: Vec<Reply>) -> Self {
        Self::answering(move |place, _| script[place.min(script.len() - 1)].clone()).await
    }

    /// A server that answers by what it is asked: `script` gets the place of the request, from 0, and the request.
    pub async fn answering(script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (closing, closed) = watch::channel(0);
        let closing = Arc::new(closing);
        let (seen, script): (_, Script) = (Arc::clone(&requests), Arc::new(script));
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let Ok((socket, _)) = listener.accept().await else { return };
                let (seen, script, closing) = (Arc::clone(&seen), Arc::clone(&script), Arc::clone(&closing));
                connections.spawn(async move {
                    let _ = serve(socket, &seen, &*script, &closing).await;
                });
            }
        });
        Self { base_url, requests, closed, task }
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Received> {
        self.requests.lock().unwrap().clone()
    }

    /// Waits until clients have closed `count` connections in the middle of a [`Step::Stall`].
    pub async fn closed(&self, count: usize) {
        self.closed.clone().wait_for(|closed| *closed >= count).await.unwrap();
    }
}

impl Drop for ProviderServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut socket: TcpStream,
    seen: &Mutex<Vec<Received>>,
    script: &(dyn Fn(usize, &Received) -> Reply + Send + Sync),
    closing: &watch::Sender<usize>,
) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    let Some(received) = receive(&mut socket).await? else { return Ok(()) };
    let place = {
        let mut seen = seen.lock().unwrap();
        seen.push(received.clone());
        seen.len() - 1
    };
    let reply = script(place, &received);
    if reply.hang_up {
        return Ok(());
    }
    let mut head = format!("HTTP/1.1 {} Scripted\r\ntransfer-encoding: chunked\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    socket.write_all(format!("{head}\r\n").as_bytes()).await?;
    for step in &reply.steps {
        match step {
            Step::Send(bytes) if bytes.is_empty() => {}
            Step::Send(bytes) => {
                let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
                chunk.extend_from_slice(bytes);
                chunk.extend_from_slice(b"\r\n");
                socket.write_all(&chunk).await?;
            }
            Step::Wait(time) => tokio::time::sleep(*time).await,
            Step::Until(said) => said.notified().await,
            Step::Stall => {
                // The client says nothing more: whatever ends this read is the end of the connection.
                let _ = socket.read(&mut [0; 64]).await;
                closing.send_modify(|closed| *closed += 1);
                return Ok(());
            }
            Step::Cut => return socket.shutdown().await,
            Step::Reset => return socket.set_zero_linger(),
        }
    }
    socket.write_all(b"0\r\n\r\n").await?;
    socket.shutdown().await
}

async fn receive(socket: &mut TcpStream) -> std::io::Result<Option<Received>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let path = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if socket.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let raw = bytes[end + 4..].to_vec();
    let body = serde_json::from_slice(&raw).unwrap_or(Value::Null);
    Ok(Some(Received { path, headers, body, raw }))
}
