//! Tutoring sessions and what was held back in them as data.

use async_graphql::{Enum, ID, SimpleObject, Union};
use chrono::{DateTime, Utc};

use crate::domain::courses::tutoring::model;
use crate::graphql::conversations::types::Message;
use crate::graphql::scalars::id;
use crate::ids::{ConversationId, CourseId, MessageId, WeekId};

/// What you may still begin in a course.
#[derive(Debug, Clone, SimpleObject)]
pub struct TutoringAllowance {
    /// Sessions that you may begin now, unless one goes on.
    pub sessions_left: i32,
    /// When you may begin one more than that. Null while you have begun none within the last seven days, and in a course that
    /// has none.
    pub next_at: Option<DateTime<Utc>>,
}

impl From<model::Allowance> for TutoringAllowance {
    fn from(row: model::Allowance) -> Self {
        Self { sessions_left: row.left, next_at: row.next_at }
    }
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::EndReason")]
pub enum TutoringEndReason {
    /// Its time was over.
    Time,
    /// Its student ended it.
    Student,
    /// Its week or course went, or what was said in it was deleted, while it went on.
    Removed,
}

/// A timed talk of a student with the tutor about one week's readings. Its student sees it, and those who teach the course.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct TutoringSession {
    /// Opaque, and the same for the life of the session.
    pub id: ID,
    /// The account of its student.
    pub student_id: ID,
    /// The student's name, or else the name that they sign in with. Null when they have neither.
    pub student_name: Option<String>,
    /// Begun by somebody who teaches the course: it counts in no figure.
    pub is_trial: bool,
    /// What the course was called when it began.
    pub course_name: String,
    /// The number of the week when it began.
    pub week_number: i32,
    /// What the week was called when it began. Null when it had no title.
    pub week_title: Option<String>,
    /// What is talked about. Null for anything of the week, which had no themes.
    pub theme: Option<String>,
    /// What the tutor asked first.
    pub question: String,
    /// The voice that was chosen. Null for a session in writing, or with the agent's own voice.
    pub voice_id: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ends by itself; nothing is answered from then on.
    pub expires_at: DateTime<Utc>,
    /// When it ended. Null while it goes on.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended. Null while it goes on.
    pub end_reason: Option<TutoringEndReason>,
    /// How long it took, in seconds. Null while it goes on.
    pub duration_seconds: Option<i32>,
    /// Since when what was said is gone. Null while it is there.
    pub transcript_deleted_at: Option<DateTime<Utc>>,
    /// Since when its student agrees that a recording is kept. Null while they do not.
    pub recording_consented_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub row: model::Session,
}

impl From<model::Session> for TutoringSession {
    fn from(row: model::Session) -> Self {
        let took = row.ended_at.map(|ended_at| (ended_at - row.started_at).num_seconds());
        Self {
            id: id(row.id),
            student_id: id(row.student_id),
            student_name: row.student_name.clone(),
            is_trial: row.is_trial,
            course_name: row.course_name.clone(),
            week_number: row.week_number,
            week_title: row.week_title.clone(),
            theme: row.theme.clone(),
            question: row.question.clone(),
            voice_id: row.voice.clone(),
            started_at: row.started_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason.map(Into::into),
            duration_seconds: took.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)),
            transcript_deleted_at: row.transcript_deleted_at,
            recording_consented_at: row.recording_consented_at,
            row,
        }
    }
}

impl TutoringSession {
    /// Where it is talked, as long as what was said is there.
    #[must_use]
    pub fn conversation_key(&self) -> Option<ConversationId> {
        self.row.conversation_id.filter(|_| self.transcript_deleted_at.is_none())
    }

    #[must_use]
    pub fn week_key(&self) -> Option<WeekId> {
        self.row.week_id
    }

    #[must_use]
    pub fn course_key(&self) -> Option<CourseId> {
        self.row.course_id
    }
}

/// Who wrote what was held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::FlagDirection")]
pub enum ModerationDirection {
    /// The student. No model that writes has seen it.
    Input,
    /// A model. The student has not seen it.
    Output,
}

