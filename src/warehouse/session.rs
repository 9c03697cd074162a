//! One statement of a user's on one connection: read only, for so long, so many rows, and broken off when nobody wants it any more.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use serde_json::Value;
use tokio::sync::mpsc::Sender;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{CancelToken, Client, Row};

use super::cells::{CellColumn, CellType, VALUE_CHARS};
use super::line::Line;
use super::refusal::RunError;

/// How much longer than the server we wait before a connection is given up.
const GRACE: Duration = Duration::from_secs(5);
/// Rows that are handed on at once.
const PAGE: usize = 500;
/// How long rows may wait for others.
const EVERY: Duration = Duration::from_millis(200);
/// How Postgres writes what we read, whatever the role or the database has set. A user's statement changes none of it.
const SETTINGS: &str = "SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'iso_8601'; SET LOCAL timezone = 'UTC'; \
                        SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL standard_conforming_strings = on";

/// A statement that came through the gate, and what it may cost.
#[derive(Debug, Clone)]
pub struct Statement {
    /// One query, with `CAST($n AS …)` for its parameters.
    pub sql: String,
    /// The values of `$1` and so on, as text.
    pub parameters: Vec<Option<String>>,
    pub timeout: Duration,
    pub max_rows: usize,
    /// Of values as JSON.
    pub max_bytes: usize,
}

/// What comes of a statement while it runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// First, and once.
    Columns(Vec<CellColumn>),
    /// The next rows, a value for each column.
    Rows(Vec<Vec<Value>>),
}

/// What came of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    pub rows: usize,
    /// Of the values as JSON.
    pub bytes: usize,
    /// Whether there is more than was kept: more rows, more bytes, or a value that had to be cut.
    pub is_truncated: bool,
    /// Whether the connection has nothing left to do, and nothing under way that could meet the next statement.
    pub is_clean: bool,
    pub duration: Duration,
}

/// A connection for statements of users.
pub struct Session {
    pub(super) client: Client,
    pub(super) alive: Arc<AtomicBool>,
    pub(super) line: Line,
}

impl Session {
    /// Whether the connection still stands.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.alive.load(Ordering::SeqCst)
    }

    /// Runs a statement and hands on what comes of it; breaks it off on the server as soon as `cancelled` is ready, when nobody
    /// takes the parts any more, and when this future is dropped. The connection is good for another statement when it was left clean.
    ///
    /// # Errors
    /// Why there is no result, or none that is whole.
    pub async fn run(
        &self,
        statement: &Statement,
        parts: &Sender<Part>,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Finished, RunError> {
        let mut guard = Guard { token: Some(self.client.cancel_token()), line: self.line.clone() };
        let ended = {
            let work = pin!(tokio::time::timeout(statement.timeout.saturating_add(GRACE), self.work(statement, parts)));
            tokio::select! {
                ended = work => ended.unwrap_or(Err(RunError::TimedOut)),
                () = cancelled => Err(RunError::Cancelled),
            }
        };
        if ended.is_ok() {
            guard.token = None;
        }
        ended
    }

    async fn work(&self, statement: &Statement, parts: &Sender<Part>) -> Result<Finished, RunError> {
        let refused = |error: tokio_postgres::Error| RunError::of(&error);
        let began = Instant::now();
        self.line.begin(statement.max_bytes, statement.sql.len());
        let timeout = statement.timeout.as_millis();
        // Each statement sees what is there when it begins. One snapshot for all would be older than a table that took another's
        // place while the name waited for it, and find it empty.
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = {timeout}; {SETTINGS}{}",
            self.line.settings()
        );
        self.client.batch_execute(&begin).await.map_err(refused)?;
        let texts = vec![Type::TEXT; statement.parameters.len()];
        let prepared = self.client.prepare_typed(&statement.sql, &texts).await.map_err(refused)?;
        let columns: Vec<CellColumn> = prepared
            .columns()
            .iter()
            .map(|column| CellColumn { name: column.name().to_owned(), kind: CellType::of(column.type_()) })
            .collect();
        if columns.is_empty() {
            let message = "The statement gives no columns.".to_owned();
            return Err(RunError::Refused { state: "42601".to_owned(), message, hint: None, position: None });
        }
        let wrapped = wrapped(statement, &columns);
        let prepared = self.client.prepare_typed(&wrapped, &texts).await.map_err(refused)?;
        hand_on(parts, Part::Columns(columns.clone())).await?;
        let mut finished = self.fetch(&prepared, statement, &columns, parts).await?;
        finished.duration = began.elapsed();
        if finished.is_clean {
            self.client.batch_execute("ROLLBACK").await.map_err(refused)?;
        } else {
            // What is left of a wide result would come all the same, to be thrown away.
            // In a task of its own: the rows that are kept do not wait for it.
            let (line, token) = (self.line.clone(), self.client.cancel_token());
            tokio::spawn(async move { line.cancel(token).await });
        }
        Ok(finished)
    }

    /// The rows that are kept. They are let go of here: whoever holds rows that they do not take holds up the connection.
    async fn fetch(
        &self,
        prepared: &tokio_postgres::Statement,
        statement: &Statement,
        columns: &[CellColumn],
        parts: &Sender<Part>,
    ) -> Result<Finished, RunError> {
        let refused = |error: tokio_postgres::Error| RunError::of(&error);
        let parameters = statement.parameters.iter().map(|value| value as &(dyn ToSql + Sync));
        let given: usize = statement.parameters.iter().flatten().map(String::len).sum();
        self.line.say(given);
        let mut rows = pin!(self.client.query_raw(prepared, parameters).await.map_err(refused)?);
        let mut finished =
            Finished { rows: 0, bytes: 0, is_truncated: false, is_clean: true, duration: Duration::ZERO };
        let chars = chars(statement, columns);
        let mut page = Vec::new();
        let mut due = tokio::time::Instant::now() + EVERY;
        loop {
            let Ok(row) = tokio::time::timeout_at(due, rows.try_next()).await else {
                if !page.is_empty() {
                    hand_on(parts, Part::Rows(std::mem::take(&mut page))).await?;
                }
                due = tokio::time::Instant::now() + EVERY;
                continue;
            };
            let Some(row) = row.map_err(refused)? else { break };
            // The row more than is kept is the last that comes.
            if finished.rows == statement.max_rows {
                finished.is_truncated = true;
                continue;
            }
            let (values, bytes, is_cut) = values(&row, columns, chars).map_err(refused)?;
            if finished.bytes + bytes > statement.max_bytes {
                finished.is_truncated = true;
                finished.is_clean = false;
                break;
            }
            finished.rows += 1;
            finished.bytes += bytes;
            finished.is_truncated |= is_cut;
            page.push(values);
            if page.len() == PAGE {
                hand_on(parts, Part::Rows(std::mem::take(&mut page))).await?;
            }
        }
        if !page.is_empty() {
            hand_on(parts, Part::Rows(page)).await?;
        }
        Ok(finished)
    }
}

