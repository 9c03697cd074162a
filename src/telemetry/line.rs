//! One line of the log, for a person or as JSON, with the ids of the work that it is about.

use std::fmt;
use std::io::Write as _;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::config::server::LogFormat;
use crate::trace::redact::redact;
use crate::trace::work;

/// Longest text of one field, in characters.
const LONGEST: usize = 4000;

/// How an event becomes a line.
#[derive(Debug, Clone, Copy)]
pub struct Line(pub LogFormat);

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut said = Said::of(event);
        said.name_work();
        match self.0 {
            LogFormat::Json => json(&mut writer, *event.metadata().level(), &said),
            LogFormat::Pretty => pretty(&mut writer, *event.metadata().level(), &said),
        }
    }
}

/// What an event says, without what must not be written down.
#[derive(Debug, Default)]
pub struct Said {
    pub target: String,
    pub message: String,
    pub fields: Vec<(&'static str, Value)>,
}

impl Said {
    #[must_use]
    pub fn of(event: &Event<'_>) -> Self {
        let mut said = Self { target: event.metadata().target().to_owned(), ..Self::default() };
        event.record(&mut said);
        said
    }

    /// The text of a field.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| *field == name)?.1.as_str()
    }

    /// Adds the ids of the work that is being done.
    fn name_work(&mut self) {
        let Some(work) = work::current() else { return };
        let names = [
            ("request_id", work.request_id.clone()),
            ("trace_id", Some(work.trace.trace_id())),
            ("operation", work.operation().map(ToOwned::to_owned)),
            ("user_id", work.user().map(ToOwned::to_owned)),
            ("client", work.client().map(|client| client.to_string())),
        ];
        for (name, value) in names {
            // What the event says itself is more exact.
            if let Some(value) = value.filter(|_| !self.fields.iter().any(|(field, _)| *field == name)) {
                self.fields.push((name, Value::from(value)));
            }
        }
    }

    fn add(&mut self, field: &Field, value: Value) {
        match (field.name(), &value) {
            ("message", Value::String(text)) => self.message.clone_from(text),
            // What came through the crate `log`.
            ("log.target", Value::String(text)) => self.target.clone_from(text),
            (name, _) if name.starts_with("log.") => {}
            (name, _) => self.fields.push((name, value)),
        }
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let short = value.char_indices().nth(LONGEST).map_or(value, |(end, _)| &value[..end]);
        self.add(field, Value::from(redact(short).into_owned()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, Value::from(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, Value::from(value));
    }
}

fn now() -> String {
    let mut text = String::new();
    // Where the clock cannot be written, the line is worth more than its time.
    let _untimed = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}

fn json(writer: &mut Writer<'_>, level: Level, said: &Said) -> fmt::Result {
    let mut line = Vec::with_capacity(256);
    let mut put = |name: &str, value: &Value| {
        let mark = if line.is_empty() { '{' } else { ',' };
        // Writing into memory does not fail.
        let _written = write!(line, "{mark}{}:{value}", Value::from(name));
    };
    put("timestamp", &Value::from(now()));
    put("level", &Value::from(level.as_str()));
    put("message", &Value::from(said.message.as_str()));
    for (name, value) in &said.fields {
        put(name, value);
    }
    put("target", &Value::from(said.target.as_str()));
    writeln!(writer, "{}}}", String::from_utf8_lossy(&line))
}

fn pretty(writer: &mut Writer<'_>, level: Level, said: &Said) -> fmt::Result {
    let (dim, bright, plain) =
        if writer.has_ansi_escapes() { ("\u{1b}[2m", colour(level), "\u{1b}[0m") } else { ("", "", "") };
    write!(writer, "{dim}{}{plain} {bright}{level:>5}{plain} {dim}{}:{plain} ", now(), said.target)?;
    write!(writer, "{}", on_one_line(&said.message))?;
    for (name, value) in &said.fields {
        write!(writer, " {dim}{name}={plain}")?;
        match value {
            Value::String(text) => write!(writer, "{}", on_one_line(text))?,
            other => write!(writer, "{other}")?,
        }
    }
    writeln!(writer)
}

/// A text cannot begin a line of its own, nor colour a terminal.
fn on_one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\u{1b}[31m",
        Level::WARN => "\u{1b}[33m",
        Level::INFO => "\u{1b}[32m",
        _ => "\u{1b}[34m",
    }
}