/// Who found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::FlagSource")]
pub enum ModerationSource {
    /// Patterns.
    Rules,
    /// The distance to the week's readings.
    Readings,
    /// A model.
    Model,
    /// Nobody: it could not be looked into, and was held back for that.
    Failure,
}

/// What is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ModerationCategory {
    /// Sexual content.
    Sexual,
    /// Partisan politics.
    Partisan,
    /// Gossip about people in the public eye.
    Gossip,
    /// Something else than the week's readings.
    OffTopic,
    /// An attempt to make the tutor forget what it is for.
    Manipulation,
    /// Somebody may be about to hurt themselves. They got an answer that says where there is help.
    SelfHarm,
}

impl ModerationCategory {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "SEXUAL" => Self::Sexual,
            "PARTISAN" => Self::Partisan,
            "GOSSIP" => Self::Gossip,
            "OFF_TOPIC" => Self::OffTopic,
            "MANIPULATION" => Self::Manipulation,
            "SELF_HARM" => Self::SelfHarm,
            _ => return None,
        })
    }
}

/// What those who teach made of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Resolution")]
pub enum ModerationResolution {
    /// It stays.
    Upheld,
    /// It was a mistake.
    Dismissed,
}

/// Something that was held back in a session.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct ModerationFlag {
    /// Opaque, and the same for the life of the flag.
    pub id: ID,
    /// Who wrote it.
    pub direction: ModerationDirection,
    /// What was found. Empty where it could not be looked into.
    pub categories: Vec<ModerationCategory>,
    /// Who found it.
    pub source: ModerationSource,
    /// Why, in a sentence.
    pub explanation: String,
    /// What was held back. Null once what was said in the session is deleted.
    pub excerpt: Option<String>,
    /// When it was held back.
    pub created_at: DateTime<Utc>,
    /// Why the student objects. Null when they have not.
    pub appeal: Option<String>,
    /// When the student objected. Null when they have not.
    pub appealed_at: Option<DateTime<Utc>>,
    /// What those who teach made of it. Null until they decide.
    pub resolution: Option<ModerationResolution>,
    /// Why they decided so. Null when they have not said.
    pub resolution_note: Option<String>,
    /// When they decided. Null until they do.
    pub resolved_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub message_key: Option<MessageId>,
}

impl From<model::Flag> for ModerationFlag {
    fn from(row: model::Flag) -> Self {
        Self {
            id: id(row.id),
            direction: row.direction.into(),
            categories: row.categories.iter().filter_map(|name| ModerationCategory::read(name)).collect(),
            source: row.source.into(),
            explanation: row.explanation,
            excerpt: row.excerpt,
            created_at: row.created_at,
            appeal: row.appeal,
            appealed_at: row.appealed_at,
            resolution: row.resolution.map(Into::into),
            resolution_note: row.resolution_note,
            resolved_at: row.resolved_at,
            message_key: row.message_id,
        }
    }
}

/// Something that happened in a tutoring session.
#[derive(Debug, Clone, Union)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and shown at once")]
pub enum TutoringEvent {
    TutoringClock(TutoringClock),
    TutoringMessage(TutoringMessage),
    TutoringEnded(TutoringEnded),
}

/// The time that is left: at once, every ten seconds, and every second in the last ten.
#[derive(Debug, Clone, SimpleObject)]
pub struct TutoringClock {
    /// Seconds until the session ends by itself, rounded up.
    pub remaining_seconds: i32,
    /// When the session ends by itself, by the server's clock.
    pub expires_at: DateTime<Utc>,
    /// What the server's clock shows.
    pub server_time: DateTime<Utc>,
}

/// Somebody said something, or a message changed. A reply's text streams with `generation`.
#[derive(Debug, Clone, SimpleObject)]
pub struct TutoringMessage {
    /// The message as it now is.
    pub message: Message,
}

/// The session is over. The stream completes.
#[derive(Debug, Clone, SimpleObject)]
pub struct TutoringEnded {
    /// The session as it ended.
    pub session: TutoringSession,
}
