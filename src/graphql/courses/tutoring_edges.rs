//! From tutoring sessions and flags to what hangs on them.

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, Object, Result};

use super::loaders::{CourseById, WeekById};
use super::tutoring::{ModerationFlag, TutoringSession};
use super::tutoring_inputs::TutoringSessionFilter;
use super::tutoring_loaders::{FlagsOf, SessionCount};
use super::types::{Course, Week};
use super::voice::{TutoringRecording, VoiceCredentials};
use super::voice_edges::{recording_of, voice_of};
use crate::db::page::{Direction, MAX_SIZE, Page};
use crate::domain::courses::tutoring::model;
use crate::domain::courses::tutoring::reading::{self, Filter};
use crate::graphql::context::{actor, app};
use crate::graphql::conversations::loaders::{ConversationById, MessageById, MessagePage};
use crate::graphql::conversations::types::{Conversation, Message};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::ids::WeekId;

/// A page of tutoring sessions.
pub type TutoringSessionConnection = Connection<String, TutoringSession, TutoringSessionTotal>;

/// What is counted only when it is selected.
pub enum TutoringSessionTotal {
    /// The sessions about a week.
    OfWeek(WeekId),
    /// Those of the viewer.
    Own(Filter),
}

/// What is counted only when it is selected.
#[Object]
impl TutoringSessionTotal {
    /// How many sessions the list has in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        match self {
            Self::OfWeek(week) => Ok(load::<SessionCount>(ctx, *week).await?.unwrap_or(0)),
            Self::Own(filter) => reading::count_own(app(ctx), actor(ctx), *filter).await.map_err(to_graphql),
        }
    }
}

#[ComplexObject]
impl TutoringSession {
    /// The course. Null once it is gone, or you are no longer a member.
    async fn course(&self, ctx: &Context<'_>) -> Result<Option<Course>> {
        let Some(key) = self.course_key() else { return Ok(None) };
        Ok(load::<CourseById>(ctx, key).await?.map(Course::from))
    }

    /// The week. Null once it is gone, or you are no longer a member of the course.
    async fn week(&self, ctx: &Context<'_>) -> Result<Option<Week>> {
        let Some(key) = self.week_key() else { return Ok(None) };
        Ok(load::<WeekById>(ctx, key).await?.map(Week::from))
    }

    /// Seconds until it ends by itself, rounded up; 0 once it has ended. `tutoringSession` streams them.
    async fn remaining_seconds(&self, ctx: &Context<'_>) -> i32 {
        remaining_seconds(&self.row, app(ctx).clock.now())
    }

    /// Where it is talked. Null once what was said is deleted.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        let Some(key) = self.conversation_key() else { return Ok(None) };
        Ok(load::<ConversationById>(ctx, key).await?.map(Conversation::from))
    }

    /// What was said, the oldest first, up to 100 messages; `conversation.messages` has all in pages. Empty once it is deleted.
    async fn transcript(&self, ctx: &Context<'_>) -> Result<Vec<Message>> {
        let Some(key) = self.conversation_key() else { return Ok(Vec::new()) };
        let oldest = Page { direction: Direction::Backward, size: MAX_SIZE, cursor: None };
        let slice = load::<MessagePage>(ctx, (key, oldest)).await?.unwrap_or_default();
        Ok(slice.rows.into_iter().rev().map(Message::from).collect())
    }

    /// What your browser begins a spoken conversation with. Null where there are none (viewer.speech), for a session that is over, and
    /// for another student's. FORBIDDEN when asked with an API key.
    #[expect(clippy::unused_async, reason = "a field of the graph is a future, whatever it needs")]
    async fn voice(&self, ctx: &Context<'_>) -> Result<Option<VoiceCredentials>> {
        voice_of(ctx, &self.row)
    }

    /// What it sounded like. Null when nothing was recorded, or it is deleted.
    async fn recording(&self, ctx: &Context<'_>) -> Result<Option<TutoringRecording>> {
        recording_of(ctx, &self.row).await
    }

    /// What was held back in it, the oldest first.
    async fn moderation_flags(&self, ctx: &Context<'_>) -> Result<Vec<ModerationFlag>> {
        let flags = load::<FlagsOf>(ctx, self.row.id).await?.unwrap_or_default();
        Ok(flags.into_iter().map(ModerationFlag::from).collect())
    }
}

#[ComplexObject]
impl ModerationFlag {
    /// What the student said, or the reply that was cut. Null once it is deleted.
    async fn message(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        let Some(key) = self.message_key else { return Ok(None) };
        Ok(load::<MessageById>(ctx, key).await?.map(Message::from))
    }
}

/// Seconds that are left of a session, rounded up.
#[must_use]
pub fn remaining_seconds(session: &model::Session, now: chrono::DateTime<chrono::Utc>) -> i32 {
    let millis = session.remaining(now).num_milliseconds();
    i32::try_from(millis.div_euclid(1000) + i64::from(millis.rem_euclid(1000) > 0)).unwrap_or(i32::MAX)
}

/// A page of the viewer's own sessions.
///
/// # Errors
/// BAD_USER_INPUT for the page, NOT_FOUND for a filter by what is no course.
pub async fn viewer_sessions(
    ctx: &Context<'_>,
    page: PageArgs,
    filter: Option<TutoringSessionFilter>,
) -> Result<TutoringSessionConnection> {
    let filter = filter.unwrap_or_default().read()?;
    let page = page.page(|text| text.parse().ok())?;
    let slice = reading::own(app(ctx), actor(ctx), filter, &page).await.map_err(to_graphql)?;
    let cursor = |session: &model::Session| session.id.to_string();
    Ok(connection(slice, TutoringSessionTotal::Own(filter), cursor, TutoringSession::from))
}
