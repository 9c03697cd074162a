//! Themes of weeks as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::courses::themes::model;
use crate::graphql::scalars::id;
use crate::ids::{ChunkId, DocumentId, ThemeId};

/// Where a theme comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ThemeOrigin")]
pub enum ThemeOrigin {
    /// From those who teach. It stays until they change it.
    Written,
    /// From the readings. It is replaced when they change.
    Extracted,
}

/// What is talked about in a week.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Theme {
    /// Opaque, and the same for as long as the week has the theme.
    pub id: ID,
    /// What it is called.
    pub title: String,
    /// An open question that begins a talk about it. Null when nobody has written one.
    pub question: Option<String>,
    /// Where it comes from.
    pub origin: ThemeOrigin,
    #[graphql(skip)]
    pub key: ThemeId,
}

impl From<model::Theme> for Theme {
    fn from(row: model::Theme) -> Self {
        Self { id: id(row.id), title: row.title, question: row.question, origin: row.origin.into(), key: row.id }
    }
}

/// Where in the readings a theme is found.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct ThemeSpan {
    /// The words, exactly as they stand there.
    pub quote: String,
    /// The page, from 1. Null where the document has no pages.
    pub page: Option<i32>,
    /// Where the quote starts in the document's text, in characters.
    pub start_char: i32,
    /// Where it ends, in characters.
    pub end_char: i32,
    #[graphql(skip)]
    pub document_key: DocumentId,
    #[graphql(skip)]
    pub chunk_key: Option<ChunkId>,
}

impl From<model::ThemeSpan> for ThemeSpan {
    fn from(row: model::ThemeSpan) -> Self {
        Self {
            quote: row.quote,
            page: row.page,
            start_char: row.start_char,
            end_char: row.end_char,
            document_key: row.document_id,
            chunk_key: row.chunk_id,
        }
    }
}

/// How an extraction of themes stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ExtractionStatus")]
pub enum ThemeExtractionStatus {
    /// The readings are being read.
    Pending,
    /// The themes are there.
    Ready,
    /// Nothing was found.
    Failed,
}

/// How themes were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ExtractionMethod")]
pub enum ThemeExtractionMethod {
    /// A model read all passages of the readings.
    Model,
    /// By the phrases that the passages share (C-value), where there is no model, or it gave nothing that held.
    KeyPhrases,
}

/// The newest extraction of a week's themes.
#[derive(Debug, Clone, SimpleObject)]
pub struct ThemeExtraction {
    /// How it stands.
    pub status: ThemeExtractionStatus,
    /// How the themes were found. Null while it is pending.
    pub method: Option<ThemeExtractionMethod>,
    /// How many themes were asked for.
    pub count: i32,
    /// When it was asked for, or the readings changed.
    pub requested_at: DateTime<Utc>,
    /// When it ended. Null while it is pending.
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<model::Extraction> for ThemeExtraction {
    fn from(row: model::Extraction) -> Self {
        Self {
            status: row.status.into(),
            method: row.method.map(Into::into),
            count: row.wanted,
            requested_at: row.requested_at,
            ended_at: row.ended_at,
        }
    }
}

/// A week whose themes are to be found.
#[derive(Debug, InputObject)]
pub struct ExtractThemesInput {
    /// The week.
    pub week_id: ID,
    /// How many themes to find, 1 to 10. Null for 5.
    pub count: Option<i32>,
    /// Whether to read again what was read before. Null for false: themes that were found in the same readings are kept.
    pub again: Option<bool>,
}
