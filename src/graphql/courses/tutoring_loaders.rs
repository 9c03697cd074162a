//! Tutoring sessions and flags, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::courses::recordings::fetching;
use crate::domain::courses::recordings::model::Recording;
use crate::domain::courses::tutoring::model::{Allowance, Flag, Session};
use crate::domain::courses::tutoring::progress::{self, Row};
use crate::domain::courses::tutoring::reading;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{ConversationId, CourseId, TutoringSessionId, WeekId};

/// A session that the reader may see.
pub struct TutoringSessionById;

impl Load for TutoringSessionById {
    type Key = TutoringSessionId;
    type Value = Session;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::sessions(app, actor, keys).await
    }
}

/// The session that a conversation is of.
pub struct SessionOf;

impl Load for SessionOf {
    type Key = ConversationId;
    type Value = Session;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_conversations(app, actor, keys).await
    }
}

/// A page of the sessions about a week.
pub struct SessionPage;

impl Load for SessionPage {
    type Key = (WeekId, Page<TutoringSessionId>);
    type Value = Slice<Session>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        // All parents of one field ask for the same page; another alias may ask for another.
        let mut by_page: HashMap<_, Vec<WeekId>> = HashMap::new();
        for (week, page) in keys {
            by_page.entry(*page).or_default().push(*week);
        }
        let mut pages = HashMap::new();
        for (page, weeks) in by_page {
            let found = reading::pages(app, actor, &weeks, &page).await?;
            pages.extend(found.into_iter().map(|(week, slice)| ((week, page), slice)));
        }
        Ok(pages)
    }
}

/// How many sessions about a week the reader sees.
pub struct SessionCount;

impl Load for SessionCount {
    type Key = WeekId;
    type Value = i64;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::counts(app, actor, keys).await
    }
}

/// What was held back in a session.
pub struct FlagsOf;

impl Load for FlagsOf {
    type Key = TutoringSessionId;
    type Value = Vec<Flag>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::flags(app, actor, keys).await
    }
}

/// The recording of a session that the reader may hear.
pub struct RecordingOf;

impl Load for RecordingOf {
    type Key = TutoringSessionId;
    type Value = Recording;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        fetching::of_sessions(app, actor, keys).await
    }
}

/// What the reader may still begin in a course that they are a student of.
pub struct AllowanceIn;

impl Load for AllowanceIn {
    type Key = CourseId;
    type Value = Allowance;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::allowances(app, actor, keys).await
    }
}

/// How the class of a course is doing, as far as the reader sees it.
pub struct ProgressIn;

impl Load for ProgressIn {
    type Key = CourseId;
    type Value = Vec<Row>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        progress::of_courses(app, actor, keys).await
    }
}
