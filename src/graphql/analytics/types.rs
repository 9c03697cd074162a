//! What was used, as data. Numbers are exact but for percentiles, which say how far they may be off.

use async_graphql::{Enum, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::analytics::model;
use crate::graphql::scalars::{Date, Decimal};

/// Some days, 366 at most, both ends included. Without any of these: the last seven days, with today.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DateRangeInput {
    /// The first day. Null for as many days before the last as `days` says.
    pub from: Option<Date>,
    /// The last day. Null for today.
    pub to: Option<Date>,
    /// How many days up to the last one, 1 to 366; not together with `from`. Null for 7.
    pub days: Option<i32>,
    /// Whose midnights part the days: a time zone of the IANA database, such as Europe/Berlin. Null for that of your profile.
    pub timezone: Option<String>,
}

impl From<&DateRangeInput> for model::Asked {
    fn from(input: &DateRangeInput) -> Self {
        Self {
            from: input.from.map(|date| date.0),
            to: input.to.map(|date| date.0),
            days: input.days,
            timezone: input.timezone.clone(),
        }
    }
}

/// The days that figures are of.
#[derive(Debug, Clone, SimpleObject)]
pub struct DateRange {
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub to: Date,
    /// The time zone whose midnights part the days.
    pub timezone: String,
    /// When the first day began.
    pub starts_at: DateTime<Utc>,
    /// When the last day ends.
    pub ends_at: DateTime<Utc>,
}

/// How long something took, in milliseconds. Percentiles are by nearest rank and at most one part in 128 (0.8 %) off; all
/// else is exact.
#[derive(Debug, Clone, SimpleObject)]
pub struct LatencyStats {
    /// How many were measured.
    pub count: i64,
    /// On average. Null when nothing was measured.
    pub mean_ms: Option<f64>,
    /// The shortest. Null when nothing was measured.
    pub min_ms: Option<i64>,
    /// Half took no longer. Null when nothing was measured.
    pub p50_ms: Option<i64>,
    /// Nine in ten took no longer. Null when nothing was measured.
    pub p90_ms: Option<i64>,
    /// 95 in a hundred took no longer. Null when nothing was measured.
    pub p95_ms: Option<i64>,
    /// 99 in a hundred took no longer. Null when nothing was measured.
    pub p99_ms: Option<i64>,
    /// The longest. Null when nothing was measured.
    pub max_ms: Option<i64>,
}

impl From<&model::Latencies> for LatencyStats {
    fn from(of: &model::Latencies) -> Self {
        Self {
            count: of.count(),
            mean_ms: of.mean_ms(),
            min_ms: of.extremes_ms.map(|(least, _)| least),
            p50_ms: of.per_mille(500),
            p90_ms: of.per_mille(900),
            p95_ms: of.per_mille(950),
            p99_ms: of.per_mille(990),
            max_ms: of.extremes_ms.map(|(_, most)| most),
        }
    }
}

/// Tokens that models read and wrote. What providers told and what was counted here is never one number unsaid: each sum says
/// how much of it was counted.
#[derive(Debug, Clone, SimpleObject)]
pub struct TokenFigures {
    /// Read, those from a cache included.
    pub input: i64,
    /// Written.
    pub output: i64,
    /// Read and written.
    pub total: i64,
    /// Those of `input` that came from a cache of the provider.
    pub cached_input: i64,
    /// Those of `input` that were counted here, the provider having told none.
    pub counted_input: i64,
    /// Those of `output` that were counted here, the provider having told none.
    pub counted_output: i64,
    /// Runs whose tokens the provider told.
    pub measured_runs: i64,
    /// Runs whose tokens were counted here.
    pub counted_runs: i64,
}

/// What runs of models came to, that have ended; each counts at the moment when it was asked for.
#[derive(Debug, Clone, SimpleObject)]
pub struct UsageFigures {
    /// Questions and messages that were answered, or were to be.
    pub queries: i64,
    /// All runs: those, and titles, summaries, themes and the like.
    pub runs: i64,
    /// Runs that broke off.
    pub failures: i64,
    /// Runs that somebody stopped.
    pub stopped: i64,
    /// Tokens.
    pub tokens: TokenFigures,
    /// By list prices; models without a known price cost nothing here.
    pub cost_usd: Decimal,
    /// Runs that took tokens of a model without a known price.
    pub unpriced_runs: i64,
    /// From the beginning of a run to its end, of those that were written to their ends.
    pub response_time: LatencyStats,
    /// From the beginning of a run to its first word, of those that had one.
    pub first_token_time: LatencyStats,
}

impl From<&model::Figures> for UsageFigures {
    fn from(of: &model::Figures) -> Self {
        Self {
            queries: of.queries,
            runs: of.runs,
            failures: of.failures,
            stopped: of.stopped,
            tokens: TokenFigures {
                input: of.input_tokens,
                output: of.output_tokens,
                total: of.tokens(),
                cached_input: of.cached_input_tokens,
                counted_input: of.counted_input_tokens,
                counted_output: of.counted_output_tokens,
                measured_runs: of.measured_runs,
                counted_runs: of.counted_runs,
            },
            cost_usd: Decimal(of.cost_usd.clone()),
            unpriced_runs: of.unpriced_runs,
            response_time: (&of.response).into(),
            first_token_time: (&of.first_token).into(),
        }
    }
}

