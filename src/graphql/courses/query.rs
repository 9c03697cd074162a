//! Finding courses.

use async_graphql::{Context, ID, Object, Result};

use super::edges::{CourseConnection, CourseTotal};
use super::types::{Course, CourseFilter};
use crate::domain::courses::actions::courses;
use crate::domain::courses::model;
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::scalars::parse_id;

/// The part of the root that finds courses.
#[derive(Default)]
pub struct CoursesQuery;

/// What can be read.
#[Object]
impl CoursesQuery {
    /// A course, by its id or by its code in any case. NOT_FOUND for one that you are no member of, BAD_USER_INPUT when not
    /// exactly one of the two is given.
    async fn course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id. Null when the code is given.")] id: Option<ID>,
        #[graphql(desc = "Its code, in any case. Null when the id is given.")] code: Option<String>,
    ) -> Result<Course> {
        let seen = match (id, code) {
            (Some(id), None) => {
                // Whoever is nobody learns that first.
                let id = parse_id(&id, "id", "course");
                actor(ctx).require().map_err(to_graphql)?;
                courses::get(app(ctx), actor(ctx), id?).await
            }
            (None, Some(code)) => courses::get_by_code(app(ctx), actor(ctx), &code).await,
            _ => Err(Error::bad_input("id", "Give either the id or the code.")),
        };
        seen.map(Course::from).map_err(to_graphql)
    }

    /// The courses that you teach or attend, newest first.
    async fn courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Which to list. Null for all.")] filter: Option<CourseFilter>,
    ) -> Result<CourseConnection> {
        let filter = filter.unwrap_or_default().into();
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = courses::list(app(ctx), actor(ctx), &filter, &page).await.map_err(to_graphql)?;
        let cursor = |seen: &model::Seen| seen.course.id.to_string();
        Ok(connection(slice, CourseTotal { filter }, cursor, Course::from))
    }
}
