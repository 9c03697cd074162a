//! What was used, as rows and as sums.

use bigdecimal::{BigDecimal, Zero as _};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

pub use super::histogram::Latencies;
pub use super::range::{Asked, Range};
pub use super::workflows::{WorkflowFigures, WorkflowKind};
use crate::ids::{
    ConversationId, CourseId, DataQuestionId, DatasetUploadId, DocumentId, GenerationId, InsightId, QueryRunId,
    TutoringSessionId, UserId,
};

/// Whose use is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    User(UserId),
    /// What students say to the tutor of a course; trials are left out.
    Course(CourseId),
    /// Everybody.
    Installation,
}

impl Subject {
    /// How statements name it.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::Course(id) => id.uuid(),
            Self::Installation => Uuid::nil(),
        }
    }
}

/// What a row of a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum PartKind {
    /// Runs of a day, purpose, model and course: their sums, in the order of [`Figures::of_sums`].
    Usage,
    /// How long they took, in bins.
    Response,
    /// How long their first words took, in bins.
    FirstToken,
    /// Documents of a day: uploaded, bytes, failed, read.
    Documents,
    /// Tutoring sessions of a day: how many, seconds.
    Sessions,
    /// Work of a day and kind, in the order of [`WorkflowFigures::of_sums`]; the kind is the purpose.
    Workflows,
    /// How many different people asked something, on all days.
    People,
}

crate::db::enums::text_enum!(PartKind {
    Usage => "USAGE",
    Response => "RESPONSE",
    FirstToken => "FIRST_TOKEN",
    Documents => "DOCUMENTS",
    Sessions => "SESSIONS",
    Workflows => "WORKFLOWS",
    People => "PEOPLE",
});

/// A row of a report.
#[derive(Debug, Clone, QueryableByName)]
pub struct Part {
    #[diesel(sql_type = Text)]
    pub kind: PartKind,
    #[diesel(sql_type = SqlUuid)]
    pub subject: Uuid,
    /// Place of the day in the range, from 1; 0 for all of them.
    #[diesel(sql_type = Integer)]
    pub day: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub purpose: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub provider: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub model: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub course_id: Option<CourseId>,
    #[diesel(sql_type = Array<BigInt>)]
    pub sums: Vec<i64>,
    #[diesel(sql_type = Nullable<Numeric>)]
    pub cost_usd: Option<BigDecimal>,
    #[diesel(sql_type = Nullable<Array<Integer>>)]
    pub bins: Option<Vec<i32>>,
    #[diesel(sql_type = Nullable<Array<BigInt>>)]
    pub counts: Option<Vec<i64>>,
}

/// What a conversation came to.
#[derive(Debug, Clone, QueryableByName)]
pub struct ConversationPart {
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = SqlUuid)]
    pub conversation_id: ConversationId,
    /// Place among those of its owner, from 1.
    #[diesel(sql_type = BigInt)]
    pub place: i64,
    #[diesel(sql_type = Array<BigInt>)]
    pub sums: Vec<i64>,
    #[diesel(sql_type = Numeric)]
    pub cost_usd: BigDecimal,
    #[diesel(sql_type = Array<Integer>)]
    pub response_bins: Vec<i32>,
    #[diesel(sql_type = Array<BigInt>)]
    pub response_counts: Vec<i64>,
    #[diesel(sql_type = Array<Integer>)]
    pub first_token_bins: Vec<i32>,
    #[diesel(sql_type = Array<BigInt>)]
    pub first_token_counts: Vec<i64>,
}

/// What runs of models came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    pub runs: i64,
    /// Those of them that answer what somebody asked or said.
    pub queries: i64,
    pub failures: i64,
    pub stopped: i64,
    /// Those whose tokens the provider told.
    pub measured_runs: i64,
    /// Those whose tokens we counted.
    pub counted_runs: i64,
    /// Those that took tokens of a model without a known price.
    pub unpriced_runs: i64,
    pub input_tokens: i64,
    pub output_tokens: i64,
    pub cached_input_tokens: i64,
    pub counted_input_tokens: i64,
    pub counted_output_tokens: i64,
    pub cost_usd: BigDecimal,
    pub response: Latencies,
    pub first_token: Latencies,
}

impl Figures {
    /// The columns of a row, in the order in which the statements give them; times without their bins.
    #[must_use]
    pub fn of_sums(sums: &[i64], cost_usd: BigDecimal) -> Self {
        let at = |place: usize| sums.get(place).copied().unwrap_or_default();
        // Statements give -1 where nothing was measured.
        let times = |from: usize| {
            let extremes = (at(from + 1) >= 0).then(|| (at(from + 1), at(from + 2)));
            Latencies::exact(at(from), extremes)
        };
        Self {
            runs: at(0),
            queries: at(1),
            failures: at(2),
            stopped: at(3),
            measured_runs: at(4),
            counted_runs: at(5),
            unpriced_runs: at(6),
            input_tokens: at(7),
            output_tokens: at(8),
            cached_input_tokens: at(9),
            counted_input_tokens: at(10),
            counted_output_tokens: at(11),
            cost_usd,
            response: times(12),
            first_token: times(15),
        }
    }

