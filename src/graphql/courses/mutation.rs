//! Making and changing courses, weeks and readings.

use async_graphql::{Context, Object, Result};

use super::edges::{course_id, week_id};
use super::inputs::{
    AddWeekInput, CopyCourseInput, CoursePayload, CreateCourseInput, DeleteCoursePayload, DeleteWeekPayload,
    UpdateCourseInput, UpdateWeekInput, WeekDocumentInput, WeekDocumentsInput, WeekPayload,
};
use super::themes::ExtractThemesInput;
use super::tutoring_inputs::{DeleteCourseInput, DeleteWeekInput};
use crate::domain::courses::actions::{copy, courses, readings, themes, weeks};
use crate::domain::courses::model;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{id, parse_id, parse_ids};

/// The part of the root that changes courses.
#[derive(Default)]
pub struct CoursesMutation;

/// What those who teach do with courses.
#[Object]
impl CoursesMutation {
    /// Makes a course, of which you are the professor. FORBIDDEN for whoever may make none, BAD_USER_INPUT with every field
    /// at fault, CONFLICT when another course has the code.
    async fn create_course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The course to make.")] input: CreateCourseInput,
    ) -> Result<CoursePayload> {
        let create = courses::Create {
            code: input.code,
            name: input.name,
            professor_name: input.professor_name,
            description: input.description,
            term: input.term,
            enrolment: input.enrolment.map(Into::into),
            shows_members: input.shows_members,
        };
        course(courses::create(app(ctx), actor(ctx), create).await)
    }

    /// Changes a course. NOT_FOUND for one that you are no member of, FORBIDDEN for students, BAD_USER_INPUT with every field
    /// at fault, CONFLICT when another course has the code.
    async fn update_course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateCourseInput,
    ) -> Result<CoursePayload> {
        let (key, is_archived) = (course_id(&input.course_id)?, input.is_archived);
        course(courses::update(app(ctx), actor(ctx), key, input.change(), is_archived).await)
    }

    /// Deletes a course: gone at once for all its members, and with it their right to its readings. The documents stay with
    /// their owners. NOT_FOUND for one that you are no member of, FORBIDDEN for all but its professor, CONFLICT when it has tutoring
    /// sessions and `sessions` does not say what becomes of them.
    async fn delete_course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The course to delete.")] input: DeleteCourseInput,
    ) -> Result<DeleteCoursePayload> {
        let key = course_id(&input.course_id)?;
        courses::delete(app(ctx), actor(ctx), key, input.sessions.map(Into::into)).await.map_err(to_graphql)?;
        Ok(DeleteCoursePayload { deleted_id: id(key) })
    }

    /// Copies a course, to be taught again: weeks, titles, themes and readings. Members, invitations and codes stay behind.
    /// NOT_FOUND for one that you are no member of, FORBIDDEN for all but its professor, CONFLICT when another course has
    /// the code.
    async fn copy_course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to copy, and what will be different.")] input: CopyCourseInput,
    ) -> Result<CoursePayload> {
        let copy = copy::Copy { code: input.code, name: input.name, term: input.term, starts_at: input.starts_at };
        course(copy::copy(app(ctx), actor(ctx), course_id(&input.course_id)?, copy).await)
    }

    /// Adds a week. NOT_FOUND for a course that you are no member of and for documents that are neither yours nor the
    /// course's, FORBIDDEN for students, CONFLICT when the course has a week of that number.
    async fn add_week(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The week to add.")] input: AddWeekInput,
    ) -> Result<WeekPayload> {
        let key = course_id(&input.course_id)?;
        let add = weeks::Add {
            number: input.number,
            title: input.title,
            themes: input.themes.unwrap_or_default(),
            opens_at: input.opens_at,
            closes_at: input.closes_at,
            documents: parse_ids(&input.document_ids.unwrap_or_default(), "input.documentIds", "document")?,
        };
        week(weeks::add(app(ctx), actor(ctx), key, add).await)
    }

    /// Changes or moves a week. NOT_FOUND for one of a course that you are no member of, FORBIDDEN for students,
    /// BAD_USER_INPUT with every field at fault.
    async fn update_week(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateWeekInput,
    ) -> Result<WeekPayload> {
        let (key, number) = (week_id(&input.week_id)?, input.number);
        week(weeks::update(app(ctx), actor(ctx), key, input.change(), number).await)
    }

    /// Has the themes of a week found in its readings: all of them are read, by the model, or by key phrases where there is
    /// none. They are there a little later; `Week.themeExtraction` says when. Themes that were written stay, in front; those
    /// that are found are replaced when the readings change. NOT_FOUND for a week of a course that you are no member of,
    /// FORBIDDEN for students, CONFLICT while there is nothing to read, QUOTA_EXCEEDED when your budget does not cover it.
    async fn extract_themes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The week whose themes to find.")] input: ExtractThemesInput,
    ) -> Result<WeekPayload> {
        let (key, again) = (week_id(&input.week_id)?, input.again.unwrap_or(false));
        week(themes::extract(app(ctx), actor(ctx), key, input.count, again).await)
    }

    /// Deletes a week, at once and for good; the documents stay with their owners. NOT_FOUND for one of a course that you are
    /// no member of, FORBIDDEN for students, CONFLICT when it has tutoring sessions and `sessions` does not say what becomes of
    /// them.
    async fn delete_week(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The week to delete.")] input: DeleteWeekInput,
    ) -> Result<DeleteWeekPayload> {
        let key = week_id(&input.week_id)?;
        let course =
            weeks::delete(app(ctx), actor(ctx), key, input.sessions.map(Into::into)).await.map_err(to_graphql)?;
        Ok(DeleteWeekPayload { deleted_id: id(key), course: course.into() })
    }

    /// Lets the members of a course read documents in a week; those that are read there already stay. All are added, or none.
    /// NOT_FOUND for a week of a course that you are no member of and for documents that are neither yours nor the course's,
    /// FORBIDDEN for students.
    async fn add_week_documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is read where.")] input: WeekDocumentsInput,
    ) -> Result<WeekPayload> {
        let key = week_id(&input.week_id)?;
        let documents = parse_ids(&input.document_ids, "input.documentIds", "document")?;
        week(readings::add(app(ctx), actor(ctx), key, &documents).await)
    }

    /// Takes a document out of a week: from then on members may read it only where another week has it. NOT_FOUND for a week
    /// of a course that you are no member of, FORBIDDEN for students.
    async fn remove_week_document(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is no longer read where.")] input: WeekDocumentInput,
    ) -> Result<WeekPayload> {
        let key = week_id(&input.week_id)?;
        let document = parse_id(&input.document_id, "input.documentId", "document")?;
        week(readings::remove(app(ctx), actor(ctx), key, document).await)
    }
}

fn course(result: crate::error::Result<model::Seen>) -> Result<CoursePayload> {
    result.map(|seen| CoursePayload { course: seen.into() }).map_err(to_graphql)
}

fn week(result: crate::error::Result<model::Week>) -> Result<WeekPayload> {
    result.map(|week| WeekPayload { week: week.into() }).map_err(to_graphql)
}
