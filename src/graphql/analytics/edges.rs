//! From people, courses and their figures to one another.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, Result};

use super::activity::Activity;
use super::loaders::{ActivityPage, ConversationsOf, ReportOf};
use super::reports::{Analytics, ConversationUsage, CourseAnalytics, CourseUsage, InstallationAnalytics};
use super::types::DateRangeInput;
use crate::domain::analytics::model::{self, Range, Subject};
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::conversations::loaders::ConversationById;
use crate::graphql::conversations::types::Conversation;
use crate::graphql::courses::loaders::CourseById;
use crate::graphql::courses::types::Course;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::ids::{CourseId, UserId};

/// A page of what somebody did.
pub type ActivityConnection = Connection<String, Activity>;

/// The days in an argument, by the midnights of whoever asks where no time zone is named.
///
/// # Errors
/// UNAUTHENTICATED for nobody; as [`Range::resolve`].
pub fn days(ctx: &Context<'_>, asked: &DateRangeInput, path: &str) -> Result<Range> {
    let own = &actor(ctx).require().map_err(to_graphql)?.user.timezone;
    Range::resolve(&asked.into(), own, app(ctx).clock.now(), path).map_err(to_graphql)
}

/// What an account used.
///
/// # Errors
/// FORBIDDEN for another's account, but for those who may read all.
pub async fn of_user(ctx: &Context<'_>, id: UserId, asked: &DateRangeInput) -> Result<Analytics> {
    let range = days(ctx, asked, "range")?;
    let report = load::<ReportOf>(ctx, (Subject::User(id), range)).await?;
    let report = report.ok_or_else(|| to_graphql(Error::internal("an account without a report")))?;
    Ok(Analytics::of(id, &report))
}

/// What a class used.
///
/// # Errors
/// FORBIDDEN for those who do not teach it.
pub async fn of_course(ctx: &Context<'_>, id: CourseId, asked: &DateRangeInput) -> Result<CourseAnalytics> {
    let range = days(ctx, asked, "range")?;
    let report = load::<ReportOf>(ctx, (Subject::Course(id), range)).await?;
    let forbidden = || Error::forbidden("Only the professor and the assistants of this course may do this.");
    Ok(CourseAnalytics::from(&*report.ok_or_else(|| to_graphql(forbidden()))?))
}

/// What everybody used.
///
/// # Errors
/// FORBIDDEN for those who may not read all.
pub async fn of_installation(ctx: &Context<'_>, asked: &DateRangeInput) -> Result<InstallationAnalytics> {
    let range = days(ctx, asked, "range")?;
    let report = load::<ReportOf>(ctx, (Subject::Installation, range)).await?;
    let report = report.ok_or_else(|| to_graphql(Error::internal("an installation without a report")))?;
    Ok(InstallationAnalytics::from(&*report))
}

#[ComplexObject]
impl Analytics {
    /// The conversations that cost most, then those that took most tokens. Runs without a conversation, and those whose
    /// conversation was purged, are in none.
    async fn by_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default = 10)] first: i32,
    ) -> Result<Vec<ConversationUsage>> {
        let shares = load::<ConversationsOf>(ctx, (self.owner, self.days, first)).await?.unwrap_or_default();
        Ok(shares.iter().map(ConversationUsage::from).collect())
    }

    /// What the person did on these days, newest first. Sign-ins are left out for API keys.
    async fn activity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<ActivityConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<ActivityPage>(ctx, (self.owner, self.days, page)).await?.unwrap_or_default();
        let cursor = |activity: &model::Activity| activity.cursor().to_string();
        Ok(connection(slice, EmptyFields, cursor, Activity::from))
    }
}

#[ComplexObject]
impl CourseUsage {
    /// The course. Null when you are no member of it any more, and once it is deleted.
    async fn course(&self, ctx: &Context<'_>) -> Result<Option<Course>> {
        Ok(load::<CourseById>(ctx, self.course_key).await?.map(Course::from))
    }
}

#[ComplexObject]
impl ConversationUsage {
    /// The conversation. Null once it is deleted, and when you may not read it.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        Ok(load::<ConversationById>(ctx, self.conversation_key).await?.map(Conversation::from))
    }
}
