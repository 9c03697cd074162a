//! Rows and enums of documents.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::schema::{chunks, documents};
use crate::extraction::media::MediaKind;
use crate::ids::{ChunkId, DocumentId, UserId};

/// How far the reading of a document has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ProcessingStatus {
    /// Waits for a worker.
    Pending,
    /// Is being read.
    Processing,
    /// Can be searched: by words, and by meaning as soon as its passages have vectors.
    Ready,
    /// Gave no text; the error says why.
    Failed,
}

crate::db::enums::text_enum!(ProcessingStatus {
    Pending => "PENDING",
    Processing => "PROCESSING",
    Ready => "READY",
    Failed => "FAILED",
});

impl ProcessingStatus {
    /// Whether nothing more will happen by itself.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Ready | Self::Failed)
    }
}

/// An uploaded file, without its text.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = documents, check_for_backend(diesel::pg::Pg))]
pub struct Document {
    pub id: DocumentId,
    pub owner_id: UserId,
    /// As the person named it, cleaned; never a path.
    pub filename: String,
    /// Found in the bytes.
    pub media_type: String,
    pub byte_size: i64,
    /// Of the bytes, computed here.
    pub sha256: Vec<u8>,
    pub storage_key: String,
    pub status: ProcessingStatus,
    /// 0 to 1.
    pub progress: f32,
    /// Set while FAILED: a stable code.
    pub error_code: Option<String>,
    /// Set while FAILED: a sentence for the owner.
    pub error_message: Option<String>,
    pub title: Option<String>,
    pub category: Option<String>,
    pub jurisdiction: Option<String>,
    pub practice_area: Option<String>,
    pub keywords: Vec<String>,
    /// A JSON object.
    pub metadata: serde_json::Value,
    /// `None` until read, and where the format has no pages.
    pub page_count: Option<i32>,
    /// In Unicode scalar values; `None` until read.
    pub char_count: Option<i32>,
    pub chunk_count: i32,
    /// Whether the text was longer than this installation keeps.
    pub is_truncated: bool,
    /// ISO 639-3; `None` until read, and where it is not clear.
    pub language: Option<String>,
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub processed_at: Option<DateTime<Utc>>,
}

impl Document {
    /// The title, or the file's name where there is none.
    #[must_use]
    pub fn display_title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.filename)
    }

    /// The kind of file; `None` for one that an other version of the product took.
    #[must_use]
    pub fn kind(&self) -> Option<MediaKind> {
        MediaKind::ALL.into_iter().find(|kind| kind.mime() == self.media_type)
    }
}

/// A document that was just stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = documents)]
pub struct NewDocument {
    pub id: DocumentId,
    pub owner_id: UserId,
    pub filename: String,
    pub media_type: &'static str,
    pub byte_size: i64,
    pub sha256: Vec<u8>,
    pub storage_key: String,
    pub status: ProcessingStatus,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a person may change; `None` leaves a field, `Some(None)` empties it.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = documents)]
pub struct DocumentChange {
    pub title: Option<Option<String>>,
    pub category: Option<Option<String>>,
    pub jurisdiction: Option<Option<String>>,
    pub practice_area: Option<Option<String>>,
    pub keywords: Option<Vec<String>>,
    pub metadata: Option<serde_json::Value>,
}

/// A passage: `content` is exactly the document's text from `start_char` to `end_char`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = chunks, check_for_backend(diesel::pg::Pg))]
pub struct Chunk {
    pub id: ChunkId,
    pub document_id: DocumentId,
    /// From 0, in the order of the text.
    pub position: i32,
    pub content: String,
    /// In Unicode scalar values from the start of the document's text.
    pub start_char: i32,
    pub end_char: i32,
    /// The page on which it begins, from 1; `None` where the format has no pages.
    pub page: Option<i32>,
    /// About how many tokens of a language model it takes.
    pub token_count: i32,
}

/// Which of one's documents to list; empty fields leave the list as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    pub status: Option<ProcessingStatus>,
    pub category: Option<String>,
    pub jurisdiction: Option<String>,
    pub practice_area: Option<String>,
    /// Documents that have this keyword among theirs.
    pub keyword: Option<String>,
    /// Documents with this text in their title or file name, in any case.
    pub search: Option<String>,
}
