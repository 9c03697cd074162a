//! Rows and enums of tutoring.

use bigdecimal::BigDecimal;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};

use crate::db::schema::{moderation_flags, tutoring_sessions};
use crate::ids::{
    ConversationId, CourseId, DocumentId, GenerationId, MessageId, ModerationFlagId, ThemeId, TutoringSessionId,
    UserId, WeekId,
};

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum EndReason {
    /// Its time was over.
    Time,
    /// Its student had enough.
    Student,
    /// What was said in it was deleted while it went on.
    Removed,
}

crate::db::enums::text_enum!(EndReason { Time => "TIME", Student => "STUDENT", Removed => "REMOVED" });

/// A timed talk, with the name of its student.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Session {
    #[diesel(sql_type = SqlUuid)]
    pub id: TutoringSessionId,
    #[diesel(sql_type = SqlUuid)]
    pub student_id: UserId,
    /// Full name, or else the username; `None` where there is neither.
    #[diesel(sql_type = Nullable<Text>)]
    pub student_name: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub course_id: Option<CourseId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub week_id: Option<WeekId>,
    /// `None` once what was said is purged.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub conversation_id: Option<ConversationId>,
    /// Begun by somebody who teaches.
    #[diesel(sql_type = Bool)]
    pub is_trial: bool,
    #[diesel(sql_type = Text)]
    pub course_name: String,
    #[diesel(sql_type = Integer)]
    pub week_number: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub week_title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub theme: Option<String>,
    /// What the tutor asked first.
    #[diesel(sql_type = Text)]
    pub question: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub voice: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub started_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub end_reason: Option<EndReason>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub transcript_deleted_at: Option<DateTime<Utc>>,
    /// `None` while its student has not agreed that a recording is kept, or not any more.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub recording_consented_at: Option<DateTime<Utc>>,
}

impl Session {
    /// Whether something may be said in it.
    #[must_use]
    pub fn goes_on(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }

    /// How much of its time is left; nothing once it has ended.
    #[must_use]
    pub fn remaining(&self, now: DateTime<Utc>) -> TimeDelta {
        if self.goes_on(now) { self.expires_at - now } else { TimeDelta::zero() }
    }
}

/// A session to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = tutoring_sessions)]
pub struct NewSession {
    pub id: TutoringSessionId,
    pub student_id: UserId,
    pub course_id: CourseId,
    pub week_id: WeekId,
    pub theme_id: Option<ThemeId>,
    pub conversation_id: ConversationId,
    pub is_trial: bool,
    pub course_name: String,
    pub week_number: i32,
    pub week_title: Option<String>,
    pub theme: Option<String>,
    pub question: String,
    pub voice: Option<String>,
    pub started_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub recording_consented_at: Option<DateTime<Utc>>,
}

/// What becomes of sessions when their course or week goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Their students keep what was said.
    Keep,
    /// What was said goes too.
    Delete,
}

/// What a student may still begin in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Sessions that may be begun now.
    pub left: i32,
    /// When one more may be; `None` while the quota is untouched.
    pub next_at: Option<DateTime<Utc>>,
}

/// Who wrote what was held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum FlagDirection {
    /// The student; no model has seen it.
    Input,
    /// A model; the student has not seen it.
    Output,
}

crate::db::enums::text_enum!(FlagDirection { Input => "INPUT", Output => "OUTPUT" });

/// Who found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum FlagSource {
    /// Patterns.
    Rules,
    /// The distance to the week's readings.
    Readings,
    /// A model.
    Model,
    /// Nobody: it could not be looked into, and so was held back.
    Failure,
}

crate::db::enums::text_enum!(FlagSource {
    Rules => "RULES",
    Readings => "READINGS",
    Model => "MODEL",
    Failure => "FAILURE",
});

/// What those who teach made of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Resolution {
    /// It stays.
    Upheld,
    /// It was a mistake.
    Dismissed,
}

crate::db::enums::text_enum!(Resolution { Upheld => "UPHELD", Dismissed => "DISMISSED" });

/// Something that was held back in a session.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Flag {
    #[diesel(sql_type = SqlUuid)]
    pub id: ModerationFlagId,
    #[diesel(sql_type = SqlUuid)]
    pub session_id: TutoringSessionId,
    /// `None` once it is purged.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub message_id: Option<MessageId>,
    #[diesel(sql_type = Text)]
    pub direction: FlagDirection,
    /// Names of categories; empty where it could not be looked into.
    #[diesel(sql_type = Array<Text>)]
    pub categories: Vec<String>,
    #[diesel(sql_type = Text)]
    pub source: FlagSource,
    #[diesel(sql_type = Text)]
    pub explanation: String,
    /// `None` once what was said is deleted.
    #[diesel(sql_type = Nullable<Text>)]
    pub excerpt: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub appeal: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub appealed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub resolution: Option<Resolution>,
    #[diesel(sql_type = Nullable<Text>)]
    pub resolution_note: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub resolved_at: Option<DateTime<Utc>>,
}

/// A flag to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = moderation_flags)]
pub struct NewFlag {
    pub id: ModerationFlagId,
    pub session_id: TutoringSessionId,
    pub message_id: MessageId,
    /// `None` where nothing was to be written.
    pub generation_id: Option<GenerationId>,
    pub direction: FlagDirection,
    pub categories: Vec<String>,
    pub source: FlagSource,
    pub explanation: String,
    pub excerpt: String,
    pub created_at: DateTime<Utc>,
}

/// What a student did in the sessions about one week; trials are left out.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Progress {
    #[diesel(sql_type = SqlUuid)]
    pub course_id: CourseId,
    /// `None` once the week is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub week_id: Option<WeekId>,
    #[diesel(sql_type = Integer)]
    pub week_number: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub week_title: Option<String>,
    #[diesel(sql_type = SqlUuid)]
    pub student_id: UserId,
    #[diesel(sql_type = Nullable<Text>)]
    pub student_name: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub sessions: i64,
    /// Of one that goes on, the time so far.
    #[diesel(sql_type = BigInt)]
    pub seconds: i64,
    #[diesel(sql_type = Array<Text>)]
    pub themes: Vec<String>,
    /// Messages of the student's that are still there.
    #[diesel(sql_type = BigInt)]
    pub statements: i64,
    /// Those of them that end with a question mark.
    #[diesel(sql_type = BigInt)]
    pub questions: i64,
    /// But those that were dismissed, and what could not be looked into.
    #[diesel(sql_type = BigInt)]
    pub flags: i64,
    /// `None` where no model with a known price was asked.
    #[diesel(sql_type = Nullable<Numeric>)]
    pub cost_usd: Option<BigDecimal>,
    #[diesel(sql_type = Timestamptz)]
    pub last_at: DateTime<Utc>,
}

/// How often a reading was cited in them.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct CitedReading {
    #[diesel(sql_type = SqlUuid)]
    pub course_id: CourseId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub week_id: Option<WeekId>,
    #[diesel(sql_type = Integer)]
    pub week_number: i32,
    #[diesel(sql_type = SqlUuid)]
    pub student_id: UserId,
    #[diesel(sql_type = SqlUuid)]
    pub document_id: DocumentId,
    #[diesel(sql_type = BigInt)]
    pub citations: i64,
}