/// Documents that were uploaded and have not been deleted since.
#[derive(Debug, Clone, SimpleObject)]
pub struct DocumentFigures {
    /// How many.
    pub uploaded: i64,
    /// Their size, in bytes.
    pub bytes: i64,
    /// Those of them that gave no text.
    pub failed: i64,
    /// Those of them that were read, and are READY. What is neither this nor failed is still waited for.
    pub processed: i64,
}

/// Tutoring sessions that were begun; trials of those who teach are left out.
#[derive(Debug, Clone, SimpleObject)]
pub struct SessionFigures {
    /// How many.
    pub count: i64,
    /// How long they took in all, in seconds; of one that goes on, the time so far.
    pub seconds: i64,
}

/// What became of work in several steps that the server does by itself once it is asked for, or when its time has come.
#[derive(Debug, Clone, SimpleObject)]
pub struct WorkflowStats {
    /// How many were begun.
    pub started: i64,
    /// Those of them that go on.
    pub running: i64,
    /// Those of them that came to their end, with all or with a part of what they were for.
    pub completed: i64,
    /// Those of the completed that lack something, such as a report that did not reach all of its recipients.
    pub partial: i64,
    /// Those of them that gave nothing.
    pub failed: i64,
    /// Those of them that were removed or begun anew before their end.
    pub stopped: i64,
    /// How many of those that completed or failed completed, from 0 to 1. Null before one has.
    pub success_rate: Option<f64>,
    /// How long the completed took on average, with the time that they waited for their turn, in milliseconds. Null before one has completed.
    pub mean_duration_ms: Option<f64>,
}

impl From<&model::WorkflowFigures> for WorkflowStats {
    fn from(of: &model::WorkflowFigures) -> Self {
        Self {
            started: of.started,
            running: of.running(),
            completed: of.completed,
            partial: of.partial,
            failed: of.failed,
            stopped: of.stopped,
            success_rate: of.success_rate(),
            mean_duration_ms: of.mean_duration_ms(),
        }
    }
}

/// Work in several steps that the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::WorkflowKind")]
pub enum WorkflowKind {
    /// Copies all that an account has into an archive.
    AccountExport,
    /// Looks at a file of data, or loads it into a table.
    DataLoad,
    /// Looks for what a class believes wrongly about a week's readings. Counts for the course and nobody.
    Misconceptions,
    /// Draws a chart or a dashboard into a file.
    PictureExport,
    /// Sends a dashboard by mail. Counts for whoever set it up.
    Report,
    /// Writes a result into a file.
    ResultExport,
    /// Finds the themes of a week's readings. Counts for the course and nobody.
    Themes,
}

/// What became of work of one kind.
#[derive(Debug, Clone, SimpleObject)]
pub struct WorkflowUsage {
    /// What is done.
    pub kind: WorkflowKind,
    /// What became of it.
    pub stats: WorkflowStats,
}

/// What was used in all.
#[derive(Debug, Clone, SimpleObject)]
pub struct UsageTotals {
    /// Runs of models.
    pub usage: UsageFigures,
    /// Documents. Zero in a course, whose readings are their owners'.
    pub documents: DocumentFigures,
    /// Tutoring sessions.
    pub sessions: SessionFigures,
    /// Work in several steps, by when it was begun.
    pub workflows: WorkflowStats,
}

impl From<&model::Totals> for UsageTotals {
    fn from(of: &model::Totals) -> Self {
        let (documents, sessions) = (of.documents, of.sessions);
        Self {
            usage: (&of.figures).into(),
            documents: DocumentFigures {
                uploaded: documents.uploaded,
                bytes: documents.bytes,
                failed: documents.failed,
                processed: documents.read,
            },
            sessions: SessionFigures { count: sessions.count, seconds: sessions.seconds },
            workflows: (&of.workflows).into(),
        }
    }
}

/// What was used on a day.
#[derive(Debug, Clone, SimpleObject)]
pub struct UsagePoint {
    /// The day.
    pub date: Date,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// When it ended, or will: 23 to 25 hours later where clocks were put forward or back.
    pub ends_at: DateTime<Utc>,
    /// What was used.
    pub totals: UsageTotals,
}

/// What a model was used for.
#[derive(Debug, Clone, SimpleObject)]
pub struct ModelUsage {
    /// Who runs it. Null for runs that came to no model.
    pub provider: Option<String>,
    /// Its name there. Null for runs that came to no model.
    pub model: Option<String>,
    /// What it came to.
    pub usage: UsageFigures,
}

/// What texts of one purpose came to.
#[derive(Debug, Clone, SimpleObject)]
pub struct PurposeUsage {
    /// What the texts are for: ANSWER, REPLY, TUTOR, TITLE, SUMMARY, THEMES, MISCONCEPTIONS, DATA_QUESTION, INSIGHT. There will be more.
    pub purpose: String,
    /// What they came to.
    pub usage: UsageFigures,
}
