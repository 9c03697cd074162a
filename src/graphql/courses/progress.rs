//! How a class is doing, as data.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};

use super::loaders::WeekById;
use super::types::Week;
use crate::domain::courses::tutoring::model;
use crate::domain::courses::tutoring::progress::Row;
use crate::graphql::documents::loaders::DocumentById;
use crate::graphql::documents::types::Document;
use crate::graphql::loader::load;
use crate::graphql::scalars::{Decimal, id};
use crate::ids::{DocumentId, WeekId};

/// What a student did in the tutoring sessions about one week; trials of those who teach are left out.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct TutoringProgress {
    /// The number of the week when the sessions began.
    pub week_number: i32,
    /// What the week was called then. Null when it had no title.
    pub week_title: Option<String>,
    /// The account of the student.
    pub student_id: ID,
    /// The student's name, or else the name that they sign in with. Null when they have neither.
    pub student_name: Option<String>,
    /// Sessions that were begun.
    pub sessions: i32,
    /// How long they took in all, in seconds; of one that goes on, the time so far.
    pub seconds: i32,
    /// Themes that were talked about, by name.
    pub themes: Vec<String>,
    /// What the student said, as messages that are still there.
    pub statements: i32,
    /// Those of them that end with a question mark.
    pub questions: i32,
    /// What was held back, but what was dismissed and what could not be looked into.
    pub flags: i32,
    /// The readings that the tutor cited, the most cited first.
    pub readings_cited: Vec<CitedReading>,
    /// What models cost for them by list prices; those without a known price count nothing.
    pub cost_usd: Decimal,
    /// When the last of them began.
    pub last_session_at: DateTime<Utc>,
    #[graphql(skip)]
    pub week_key: Option<WeekId>,
}

impl From<Row> for TutoringProgress {
    fn from(Row { progress, cited }: Row) -> Self {
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            week_number: progress.week_number,
            week_title: progress.week_title,
            student_id: id(progress.student_id),
            student_name: progress.student_name,
            sessions: count(progress.sessions),
            seconds: count(progress.seconds),
            themes: progress.themes,
            statements: count(progress.statements),
            questions: count(progress.questions),
            flags: count(progress.flags),
            readings_cited: cited.into_iter().map(CitedReading::from).collect(),
            cost_usd: Decimal(progress.cost_usd.unwrap_or_else(|| BigDecimal::from(0))),
            last_session_at: progress.last_at,
            week_key: progress.week_id,
        }
    }
}

#[ComplexObject]
impl TutoringProgress {
    /// The week. Null once it is gone.
    async fn week(&self, ctx: &Context<'_>) -> Result<Option<Week>> {
        let Some(key) = self.week_key else { return Ok(None) };
        Ok(load::<WeekById>(ctx, key).await?.map(Week::from))
    }
}

/// How often a reading was cited.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct CitedReading {
    /// How often.
    pub citations: i32,
    #[graphql(skip)]
    pub document_key: DocumentId,
}

impl From<model::CitedReading> for CitedReading {
    fn from(row: model::CitedReading) -> Self {
        Self { citations: i32::try_from(row.citations).unwrap_or(i32::MAX), document_key: row.document_id }
    }
}

#[ComplexObject]
impl CitedReading {
    /// The reading. Null when you may not read it any more.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        Ok(load::<DocumentById>(ctx, self.document_key).await?.map(Document::from))
    }
}
