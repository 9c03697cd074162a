//! Searching documents.

use async_graphql::{Context, Object, Result};

use super::types::{SearchMode, SearchResult, SearchScopeInput};
use crate::domain::conversations::reading;
use crate::domain::courses::reading as courses;
use crate::domain::documents::retrieval::query::{MAX_HITS, MAX_QUERY_CHARS, Query, Scope};
use crate::domain::documents::retrieval::search;
use crate::domain::users::permissions::Permission;
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{parse_id, parse_ids};
use crate::ids::DocumentId;

/// The part of the root that searches.
#[derive(Default)]
pub struct DocumentsQuery;

/// What can be read.
#[Object]
impl DocumentsQuery {
    /// The passages of your documents, or of the readings of a course, that fit a question best. An empty question fits none. BAD_USER_INPUT for a
    /// question of more than 10,000 characters or a number of hits that is not from 1 to 50.
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Plain text; no character has a special meaning.")] query: String,
        #[graphql(desc = "By what to search.", default_with = "SearchMode::Hybrid")] mode: SearchMode,
        #[graphql(desc = "Where to search. Null for all of your documents.")] scope: Option<SearchScopeInput>,
        #[graphql(desc = "How many hits, 1 to 50.", default = 10)] first: i32,
    ) -> Result<SearchResult> {
        let viewer = actor(ctx).require_may(Permission::ReadOwnDocuments).map_err(to_graphql)?.user.id;
        if query.chars().count() > MAX_QUERY_CHARS {
            let message = format!("At most {MAX_QUERY_CHARS} characters.");
            return Err(to_graphql(Error::bad_input("query", message)));
        }
        let limit = usize::try_from(first).ok().filter(|limit| (1..=MAX_HITS).contains(limit));
        let limit = limit.ok_or_else(|| to_graphql(Error::bad_input("first", format!("Give 1 to {MAX_HITS}."))))?;
        let scope = scope.unwrap_or_default();
        let documents = match &scope.document_ids {
            Some(ids) => Some(parse_ids(ids, "scope.documentIds", "document")?),
            None => None,
        };
        let attached = match &scope.conversation_id {
            Some(id) => {
                let id = parse_id(id, "scope.conversationId", "conversation")?;
                reading::scope(app(ctx), actor(ctx), id).await.map_err(to_graphql)?
            }
            None => None,
        };
        let course = match &scope.course_id {
            Some(id) => Some(parse_id(id, "scope.courseId", "course")?),
            None => None,
        };
        let week = match &scope.week_id {
            Some(id) => Some(parse_id(id, "scope.weekId", "week")?),
            None => None,
        };
        let readings = courses::scope(app(ctx), actor(ctx), course, week).await.map_err(to_graphql)?;
        let of_readings = readings.is_some();
        let scope = Scope {
            documents: in_both(in_both(documents, attached), readings),
            of_readings,
            category: scope.category,
            jurisdiction: scope.jurisdiction,
            practice_area: scope.practice_area,
            keywords: scope.keywords.unwrap_or_default(),
        };
        let asked = Query { text: &query, mode: mode.into(), scope: &scope, limit };
        let hits = search::search(app(ctx), viewer, &asked).await.map_err(to_graphql)?;
        Ok(SearchResult { hits: hits.into_iter().map(Into::into).collect() })
    }
}

/// The documents of both lists, where none is all.
fn in_both(one: Option<Vec<DocumentId>>, other: Option<Vec<DocumentId>>) -> Option<Vec<DocumentId>> {
    match (one, other) {
        (Some(mut one), Some(other)) => {
            one.retain(|document| other.contains(document));
            Some(one)
        }
        (one, other) => one.or(other),
    }
}
