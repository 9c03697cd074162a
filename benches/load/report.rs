//! Figures as a table for people and as a file for comparisons.

use std::path::Path;
use std::time::Duration;

use elenchus::clock::Clock;
use serde::Serialize;
use serde_json::json;

use crate::nested::{self, Nested};
use crate::{Outcome, calls, senders, streams};

/// What was measured so far.
pub struct Report {
    postgres: String,
    load: String,
    nested: Option<Nested>,
    streams: Vec<streams::Figures>,
    senders: Option<senders::Figures>,
    calls: Option<calls::Figures>,
}

impl Report {
    pub fn new(postgres: &str) -> Self {
        Self {
            postgres: postgres.to_owned(),
            load: load(),
            nested: None,
            streams: Vec::new(),
            senders: None,
            calls: None,
        }
    }

    pub fn nested(&mut self, nested: Nested) {
        print_nested(&nested);
        self.nested = Some(nested);
    }

    pub fn streams(&mut self, figures: streams::Figures) {
        if self.streams.is_empty() {
            println!(
                "\nStreams at 50 tokens a second; delay from the provider's sending to arrival, stored in between\n\
                 streams  tokens/s   p50 ms   p95 ms   p99 ms  server us/token  postgres us/token  KiB/stream  \
                 rows/batch  batches/s  messages/token"
            );
        }
        println!(
            "{:7} {:9.0} {:8.1} {:8.1} {:8.1} {:16.1} {:18.1} {:11.0} {:11.1} {:10.0} {:15.2}",
            figures.streams,
            figures.tokens_per_second,
            figures.p50_ms,
            figures.p95_ms,
            figures.p99_ms,
            figures.server_us,
            figures.postgres_us,
            figures.kib_per_stream,
            figures.rows_per_batch,
            figures.batches_per_second,
            figures.messages_per_token,
        );
        self.streams.push(figures);
    }

    pub fn senders(&mut self, figures: senders::Figures) {
        print_senders(&figures);
        self.senders = Some(figures);
    }

    pub fn calls(&mut self, figures: calls::Figures) {
        print_calls(&figures);
        self.calls = Some(figures);
    }

    /// Says on what it was measured, and writes the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(&self) -> Outcome<()> {
        let cores = std::thread::available_parallelism()?.get();
        let now = Clock::System.now();
        println!("\n{cores} cores, Postgres {}, load average before {} and after {}", self.postgres, self.load, load());
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target folder")?;
        let folder = target.join("bench");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{}.json", now.format("%Y-%m-%dT%H-%M-%S")));
        let report = json!({
            "measured_at": now,
            "cores": cores,
            "postgres": self.postgres,
            "load_average": { "before": self.load, "after": load() },
            "nested": self.nested,
            "streams": self.streams,
            "senders": self.senders,
            "calls": self.calls,
        });
        std::fs::write(&file, serde_json::to_vec_pretty(&report)?)?;
        println!("written to {}", file.display());
        Ok(())
    }
}

fn print_nested(nested: &Nested) {
    let statements = nested.statements.map_or_else(|| "?".to_owned(), |count| count.to_string());
    println!(
        "\nN: 20 conversations, 10 messages and the documents each; {} bytes, {statements} SQL statements\n\
         clients  server        rps   p50 ms   p95 ms   p99 ms  server us  postgres us  rounds (rps)",
        nested.bytes
    );
    for figures in &nested.figures {
        let rounds: Vec<String> = figures.rounds.iter().map(|rate| format!("{rate:.0}")).collect();
        println!(
            "{:7}  {:7} {:9.0} {:8.2} {:8.2} {:8.2} {:10.0} {:12.0}  {}",
            figures.clients,
            figures.server,
            figures.rps,
            figures.p50_ms,
            figures.p95_ms,
            figures.p99_ms,
            figures.server_us,
            figures.postgres_us,
            rounds.join(" "),
        );
        if figures.server == "limit"
            && let Some(product) = nested.figures.iter().find(|it| is_other(it, figures))
        {
            println!(
                "{:7}  ratio   {:9.2} {:8.2} {:8.2} {:8.2} {:10.2} {:12.2}",
                figures.clients,
                product.rps / figures.rps,
                product.p50_ms / figures.p50_ms,
                product.p95_ms / figures.p95_ms,
                product.p99_ms / figures.p99_ms,
                product.server_us / figures.server_us,
                product.postgres_us / figures.postgres_us,
            );
        }
    }
}

fn is_other(one: &nested::Figures, other: &nested::Figures) -> bool {
    one.clients == other.clients && one.server != other.server
}

fn print_senders(figures: &senders::Figures) {
    let rounds: Vec<String> = figures.rounds_ms.iter().map(|last| format!("{last:.0}")).collect();
    println!(
        "\nSenders at the same moment; from the first one's sending to the answer with message and generation\n\
         senders  messages  {TIMES}  server us/message  postgres us/message  rounds (last answer, ms)\n\
         {:7} {:9}  {} {:18.0} {:20.0}  {}",
        figures.senders,
        figures.messages,
        figures.times.columns(),
        figures.server_us,
        figures.postgres_us,
        rounds.join(" "),
    );
}

fn print_calls(figures: &calls::Figures) {
    println!(
        "\n{} calls, evenly over a minute, all answered after {:.1} s; from when a call was due to its answer\n\
         operation      calls  {TIMES}  server us/call  postgres us/call",
        figures.calls, figures.seconds
    );
    for part in &figures.operations {
        println!("{:13} {:6}  {}", part.operation, part.calls, part.times.columns());
    }
    println!(
        "{:13} {:6}  {} {:15.0} {:17.0}",
        "all",
        figures.calls,
        figures.times.columns(),
        figures.server_us,
        figures.postgres_us
    );
}

/// How long many of a kind took, in milliseconds.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_field_names, reason = "every figure in the file has its unit")]
pub struct Times {
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

/// Above [`Times::columns`].
const TIMES: &str = "  p50 ms   p95 ms   p99 ms   max ms";

impl Times {
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut sorted: Vec<f64> = times.into_iter().map(millis).collect();
        sorted.sort_by(f64::total_cmp);
        let [p50_ms, p95_ms, p99_ms, max_ms] = [500, 950, 990, 1000].map(|part| percentile(&sorted, part));
        Self { p50_ms, p95_ms, p99_ms, max_ms }
    }

    fn columns(&self) -> String {
        format!("{:8.1} {:8.1} {:8.1} {:8.1}", self.p50_ms, self.p95_ms, self.p99_ms, self.max_ms)
    }
}

/// A time in milliseconds.
#[must_use]
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The machine's load average over 1, 5 and 15 minutes.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

/// A count as a number to divide by.
#[must_use]
pub fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The value that so many of a thousand do not exceed; 0 of nothing.
#[must_use]
pub fn percentile(sorted: &[f64], of_thousand: usize) -> f64 {
    let at = (sorted.len() * of_thousand / 1000).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}