/// The statement as a table whose columns have names of ours, every value as text and no longer than is kept. A row more than is kept
/// says that there are more.
fn wrapped(statement: &Statement, columns: &[CellColumn]) -> String {
    let chars = chars(statement, columns);
    let names: Vec<String> = (1..=columns.len()).map(|place| format!("c{place}")).collect();
    let values: Vec<String> =
        names.iter().zip(columns).map(|(name, column)| column.kind.as_text(name, chars)).collect();
    let (values, names, limit) = (values.join(", "), names.join(", "), statement.max_rows.saturating_add(1));
    let sql = &statement.sql;
    format!("SELECT {values} FROM (\n{sql}\n) AS result ({names}) LIMIT {limit}")
}

/// Characters of one value that are kept: a row of many columns is no longer than a whole result may be, as a row comes whole.
fn chars(statement: &Statement, columns: &[CellColumn]) -> usize {
    (statement.max_bytes / columns.len().max(1)).clamp(1, VALUE_CHARS)
}

/// The values of a row, their bytes as JSON, and whether one was cut.
fn values(row: &Row, columns: &[CellColumn], chars: usize) -> Result<(Vec<Value>, usize, bool), tokio_postgres::Error> {
    let (mut values, mut bytes, mut is_cut) = (Vec::with_capacity(columns.len()), 2, false);
    for (place, column) in columns.iter().enumerate() {
        let text: Option<&str> = row.try_get(place)?;
        let value = text.map_or(Value::Null, |text| match text.char_indices().nth(chars) {
            Some((end, _)) => {
                is_cut = true;
                Value::String(text.get(..end).unwrap_or_default().to_owned())
            }
            None => column.kind.value(text),
        });
        // Quotes and a comma.
        bytes += text.map_or(4, str::len) + 3;
        values.push(value);
    }
    Ok((values, bytes, is_cut))
}

/// Nobody there means that nobody wants the rest.
async fn hand_on(parts: &Sender<Part>, part: Part) -> Result<(), RunError> {
    parts.send(part).await.map_err(|_| RunError::Cancelled)
}

/// Breaks off what the connection is doing unless it has come to its end.
struct Guard {
    token: Option<CancelToken>,
    line: Line,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(token) = self.token.take() {
            let line = self.line.clone();
            tokio::spawn(async move { line.cancel(token).await });
        }
    }
}
