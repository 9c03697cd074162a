//! Many people who send a message at the same moment, each of them the first of a conversation.
//!
//! The server begins the replies to the first messages while it still stores the last: that is part of the figures. Tokens
//! are not, as the provider holds them until everybody has an answer.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::client::{self, Connection, Reader};
use crate::process::{self, Child};
use crate::provider::Provider;
use crate::report::{self, Times};
use crate::{Outcome, data};

/// People who send at once, each one message a round.
pub const SENDERS: usize = 100;
const _: () = assert!(data::READERS <= SENDERS && SENDERS <= data::PEOPLE);

/// Every round begins when the one before has ended.
const ROUNDS: usize = 5;
/// Tokens of a reply: half a second.
const TOKENS: usize = 25;
/// Before each round: what replies leave to do, such as titles, is done first.
const PAUSE: Duration = Duration::from_secs(2);
/// Longest wait for the replies of a round to be asked for, and for their end.
const PATIENCE: Duration = Duration::from_secs(30);

const SEND: &str = "mutation($text: String!) { sendMessage(input: { text: $text }) { conversation { id title } \
    message { id content status } reply { id status generation { id } } } }";
const REPLY: &str = "query($id: ID!) { node(id: $id) { ... on Generation { status text } } }";

/// What came of all rounds.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    pub senders: usize,
    pub messages: usize,
    /// Of each round, when the last sender had an answer.
    pub rounds_ms: Vec<f64>,
    /// From the moment that the first of a round sent to the answer of each.
    #[serde(flatten)]
    pub times: Times,
    /// Processor time of the server a message, until its reply was asked for, in microseconds.
    pub server_us: f64,
    /// Likewise of all of Postgres.
    pub postgres_us: f64,
}

/// Measures all rounds.
///
/// # Errors
/// When a message is refused or is not the one that was sent, an id comes twice, or a reply does not end whole.
pub async fn measure(product: &Child, postgres: i32, provider: &Provider, people: &[Reader]) -> Outcome<Figures> {
    let mut senders = Vec::new();
    for person in people {
        senders.push(Sender { connection: Connection::open(product.address).await?, token: person.token.clone() });
    }
    let mut ids = HashSet::new();
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        sleep(PAUSE).await;
        let replies = provider.asked() + senders.len();
        let (server, database) = (process::cpu(product.pid), process::cpu(postgres));
        let mut all_sent = send_all(senders, round).await?;
        provider.all_asked(replies, PATIENCE).await?;
        rounds.push(Round {
            server: process::cpu(product.pid).saturating_sub(server),
            postgres: process::cpu(postgres).saturating_sub(database),
            times: times(&all_sent),
        });
        provider.release(TOKENS);
        timeout(PATIENCE, check_all(&mut all_sent, &mut ids)).await.map_err(|_| "the replies did not end")??;
        senders = all_sent.into_iter().map(|sent| sent.sender).collect();
    }
    Ok(sum_up(people.len(), &rounds))
}

/// Somebody with a connection that is kept from round to round.
struct Sender {
    connection: Connection,
    token: String,
}

/// A message and its answer, which is read when nothing is measured any more.
struct Sent {
    sender: Sender,
    text: String,
    body: Vec<u8>,
    started: Instant,
    answered: Instant,
}

struct Round {
    times: Vec<Duration>,
    server: Duration,
    postgres: Duration,
}

async fn send_all(senders: Vec<Sender>, round: usize) -> Outcome<Vec<Sent>> {
    let barrier = Arc::new(Barrier::new(senders.len()));
    let mut sending = JoinSet::new();
    for (number, sender) in senders.into_iter().enumerate() {
        let text = format!("Question {number} of round {round}: how long is the notice?");
        sending.spawn(send(sender, text, Arc::clone(&barrier)));
    }
    let mut all_sent = Vec::new();
    while let Some(sent) = sending.join_next().await {
        all_sent.push(sent??);
    }
    Ok(all_sent)
}

async fn send(mut sender: Sender, text: String, barrier: Arc<Barrier>) -> Outcome<Sent> {
    let request = client::post(Some(&sender.token), SEND, &json!({ "text": text }));
    barrier.wait().await;
    let started = Instant::now();
    let body = sender.connection.call(&request).await?.body.to_vec();
    Ok(Sent { sender, text, body, started, answered: Instant::now() })
}

/// Counted from the first sender's start: whoever comes later only because the machine is busy has waited as well.
fn times(all_sent: &[Sent]) -> Vec<Duration> {
    let first = all_sent.iter().map(|sent| sent.started).min();
    all_sent.iter().filter_map(|sent| Some(sent.answered - first?)).collect()
}

/// Every sender has a message and a reply like nobody else's, and the reply ends whole.
async fn check_all(all_sent: &mut [Sent], ids: &mut HashSet<String>) -> Outcome<()> {
    for sent in all_sent {
        let mut data = client::data(&sent.body)?;
        let exchange = data["sendMessage"].take();
        if exchange["message"]["content"] != sent.text {
            return Err(format!("{:?} became {exchange}", sent.text).into());
        }
        for place in ["/conversation/id", "/message/id", "/reply/id", "/reply/generation/id"] {
            let id =
                exchange.pointer(place).and_then(Value::as_str).ok_or_else(|| format!("no {place}: {exchange}"))?;
            if !ids.insert(id.to_owned()) {
                return Err(format!("{id} was given twice").into());
            }
        }
        ended(&mut sent.sender, &exchange["reply"]["generation"]["id"]).await?;
    }
    Ok(())
}

/// Waits for the end of a reply.
async fn ended(sender: &mut Sender, generation: &Value) -> Outcome<()> {
    loop {
        let data = sender.connection.graphql(Some(&sender.token), REPLY, &json!({ "id": generation })).await?;
        let reply = &data["node"];
        match reply["status"].as_str() {
            Some("QUEUED" | "RUNNING") => sleep(Duration::from_millis(50)).await,
            Some("COMPLETED") if tokens(reply) == TOKENS => return Ok(()),
            _ => return Err(format!("a reply of {TOKENS} tokens ended as {reply}").into()),
        }
    }
}

fn tokens(reply: &Value) -> usize {
    reply["text"].as_str().unwrap_or_default().split_whitespace().count()
}

fn sum_up(senders: usize, rounds: &[Round]) -> Figures {
    let messages = rounds.iter().map(|round| round.times.len()).sum();
    let each = |part: fn(&Round) -> Duration| {
        rounds.iter().map(part).sum::<Duration>().as_secs_f64() * 1e6 / report::count(messages).max(1.0)
    };
    let last = |round: &Round| round.times.iter().max().copied().map_or(0.0, report::millis);
    Figures {
        senders,
        messages,
        rounds_ms: rounds.iter().map(last).collect(),
        times: Times::of(rounds.iter().flat_map(|round| round.times.iter().copied())),
        server_us: each(|round| round.server),
        postgres_us: each(|round| round.postgres),
    }
}
