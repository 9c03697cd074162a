//! From courses and weeks to what hangs on them.

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, ID, Object, Result};

use super::loaders::{CourseById, ExtractionOf, MemberCount, MemberPage, ReadingsOf, ThemesOf, WeeksOf};
use super::misconceptions::{MisconceptionSearch, WeekMisconceptions};
use super::misconceptions_loaders::MisconceptionSearchOf;
use super::progress::TutoringProgress;
use super::themes::{Theme, ThemeExtraction};
use super::tutoring::{TutoringAllowance, TutoringSession};
use super::tutoring_edges::{TutoringSessionConnection, TutoringSessionTotal};
use super::tutoring_loaders::{AllowanceIn, ProgressIn, SessionPage};
use super::types::{Course, CourseInvitation, CourseMember, CourseRole, ReceivedCourseInvitation, Week};
use crate::domain::courses::actions::{courses, invitations};
use crate::domain::courses::model;
use crate::domain::courses::tutoring::model::Session;
use crate::domain::courses::tutoring::progress;
use crate::error::Error;
use crate::graphql::analytics::edges::of_course;
use crate::graphql::analytics::reports::CourseAnalytics;
use crate::graphql::analytics::types::DateRangeInput;
use crate::graphql::context::{actor, app};
use crate::graphql::documents::types::Document;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::scalars::parse_id;
use crate::graphql::users::loaders::UserById;
use crate::graphql::users::types::User;
use crate::ids::{CourseId, WeekId};

/// A page of courses.
pub type CourseConnection = Connection<String, Course, CourseTotal>;
/// A page of a course's members.
pub type CourseMemberConnection = Connection<String, CourseMember, CourseMemberTotal>;
/// A page of a course's invitations.
pub type CourseInvitationConnection = Connection<String, CourseInvitation, CourseInvitationTotal>;

/// What is counted only when it is selected.
pub struct CourseTotal {
    /// Which are counted.
    pub filter: model::CourseFilter,
}

/// What is counted only when it is selected.
#[Object]
impl CourseTotal {
    /// How many courses the list has in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        courses::count(app(ctx), actor(ctx), &self.filter).await.map_err(to_graphql)
    }
}

/// What is counted only when it is selected.
pub struct CourseMemberTotal {
    course: CourseId,
    role: Option<model::CourseRole>,
}

/// What is counted only when it is selected.
#[Object]
impl CourseMemberTotal {
    /// How many members the list has in all: as many as you see.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(load::<MemberCount>(ctx, (self.course, self.role)).await?.unwrap_or(0))
    }
}

/// What is counted only when it is selected.
pub struct CourseInvitationTotal {
    course: CourseId,
}

/// What is counted only when it is selected.
#[Object]
impl CourseInvitationTotal {
    /// How many invitations the list has in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        invitations::count(app(ctx), actor(ctx), self.course).await.map_err(to_graphql)
    }
}

#[ComplexObject]
impl Course {
    /// Its weeks, in the order of their numbers.
    async fn weeks(&self, ctx: &Context<'_>) -> Result<Vec<Week>> {
        let weeks = load::<WeeksOf>(ctx, self.key).await?.unwrap_or_default();
        Ok(weeks.into_iter().map(Week::from).collect())
    }

    /// The week of this number. Null when there is none.
    async fn week(&self, ctx: &Context<'_>, #[graphql(desc = "Its number.")] number: i32) -> Result<Option<Week>> {
        let weeks = load::<WeeksOf>(ctx, self.key).await?.unwrap_or_default();
        Ok(weeks.into_iter().find(|week| week.number == number).map(Week::from))
    }

    /// What you may still begin in tutoring sessions. Null for those who teach, who try them out as they like.
    async fn tutoring_allowance(&self, ctx: &Context<'_>) -> Result<Option<TutoringAllowance>> {
        Ok(load::<AllowanceIn>(ctx, self.key).await?.map(TutoringAllowance::from))
    }

    /// What was done in tutoring sessions, a row a week and student, by week and name: of all students for those who teach, your
    /// own otherwise.
    async fn tutoring_progress(&self, ctx: &Context<'_>) -> Result<Vec<TutoringProgress>> {
        let rows = load::<ProgressIn>(ctx, self.key).await?.unwrap_or_default();
        Ok(rows.into_iter().map(TutoringProgress::from).collect())
    }

