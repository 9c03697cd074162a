//! The nested query N against the product and against the limit, in turn.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::{Connection, Reader, header, post};
use crate::process::{self, Child};
use crate::{Outcome, report};

/// Connections at once.
const CLIENTS: [usize; 2] = [1, 32];
/// Of each server at each number of connections, in turn.
const ROUNDS: usize = 3;
/// Length of a round.
const ROUND: Duration = Duration::from_secs(5);
/// Before the first round: plans are made, caches filled, connections opened.
const WARM_UP: Duration = Duration::from_secs(2);

const QUERY: &str = "query N { viewer { conversations(first: 20) { nodes { id title status createdAt lastMessageAt \
    messages(first: 10) { nodes { id role status content createdAt } } \
    documents { id filename byteSize status createdAt } } } } }";

/// All rounds of one server at one number of connections.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    pub server: &'static str,
    pub clients: usize,
    /// Requests a second, of each round.
    pub rounds: Vec<f64>,
    /// The middle one of the rounds.
    pub rps: f64,
    /// Times of all rounds' requests, in milliseconds.
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    /// Processor time of the server a request, in microseconds.
    pub server_us: f64,
    /// Processor time of all of Postgres a request, in microseconds.
    pub postgres_us: f64,
}

/// What came of N.
#[derive(Debug, Clone, Serialize)]
pub struct Nested {
    /// Length of one answer.
    pub bytes: usize,
    /// SQL statements of one answer of the product's.
    pub statements: Option<u32>,
    /// Two by two: product and limit.
    pub figures: Vec<Figures>,
}

struct Target {
    name: &'static str,
    address: SocketAddr,
    pid: i32,
    /// One a reader.
    requests: Arc<Vec<Vec<u8>>>,
}

/// Measures both servers.
///
/// # Errors
/// When their answers differ, or one does not answer.
pub async fn measure(product: &Child, limit: &Child, postgres: i32, readers: &[Reader]) -> Outcome<Nested> {
    let requests = readers.iter().map(|reader| post(Some(&reader.token), QUERY, &json!({}))).collect();
    let product = Target { name: "product", address: product.address, pid: product.pid, requests: Arc::new(requests) };
    let get = |reader: &Reader| format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", reader.id).into_bytes();
    let requests = readers.iter().map(get).collect();
    let limit = Target { name: "limit", address: limit.address, pid: limit.pid, requests: Arc::new(requests) };
    let (bytes, statements) = compare(&product, &limit).await?;
    let mut figures = Vec::new();
    for clients in CLIENTS {
        let targets = [&product, &limit];
        for target in targets {
            round(target, clients, WARM_UP, postgres).await?;
        }
        let mut rounds = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (target, rounds) in targets.iter().zip(&mut rounds) {
                rounds.push(round(target, clients, ROUND, postgres).await?);
            }
        }
        figures.extend(targets.iter().zip(rounds).map(|(target, rounds)| sum_up(target.name, clients, rounds)));
    }
    Ok(Nested { bytes, statements, figures })
}

/// Both must say the same to every reader, or there is nothing to compare.
async fn compare(product: &Target, limit: &Target) -> Outcome<(usize, Option<u32>)> {
    let mut ours = Connection::open(product.address).await?;
    let mut least = Connection::open(limit.address).await?;
    let mut facts = (0, None);
    for (one, other) in product.requests.iter().zip(limit.requests.iter()) {
        let one = ours.call(one).await?;
        facts = (one.body.len(), header(one.head, "x-sql-statements").and_then(|count| count.parse().ok()));
        let one: Value = serde_json::from_slice(one.body)?;
        let other: Value = serde_json::from_slice(least.call(other).await?.body)?;
        let messages = one.pointer("/data/viewer/conversations/nodes/19/messages/nodes").and_then(Value::as_array);
        if one != other || messages.is_none_or(|messages| messages.len() != 10) {
            return Err(format!("the answers differ:\n{:.1500}\n{:.1500}", one.to_string(), other.to_string()).into());
        }
    }
    Ok(facts)
}

struct Round {
    length: Duration,
    times: Vec<Duration>,
    server: Duration,
    postgres: Duration,
}

async fn round(target: &Target, clients: usize, length: Duration, postgres: i32) -> Outcome<Round> {
    let mut connections = Vec::new();
    for _ in 0..clients {
        connections.push(Connection::open(target.address).await?);
    }
    let (server_before, postgres_before) = (process::cpu(target.pid), process::cpu(postgres));
    let start = Instant::now();
    let mut asking = JoinSet::new();
    for (client, connection) in connections.into_iter().enumerate() {
        asking.spawn(ask(connection, Arc::clone(&target.requests), client, start + length));
    }
    let mut times = Vec::new();
    while let Some(asked) = asking.join_next().await {
        times.extend(asked??);
    }
    Ok(Round {
        length: start.elapsed(),
        times,
        server: process::cpu(target.pid).saturating_sub(server_before),
        postgres: process::cpu(postgres).saturating_sub(postgres_before),
    })
}

/// Asks for one reader after another until `end`.
async fn ask(
    mut connection: Connection,
    requests: Arc<Vec<Vec<u8>>>,
    first: usize,
    end: Instant,
) -> Outcome<Vec<Duration>> {
    let mut times = Vec::new();
    for request in requests.iter().cycle().skip(first % requests.len()) {
        let start = Instant::now();
        if start >= end {
            break;
        }
        let answer = connection.call(request).await?;
        // A refusal of the engine's comes with 200 too, and is short.
        if answer.body.len() < 50_000 {
            return Err(String::from_utf8_lossy(answer.body).into());
        }
        times.push(start.elapsed());
    }
    Ok(times)
}

fn sum_up(server: &'static str, clients: usize, rounds: Vec<Round>) -> Figures {
    let rates: Vec<f64> =
        rounds.iter().map(|round| report::count(round.times.len()) / round.length.as_secs_f64()).collect();
    let mut sorted = rates.clone();
    sorted.sort_by(f64::total_cmp);
    let cpu = |part: fn(&Round) -> Duration| rounds.iter().map(part).sum::<Duration>().as_secs_f64() * 1e6;
    let (server_cpu, postgres_cpu) = (cpu(|round| round.server), cpu(|round| round.postgres));
    let mut times: Vec<f64> =
        rounds.into_iter().flat_map(|round| round.times).map(|time| time.as_secs_f64() * 1e3).collect();
    times.sort_by(f64::total_cmp);
    let requests = report::count(times.len()).max(1.0);
    Figures {
        server,
        clients,
        rounds: rates,
        rps: sorted.get(sorted.len() / 2).copied().unwrap_or_default(),
        p50_ms: report::percentile(&times, 500),
        p95_ms: report::percentile(&times, 950),
        p99_ms: report::percentile(&times, 990),
        server_us: server_cpu / requests,
        postgres_us: postgres_cpu / requests,
    }
}
