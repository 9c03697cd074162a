//! The documents that a search may look at, as SQL: what the person may see, narrowed by the scope.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::AstPass;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};

use super::query::Scope;
use crate::domain::documents::visibility::{OWNED_BY, VisibleTo, visible_to};
use crate::ids::{DocumentId, UserId};

/// Documents named in a scope up to which the index itself is asked for them.
const MAX_MARKED: usize = 64;

/// Who searches where.
#[derive(Debug, Clone)]
pub struct Searched {
    viewer: UserId,
    /// Set for readings, which are named, and may be anybody's.
    readings: Option<VisibleTo>,
    documents: Option<Vec<DocumentId>>,
    category: Option<String>,
    jurisdiction: Option<String>,
    practice_area: Option<String>,
    keywords: Option<Vec<String>>,
}

impl Searched {
    #[must_use]
    pub fn new(viewer: UserId, now: DateTime<Utc>, scope: &Scope) -> Self {
        // A NUL is in no column, and Postgres takes none in a text.
        let clean = |text: &String| text.replace('\0', "\u{FFFD}");
        Self {
            viewer,
            readings: scope.of_readings.then(|| visible_to(viewer, now)),
            documents: if scope.of_readings {
                scope.documents.clone().or(Some(Vec::new()))
            } else {
                scope.documents.clone()
            },
            category: scope.category.as_ref().map(clean),
            jurisdiction: scope.jurisdiction.as_ref().map(clean),
            practice_area: scope.practice_area.as_ref().map(clean),
            keywords: (!scope.keywords.is_empty()).then(|| scope.keywords.iter().map(clean).collect()),
        }
    }

    #[must_use]
    pub const fn viewer(&self) -> UserId {
        self.viewer
    }

    /// The readings that are searched; `None` for a search of one's own.
    #[must_use]
    pub fn readings(&self) -> Option<&[DocumentId]> {
        self.readings.and(self.documents.as_deref())
    }

    /// The marks in `chunks.terms` that a passage in scope has: its owner's, and one of these documents'. Readings are
    /// known by the latter alone.
    #[must_use]
    pub fn marks(&self) -> (Option<String>, Vec<String>) {
        let is_own = self.readings.is_none();
        let documents = self.documents.as_ref().filter(|documents| !is_own || documents.len() <= MAX_MARKED);
        let documents = documents.map(|ids| ids.iter().map(|id| document_mark(*id)).collect()).unwrap_or_default();
        (is_own.then(|| owner_mark(self.viewer)), documents)
    }

    /// Writes the condition over `documents d`.
    pub(super) fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let Some(visible) = &self.readings {
            visible.write_over("d", out)?;
        } else {
            out.push_sql(OWNED_BY);
            out.push_bind_param::<SqlUuid, _>(&self.viewer)?;
        }
        out.push_sql(" AND (");
        out.push_bind_param::<Nullable<Array<SqlUuid>>, _>(&self.documents)?;
        out.push_sql(" IS NULL OR d.id = ANY (");
        out.push_bind_param::<Nullable<Array<SqlUuid>>, _>(&self.documents)?;
        out.push_sql("))");
        for (column, value) in
            [("category", &self.category), ("jurisdiction", &self.jurisdiction), ("practice_area", &self.practice_area)]
        {
            out.push_sql(" AND (");
            out.push_bind_param::<Nullable<Text>, _>(value)?;
            out.push_sql(" IS NULL OR d.");
            out.push_sql(column);
            out.push_sql(" = ");
            out.push_bind_param::<Nullable<Text>, _>(value)?;
            out.push_sql(")");
        }
        out.push_sql(" AND (");
        out.push_bind_param::<Nullable<Array<Text>>, _>(&self.keywords)?;
        out.push_sql(" IS NULL OR d.keywords && ");
        out.push_bind_param::<Nullable<Array<Text>>, _>(&self.keywords)?;
        out.push_sql(")");
        Ok(())
    }
}

/// The mark of an owner's passages in `chunks.terms`; no word begins with such a sign.
#[must_use]
pub fn owner_mark(owner: UserId) -> String {
    format!("@{}", owner.uuid().simple())
}

/// The mark of a document's passages.
#[must_use]
pub fn document_mark(document: DocumentId) -> String {
    format!("#{}", document.uuid().simple())
}
