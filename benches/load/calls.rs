//! Calls as a front end makes them, each begun when it is due, whatever has become of those before: an open loop.
//!
//! Times count from when a call was due and not from when it was sent. A client that waits for one answer before it asks
//! for the next would spare a server that stalls ("coordinated omission").

use std::time::{Duration, Instant};

use elenchus::ids::UserId;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Outcome;
use crate::client::{self, Connection, Reader};
use crate::data::{EACH, PEOPLE, filename};
use crate::operations::Operation;
use crate::process::{self, Child};
use crate::report::{self, Times};

/// Calls in all.
const CALLS: usize = 1000;
/// From one call to the next: a minute for all.
const EVERY: Duration = Duration::from_millis(60);
/// Before the first call: what was measured before leaves nothing to do.
const PAUSE: Duration = Duration::from_secs(2);

/// Conversations of the fixed set, which lie behind all that were begun since.
const OLDEST: &str = "query($count: Int!) { viewer { conversations(last: $count) { nodes { id } } } }";

/// What came of all calls.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    pub calls: usize,
    /// From the first call to the last answer.
    pub seconds: f64,
    /// From when a call was due to its answer.
    #[serde(flatten)]
    pub times: Times,
    pub operations: Vec<Part>,
    /// Processor time of the server a call, in microseconds; whatever else it does in that minute is counted in.
    pub server_us: f64,
    /// Likewise of all of Postgres.
    pub postgres_us: f64,
}

/// The calls of one operation.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    pub operation: &'static str,
    pub calls: usize,
    #[serde(flatten)]
    pub times: Times,
}

/// Measures a minute of calls; everybody takes their turn, on a connection of their own.
///
/// # Errors
/// When a call is refused or is answered with something else than the fixed set has.
pub async fn measure(product: &Child, postgres: i32, people: &[Reader]) -> Outcome<Figures> {
    let mut making = JoinSet::new();
    let mut turns = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let mut connection = Connection::open(product.address).await?;
        let calls = prepare(&mut connection, person, number, people.len()).await?;
        let (turn, mine) = mpsc::unbounded_channel();
        turns.push(turn);
        making.spawn(make(connection, calls, mine));
    }
    sleep(PAUSE).await;
    let (server, database) = (process::cpu(product.pid), process::cpu(postgres));
    let start = Instant::now();
    // A thread of its own: the runtime's timers are coarser than what is measured. It ends when nobody listens.
    let pacing = tokio::task::spawn_blocking(move || pace(&turns));
    let mut all_made = Vec::new();
    while let Some(made) = making.join_next().await {
        all_made.extend(made??);
    }
    let seconds = start.elapsed().as_secs_f64();
    let server = process::cpu(product.pid).saturating_sub(server);
    let database = process::cpu(postgres).saturating_sub(database);
    pacing.await?;
    let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / report::count(all_made.len()).max(1.0);
    Ok(Figures {
        calls: all_made.len(),
        seconds,
        times: Times::of(all_made.iter().map(|made| made.time)),
        operations: Operation::ALL.iter().map(|operation| part(*operation, &all_made)).collect(),
        server_us: each(server),
        postgres_us: each(database),
    })
}

fn part(operation: Operation, all_made: &[Made]) -> Part {
    let times: Vec<Duration> =
        all_made.iter().filter(|made| made.operation == operation).map(|made| made.time).collect();
    Part { operation: operation.name(), calls: times.len(), times: Times::of(times) }
}

/// Tells everybody when their next call is due.
fn pace(turns: &[UnboundedSender<Instant>]) {
    let mut due = Instant::now();
    for turn in turns.iter().cycle().take(CALLS) {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        if turn.send(due).is_err() {
            return;
        }
        due += EVERY;
    }
}

/// A call that is to be made.
struct Call {
    operation: Operation,
    request: Vec<u8>,
    /// See [`Operation::gist`].
    expected: Value,
}

/// A call that was answered as it should be.
struct Made {
    operation: Operation,
    time: Duration,
}

async fn make(
    mut connection: Connection,
    calls: Vec<Call>,
    mut turns: UnboundedReceiver<Instant>,
) -> Outcome<Vec<Made>> {
    let mut all_made = Vec::new();
    for Call { operation, request, expected } in calls {
        let due = turns.recv().await.ok_or("the calls are not paced any more")?;
        let answer = connection.call(&request).await?;
        let time = due.elapsed();
        let data = client::data(answer.body)?;
        if operation.gist(&data) != expected {
            return Err(format!("{} should say {expected}: {:.1500}", operation.name(), data.to_string()).into());
        }
        all_made.push(Made { operation, time });
    }
    Ok(all_made)
}

/// All calls of one of so many people, in their order.
async fn prepare(connection: &mut Connection, person: &Reader, number: usize, people: usize) -> Outcome<Vec<Call>> {
    let mut data = connection.graphql(Some(&person.token), OLDEST, &json!({ "count": EACH })).await?;
    let conversations: Vec<Node> = serde_json::from_value(data["viewer"]["conversations"]["nodes"].take())?;
    if conversations.len() != EACH {
        return Err(format!("{} of {EACH} conversations", conversations.len()).into());
    }
    let mine = (number..CALLS).step_by(people).zip(conversations.iter().cycle()).enumerate();
    let calls = mine.map(|(round, (call, conversation))| {
        // Shifted from round to round, so that everybody does everything.
        let operation = Operation::MIX[(call + round) % Operation::MIX.len()];
        let (variables, expected) = match operation {
            Operation::Viewer => (json!({}), json!(UserId::from_uuid(person.id).to_string())),
            Operation::Conversations | Operation::Documents => (json!({}), json!(EACH)),
            Operation::Messages => (json!({ "id": conversation.id }), json!([conversation.id, EACH])),
            Operation::Search => {
                let name = filename(number + PEOPLE);
                (json!({ "text": name }), json!([{ "filename": name, "status": "READY" }]))
            }
            Operation::Rename => {
                let title = format!("Renamed by call {call}");
                let expected = json!({ "id": conversation.id, "title": title });
                (json!({ "id": conversation.id, "title": title }), expected)
            }
        };
        let request = client::post(Some(&person.token), operation.query(), &variables);
        Call { operation, request, expected }
    });
    Ok(calls.collect())
}

#[derive(serde::Deserialize)]
struct Node {
    id: String,
}
