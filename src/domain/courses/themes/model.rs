//! Rows and enums of themes.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::db::schema::{theme_extractions, theme_spans, themes};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, DocumentId, GenerationId, ThemeId, WeekId};

/// How long an extraction may be pending: no run and no job takes so long with all its tries.
pub const PATIENCE: TimeDelta = TimeDelta::hours(6);

/// Where a theme comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ThemeOrigin {
    /// From those who teach, who keep it.
    Written,
    /// From the readings; replaced when they change.
    Extracted,
}

crate::db::enums::text_enum!(ThemeOrigin { Written => "WRITTEN", Extracted => "EXTRACTED" });

/// How an extraction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ExtractionStatus {
    Pending,
    Ready,
    Failed,
}

crate::db::enums::text_enum!(ExtractionStatus { Pending => "PENDING", Ready => "READY", Failed => "FAILED" });

/// How themes were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ExtractionMethod {
    /// A model read all passages.
    Model,
    /// By what words the passages share, without a model.
    KeyPhrases,
}

crate::db::enums::text_enum!(ExtractionMethod { Model => "MODEL", KeyPhrases => "KEY_PHRASES" });

/// What is talked about in a week.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = themes, check_for_backend(diesel::pg::Pg))]
pub struct Theme {
    pub id: ThemeId,
    pub week_id: WeekId,
    /// From 0.
    pub position: i32,
    pub title: String,
    /// An open question that begins a talk about it.
    pub question: Option<String>,
    pub origin: ThemeOrigin,
    pub created_at: DateTime<Utc>,
}

/// Where in the readings a theme is found.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = theme_spans, check_for_backend(diesel::pg::Pg))]
pub struct ThemeSpan {
    pub theme_id: ThemeId,
    pub position: i32,
    pub document_id: DocumentId,
    pub chunk_id: Option<ChunkId>,
    /// From 1; `None` where the document has no pages.
    pub page: Option<i32>,
    /// In the text of the document, in characters.
    pub start_char: i32,
    pub end_char: i32,
    pub quote: String,
}

/// The newest extraction of a week.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = theme_extractions, treat_none_as_null = true, check_for_backend(diesel::pg::Pg))]
pub struct Extraction {
    pub week_id: WeekId,
    /// How many themes were asked for.
    pub wanted: i32,
    /// Of what was read.
    pub content_hash: Vec<u8>,
    pub status: ExtractionStatus,
    /// `None` until it has ended.
    pub method: Option<ExtractionMethod>,
    pub generation_id: Option<GenerationId>,
    pub requested_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// A passage of a reading, under the number that it has for a model: its place in the week, from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    pub number: u32,
    pub document_id: DocumentId,
    pub chunk_id: ChunkId,
    /// Title of the document.
    pub title: String,
    pub page: Option<i32>,
    pub start_char: i32,
    pub content: String,
    pub tokens: u32,
}

/// A theme that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub title: String,
    pub question: Option<String>,
    pub spans: Vec<FoundSpan>,
}

/// A span that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSpan {
    pub document_id: DocumentId,
    pub chunk_id: ChunkId,
    pub page: Option<i32>,
    pub start_char: i32,
    pub end_char: i32,
    pub quote: String,
}

/// What an extraction is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub week: WeekId,
    /// How many themes are wanted.
    pub wanted: i32,
    /// Hexadecimal SHA-256 of what is to be read: what is found in anything else counts for nothing.
    pub hash: String,
}

impl Task {
    /// # Errors
    /// When the hash is none.
    pub fn hash(&self) -> Result<Vec<u8>> {
        hex::decode(&self.hash).map_err(Error::internal)
    }
}