    /// What the class used on these days. FORBIDDEN, and null, for students.
    async fn analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which days.")] range: DateRangeInput,
    ) -> Option<Result<CourseAnalytics>> {
        // What is refused here leaves the rest of the course as it is.
        Some(of_course(ctx, self.key, &range).await)
    }

    /// An address under which you can fetch the same as a table for spreadsheets (CSV) for 15 minutes, made as it is fetched.
    /// Begins with a slash where this installation does not know its public address. Null for students.
    async fn tutoring_progress_csv_url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        if self.viewer_role == CourseRole::Student {
            return Ok(None);
        }
        let token = progress::table_claim(app(ctx), actor(ctx), self.key).await.map_err(to_graphql)?;
        let base = app(ctx).config.server.public_url.as_deref().unwrap_or("");
        Ok(Some(format!("{base}/files/{token}")))
    }

    /// Who takes part, in the order of joining. Students see those who teach, themselves, and the other students where the
    /// course shows them.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Only members who are this. Null for all.")] role: Option<CourseRole>,
    ) -> Result<CourseMemberConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let role = role.map(model::CourseRole::from);
        let slice = load::<MemberPage>(ctx, (self.key, role, page)).await?.unwrap_or_default();
        let total = CourseMemberTotal { course: self.key, role };
        Ok(connection(slice, total, |member: &model::Member| member.id.to_string(), CourseMember::from))
    }

    /// Its invitations, newest first; those that have ended are shown for 30 days. Null for students.
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<Option<CourseInvitationConnection>> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        if self.viewer_role == CourseRole::Student {
            return Ok(None);
        }
        let slice = invitations::list(app(ctx), actor(ctx), self.key, &page).await.map_err(to_graphql)?;
        let total = CourseInvitationTotal { course: self.key };
        let cursor = |invitation: &model::CourseInvitation| invitation.id.to_string();
        Ok(Some(connection(slice, total, cursor, CourseInvitation::from)))
    }
}

#[ComplexObject]
impl Week {
    /// The course that it is a week of.
    async fn course(&self, ctx: &Context<'_>) -> Result<Course> {
        let course = load::<CourseById>(ctx, self.course_key).await?;
        course.map(Course::from).ok_or_else(|| to_graphql(Error::not_found("course")))
    }

    /// What is read in it, in the order of adding. Empty for students while it is not open.
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<Document>> {
        let readings = load::<ReadingsOf>(ctx, self.key).await?.unwrap_or_default();
        Ok(readings.into_iter().map(Document::from).collect())
    }

    /// The tutoring sessions about it, newest first: all for those who teach, your own otherwise.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<TutoringSessionConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<SessionPage>(ctx, (self.key, page)).await?.unwrap_or_default();
        let cursor = |session: &Session| session.id.to_string();
        Ok(connection(slice, TutoringSessionTotal::OfWeek(self.key), cursor, TutoringSession::from))
    }

    /// What is talked about. Empty for students before it opens.
    async fn themes(&self, ctx: &Context<'_>) -> Result<Vec<Theme>> {
        let themes = load::<ThemesOf>(ctx, self.key).await?.unwrap_or_default();
        Ok(themes.into_iter().map(Theme::from).collect())
    }

    /// The newest extraction of its themes. Null when none was asked for, and for students.
    async fn theme_extraction(&self, ctx: &Context<'_>) -> Result<Option<ThemeExtraction>> {
        Ok(load::<ExtractionOf>(ctx, self.key).await?.map(ThemeExtraction::from))
    }

    /// What students believe wrongly about it, as far as it was found. Null for students, and until a search has found
    /// something, or nothing.
    async fn misconceptions(&self, ctx: &Context<'_>) -> Result<Option<WeekMisconceptions>> {
        Ok(load::<MisconceptionSearchOf>(ctx, self.key).await?.as_ref().and_then(WeekMisconceptions::of))
    }

    /// The newest search for its misconceptions. Null when none was asked for, and for students.
    async fn misconception_search(&self, ctx: &Context<'_>) -> Result<Option<MisconceptionSearch>> {
        Ok(load::<MisconceptionSearchOf>(ctx, self.key).await?.map(MisconceptionSearch::from))
    }

    /// Whether students may read in it now.
    async fn is_open(&self, ctx: &Context<'_>) -> bool {
        let now = app(ctx).clock.now();
        crate::domain::courses::policy::is_open(self.opens_at, self.closes_at, now)
    }
}

#[ComplexObject]
impl CourseInvitation {
    /// Who invited. Null once that account is gone, and for others than that person and administrators.
    async fn inviter(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match self.inviter_key {
            Some(inviter) => Ok(load::<UserById>(ctx, inviter).await?.map(User::from)),
            None => Ok(None),
        }
    }
}

/// What the reader can accept without a token, newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn viewer_invitations(ctx: &Context<'_>) -> Result<Vec<ReceivedCourseInvitation>> {
    let received = invitations::received(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
    Ok(received.into_iter().map(Into::into).collect())
}

/// The course in an argument of a mutation.
///
/// # Errors
/// `NOT_FOUND` for what is no id of a course.
pub fn course_id(id: &ID) -> Result<CourseId> {
    parse_id(id, "input.courseId", "course")
}

/// The week in an argument of a mutation.
///
/// # Errors
/// `NOT_FOUND` for what is no id of a week.
pub fn week_id(id: &ID) -> Result<WeekId> {
    parse_id(id, "input.weekId", "week")
}
