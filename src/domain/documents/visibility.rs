//! Who may see which documents, said once: every statement that reads documents for a person goes through here.
//!
//! A document is its owner's ([`owned_by()`]), who alone lists, changes and attaches it. It may be read besides as a reading
//! of a course ([`visible_to`]): by the members of the course, by students only while its week is open. Nothing is copied
//! when a right is given, so that it ends with the membership, the week, the course or the document, at that moment.

use chrono::{DateTime, Utc};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};

use crate::db::schema::documents;
use crate::ids::UserId;

/// The documents that are `owner`'s and not deleted. An administrator has no more.
#[diesel::dsl::auto_type]
pub fn owned_by(owner: UserId) -> _ {
    documents::deleted_at.is_null().and(documents::owner_id.eq(owner))
}

/// The same in SQL for statements that Diesel cannot write, over `documents d`; the owner's id goes right behind.
pub const OWNED_BY: &str = "d.deleted_at IS NULL AND d.owner_id = ";

/// The documents that somebody may read at a moment: their own, and the readings of weeks that are open to them.
#[derive(Debug, Clone, Copy)]
pub struct VisibleTo {
    viewer: UserId,
    now: DateTime<Utc>,
}

/// See [`VisibleTo`].
#[must_use]
pub const fn visible_to(viewer: UserId, now: DateTime<Utc>) -> VisibleTo {
    VisibleTo { viewer, now }
}

/// The rows of `week_documents` whose week somebody may read at a moment.
#[derive(Debug, Clone, Copy)]
pub struct InOpenWeek(VisibleTo);

/// See [`InOpenWeek`].
#[must_use]
pub const fn in_open_week(viewer: UserId, now: DateTime<Utc>) -> InOpenWeek {
    InOpenWeek(VisibleTo { viewer, now })
}

impl VisibleTo {
    /// Writes the condition over a table of documents of that name, for statements that Diesel cannot write.
    pub fn write_over<'b>(&'b self, table: &str, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for text in ["(", table, ".deleted_at IS NULL AND (", table, ".owner_id = "] {
            out.push_sql(text);
        }
        out.push_bind_param::<SqlUuid, _>(&self.viewer)?;
        // What belongs to somebody who has left is out of everybody's sight.
        for text in [
            " OR (EXISTS (SELECT FROM users WHERE users.id = ",
            table,
            ".owner_id AND users.deleted_at IS NULL) AND EXISTS (SELECT FROM week_documents WHERE \
             week_documents.document_id = ",
            table,
            ".id AND ",
        ] {
            out.push_sql(text);
        }
        self.week_is_open(out)?;
        out.push_sql("))))");
        Ok(())
    }

    /// Over `week_documents`: the week's course has the viewer for a member, and the week is open to them.
    fn week_is_open<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "EXISTS (SELECT FROM weeks w JOIN courses c ON c.id = w.course_id JOIN course_members m ON m.course_id = c.id \
             WHERE w.id = week_documents.week_id AND c.deleted_at IS NULL AND m.user_id = ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.viewer)?;
        out.push_sql(" AND (m.role <> 'STUDENT' OR ((w.opens_at IS NULL OR w.opens_at <= ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(") AND (w.closes_at IS NULL OR w.closes_at > ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql("))))");
        Ok(())
    }
}

impl QueryFragment<Pg> for VisibleTo {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.write_over("documents", &mut out)
    }
}

impl QueryFragment<Pg> for InOpenWeek {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.week_is_open(&mut out)
    }
}

/// What Diesel asks of a condition with a text that never changes.
macro_rules! condition {
    ($($name:ident)+) => {$(
        impl Expression for $name {
            type SqlType = Bool;
        }

        impl QueryId for $name {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl<GroupBy> ValidGrouping<GroupBy> for $name {
            type IsAggregate = is_aggregate::No;
        }

        impl<From> AppearsOnTable<From> for $name {}
        impl<From> SelectableExpression<From> for $name {}
    )+};
}

condition!(VisibleTo InOpenWeek);
