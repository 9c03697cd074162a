//! What mutations of tutoring take and give.

use async_graphql::{Enum, ID, InputObject, SimpleObject};

use super::tutoring::{ModerationFlag, ModerationResolution, TutoringSession};
use crate::domain::courses::tutoring::model;
use crate::domain::courses::tutoring::reading::Filter;
use crate::graphql::conversations::types::Message;
use crate::graphql::scalars::parse_id;

/// A session to begin.
#[derive(Debug, Clone, InputObject)]
pub struct StartTutoringSessionInput {
    /// The week that it is about.
    pub week_id: ID,
    /// One of the week's themes. Null for any of them.
    pub theme_id: Option<ID>,
    /// The voice that speaks, as the provider of voices calls it. Null for a session in writing, or with the agent's own voice.
    pub voice_id: Option<String>,
    /// Whether you agree that a recording of the session is kept, which those who teach the course may hear; setRecordingConsent takes
    /// it back.
    #[graphql(default = false)]
    pub recording_consent: bool,
}

/// A session that was begun, ended or changed.
#[derive(Debug, Clone, SimpleObject)]
pub struct TutoringSessionPayload {
    /// As it is now.
    pub session: TutoringSession,
}

/// Something to say to the tutor.
#[derive(Debug, Clone, InputObject)]
pub struct SendTutoringMessageInput {
    /// The session.
    pub session_id: ID,
    /// What you say, plain text, 1 to MESSAGE_MAX_CHARS (10,000) characters.
    pub text: String,
    /// 1 to 200 characters of your own: the same key is the same message, however often it is sent. Null for a message that
    /// must not be sent again.
    pub idempotency_key: Option<String>,
    /// Whether to answer only when the reply has ended, or after a minute. False streams it.
    #[graphql(default = false)]
    pub wait_for_reply: bool,
}

/// What you said, and the tutor's reply.
#[derive(Debug, Clone, SimpleObject)]
pub struct SendTutoringMessagePayload {
    /// The session.
    pub session: TutoringSession,
    /// What you said, stored.
    pub message: Message,
    /// The reply that is being written; follow its `generation`.
    pub reply: Message,
}

/// A session to act on.
#[derive(Debug, Clone, InputObject)]
pub struct TutoringSessionInput {
    /// The session.
    pub session_id: ID,
}

/// A flag to object to.
#[derive(Debug, Clone, InputObject)]
pub struct AppealModerationFlagInput {
    /// The flag.
    pub flag_id: ID,
    /// Why it was wrong, up to 2,000 characters.
    pub reason: String,
}

/// A flag to decide about.
#[derive(Debug, Clone, InputObject)]
pub struct ResolveModerationFlagInput {
    /// The flag.
    pub flag_id: ID,
    /// What you make of it.
    pub resolution: ModerationResolution,
    /// Why, for the student to read, up to 2,000 characters. Null for no reason.
    pub note: Option<String>,
}

/// A flag that was objected to or decided about.
#[derive(Debug, Clone, SimpleObject)]
pub struct ModerationFlagPayload {
    /// As it is now.
    pub flag: ModerationFlag,
}

/// Which of your tutoring sessions to list.
#[derive(Debug, Clone, Default, InputObject)]
pub struct TutoringSessionFilter {
    /// Only those of this course. Null for all.
    pub course_id: Option<ID>,
    /// Only the one that goes on, or only those that have ended. Null for all.
    pub is_running: Option<bool>,
}

impl TutoringSessionFilter {
    /// As the domain knows it.
    ///
    /// # Errors
    /// NOT_FOUND for what is no id of a course.
    pub fn read(self) -> async_graphql::Result<Filter> {
        let course = self.course_id.map(|id| parse_id(&id, "filter.courseId", "course")).transpose()?;
        Ok(Filter { course, is_running: self.is_running })
    }
}

/// What becomes of tutoring sessions when their course or week is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SessionsFate {
    /// Their students keep what was said; nobody else sees it any more.
    Keep,
    /// What was said is deleted too.
    Delete,
}

impl From<SessionsFate> for model::Fate {
    fn from(fate: SessionsFate) -> Self {
        match fate {
            SessionsFate::Keep => Self::Keep,
            SessionsFate::Delete => Self::Delete,
        }
    }
}

/// A course to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteCourseInput {
    /// The course.
    pub course_id: ID,
    /// What becomes of its tutoring sessions. Null for a course that has none.
    pub sessions: Option<SessionsFate>,
}

/// A week to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteWeekInput {
    /// The week.
    pub week_id: ID,
    /// What becomes of its tutoring sessions. Null for a week that has none.
    pub sessions: Option<SessionsFate>,
}
