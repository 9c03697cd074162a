//! One answer, followed over websocket, SSE and multipart in turn with one cursor, while it is written and afterwards.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::database::TestDatabase;
use crate::support::live::{LiveServer, Person, Stream};
use crate::support::provider::{ProviderServer, Reply, Step, Wire};

const WIRE: Wire = Wire::OpenAi;
const PARTS: [&str; 3] = ["Größe ist 法律 👩‍⚖️.\n\n", "The second part.\n\n", "The third."];
const FOLLOW: &str = "subscription($id: ID!, $after: String) { generation(id: $id, after: $after) { __typename cursor \
                      ... on TextAppended { text } } }";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transport {
    Socket,
    Events,
    /// With the cursor as `Last-Event-ID` and not as a variable.
    EventsById,
    Parts,
}

use Transport::{Events, EventsById, Parts, Socket};

/// A stream of steps over one of the transports.
enum Reader {
    Socket(Stream),
    Http { response: reqwest::Response, arrived: String },
}

impl Reader {
    async fn open(person: &Person, transport: Transport, id: &str, after: Option<&str>) -> Self {
        if transport == Socket {
            return Self::Socket(person.follow(id, after).await);
        }
        let accept = match transport {
            Parts => "multipart/mixed;subscriptionSpec=1.0",
            _ => "text/event-stream",
        };
        let variables = match transport {
            EventsById => json!({ "id": id }),
            _ => json!({ "id": id, "after": after }),
        };
        let mut request = reqwest::Client::new().post(format!("{}/graphql", person.url));
        request = request.bearer_auth(&person.token).header("accept", accept);
        if let (EventsById, Some(after)) = (transport, after) {
            request = request.header("last-event-id", after);
        }
        let response = request.json(&json!({ "query": FOLLOW, "variables": variables })).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self::Http { response, arrived: String::new() }
    }

    /// The next step; `None` once it is complete, which it says in so many words.
    async fn step(&mut self) -> Option<Value> {
        match self {
            Self::Socket(stream) => stream.step().await.map(|data| data["generation"].clone()),
            Self::Http { response, arrived } => loop {
                while let Some(end) = arrived.find('\n') {
                    let line: String = arrived.drain(..=end).collect();
                    let line = line.trim_end();
                    if line == "event: complete" || line == "--graphql--" {
                        return None;
                    }
                    let text = line.strip_prefix("data: ").unwrap_or(line);
                    if text.starts_with('{') && text != "{}" {
                        let message: Value = serde_json::from_str(text).unwrap();
                        let payload = message.get("payload").unwrap_or(&message);
                        return Some(payload["data"]["generation"].clone());
                    }
                }
                let piece = response.chunk().await.unwrap().expect("the stream says that it is complete");
                // Events and parts are sent whole.
                arrived.push_str(std::str::from_utf8(&piece).unwrap());
            },
        }
    }
}

/// A model that stops after the first and the second part of each answer until it is told to go on.
async fn model(gate: &Arc<Notify>) -> ProviderServer {
    let (gate, seen) = (Arc::clone(gate), Mutex::new(BTreeSet::new()));
    ProviderServer::answering(move |_, received| {
        let asked = received.body["messages"].to_string();
        let word = asked.split("turn-").nth(1).unwrap_or_default().split('.').next().unwrap_or_default().to_owned();
        let mut reply = Reply::stream([WIRE.opening()]);
        // Whatever else the server has written about the message, a title say, comes at once.
        let held = seen.lock().unwrap().insert(word);
        for (place, part) in PARTS.iter().enumerate() {
            if held && place > 0 {
                reply = reply.then(Step::Until(Arc::clone(&gate)));
            }
            reply = reply.then(Step::Send(WIRE.token(part).into()));
        }
        reply.then(Step::Send((WIRE.reason() + &WIRE.ending()).into()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_on_over_any_transport_where_another_stopped() {
    let gate = Arc::new(Notify::new());
    let provider = model(&gate).await;
    let database = TestDatabase::new().await;
    let settings = [
        ("CHAT_MODEL", "openai/scripted"),
        ("OPENAI_BASE_URL", provider.base_url.as_str()),
        ("OPENAI_API_KEY", "sk-test"),
    ];
    let server = LiveServer::start(&database, &settings).await;
    let person = server.register("turns@example.org").await;
    let whole = PARTS.concat();
    for (place, order) in [
        [Socket, Events, Parts],
        [Events, Parts, Socket],
        [Parts, Socket, EventsById],
        [Socket, Parts, Events],
        [Parts, EventsById, Socket],
        [EventsById, Socket, Parts],
    ]
    .into_iter()
    .enumerate()
    {
        let id = person.send(&format!("This is turn-{place}.")).await.generation;
        let (mut text, mut after, mut cursors) = (String::new(), None::<String>, Vec::new());
        for (turn, transport) in order.into_iter().enumerate() {
            let mut reader = Reader::open(&person, transport, &id, after.as_deref()).await;
            let so_far = PARTS[..=turn].concat();
            let last = turn + 1 == PARTS.len();
            // A blank at the end of what was said may wait for the next word.
            while last || text.trim_end() != so_far.trim_end() {
                let Some(step) = reader.step().await else { break };
                text.push_str(step["text"].as_str().unwrap_or_default());
                after = Some(step["cursor"].as_str().unwrap().to_owned());
                cursors.push((text.clone(), after.clone()));
            }
            drop(reader);
            if !last {
                gate.notify_one();
            }
        }
        assert_eq!(text, whole, "{order:?}");
        // Once it has ended any cursor still gives what is behind it.
        for transport in [Socket, Events, EventsById, Parts] {
            for (before, cursor) in &cursors {
                let mut reader = Reader::open(&person, transport, &id, cursor.as_deref()).await;
                let mut text = before.clone();
                while let Some(step) = reader.step().await {
                    text.push_str(step["text"].as_str().unwrap_or_default());
                }
                assert_eq!(text, whole, "{transport:?} behind {before:?}");
            }
        }
    }
}