    /// Adds what others came to.
    pub fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.queries += other.queries;
        self.failures += other.failures;
        self.stopped += other.stopped;
        self.measured_runs += other.measured_runs;
        self.counted_runs += other.counted_runs;
        self.unpriced_runs += other.unpriced_runs;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.cached_input_tokens += other.cached_input_tokens;
        self.counted_input_tokens += other.counted_input_tokens;
        self.counted_output_tokens += other.counted_output_tokens;
        if !other.cost_usd.is_zero() {
            self.cost_usd += &other.cost_usd;
        }
        self.response.add(&other.response);
        self.first_token.add(&other.first_token);
    }

    /// Read and written.
    #[must_use]
    pub fn tokens(&self) -> i64 {
        self.input_tokens + self.output_tokens
    }
}

/// Documents that were uploaded and are still there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DocumentFigures {
    pub uploaded: i64,
    pub bytes: i64,
    /// Those of them that gave no text.
    pub failed: i64,
    /// Those of them whose text was read.
    pub read: i64,
}

/// Tutoring sessions that were begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionFigures {
    pub count: i64,
    pub seconds: i64,
}

/// A day, or all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    pub figures: Figures,
    pub documents: DocumentFigures,
    pub sessions: SessionFigures,
    pub workflows: WorkflowFigures,
}

/// A day as whoever looks has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub totals: Totals,
}

/// What runs of one kind came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share<K> {
    pub key: K,
    pub figures: Figures,
}

/// What one conversation came to.
pub type ConversationShare = Share<ConversationId>;
/// Provider and model; both `None` for runs that came to none.
pub type ModelKey = (Option<String>, Option<String>);

/// What somebody, or everybody, used on some days. All of it is of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub subject: Subject,
    pub range: Range,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub totals: Totals,
    /// Every day, also those without anything.
    pub days: Vec<Day>,
    pub by_model: Vec<Share<ModelKey>>,
    pub by_purpose: Vec<Share<String>>,
    pub by_course: Vec<Share<CourseId>>,
    /// What was done most often first.
    pub by_workflow: Vec<(WorkflowKind, WorkflowFigures)>,
    /// How many different people asked something.
    pub people: i64,
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ActivityKind {
    /// Asked or said something that a model answers.
    Question,
    /// Had a model work on something else, such as themes.
    Generation,
    Upload,
    Session,
    SignIn,
    /// Asked something about data.
    DataQuestion,
    /// Ran a statement.
    Statement,
    /// Brought a file of data.
    DataUpload,
    /// Had a text written about a result.
    Insight,
}

crate::db::enums::text_enum!(ActivityKind {
    Question => "QUESTION",
    Generation => "GENERATION",
    Upload => "UPLOAD",
    Session => "SESSION",
    SignIn => "SIGN_IN",
    DataQuestion => "DATA_QUESTION",
    Statement => "STATEMENT",
    DataUpload => "DATA_UPLOAD",
    Insight => "INSIGHT",
});

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ActivityStatus {
    Running,
    Succeeded,
    Stopped,
    Failed,
}

crate::db::enums::text_enum!(ActivityStatus {
    Running => "RUNNING",
    Succeeded => "SUCCEEDED",
    Stopped => "STOPPED",
    Failed => "FAILED",
});

/// Something that somebody did.
#[derive(Debug, Clone, QueryableByName)]
pub struct Activity {
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub kind: ActivityKind,
    #[diesel(sql_type = Text)]
    pub status: ActivityStatus,
    /// Whether what it was done to can still be looked at.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub is_there: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub tokens: Option<i64>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub duration_ms: Option<i32>,
}

impl Activity {
    /// The id of what it was done to, as clients see it; `None` once that is gone, and for a sign-in.
    #[must_use]
    pub fn object(&self) -> Option<String> {
        self.is_there.then_some(())?;
        match self.kind {
            ActivityKind::Question | ActivityKind::Generation => Some(GenerationId::from_uuid(self.id).to_string()),
            ActivityKind::Upload => Some(DocumentId::from_uuid(self.id).to_string()),
            ActivityKind::Session => Some(TutoringSessionId::from_uuid(self.id).to_string()),
            ActivityKind::SignIn => None,
            ActivityKind::DataQuestion => Some(DataQuestionId::from_uuid(self.id).to_string()),
            ActivityKind::Statement => Some(QueryRunId::from_uuid(self.id).to_string()),
            ActivityKind::DataUpload => Some(DatasetUploadId::from_uuid(self.id).to_string()),
            ActivityKind::Insight => Some(InsightId::from_uuid(self.id).to_string()),
        }
    }

    /// Where it stands in the list.
    #[must_use]
    pub fn cursor(&self) -> ActivityCursor {
        ActivityCursor { at: self.at, id: self.id }
    }
}

/// A place in a list of what somebody did, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ActivityCursor {
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

impl std::fmt::Display for ActivityCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.at.timestamp_micros(), self.id)
    }
}

impl std::str::FromStr for ActivityCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (micros, id) = text.split_once(':').ok_or(())?;
        let at = micros.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or(())?;
        Ok(Self { at, id: id.parse().map_err(drop)? })
    }
}
