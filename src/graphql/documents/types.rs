//! Documents, passages and hits as data.

use async_graphql::{Enum, ID, InputObject, Json, MaybeUndefined, SimpleObject, Upload};
use chrono::{DateTime, Utc};

use crate::domain::documents::model;
use crate::domain::documents::retrieval::query;
use crate::graphql::scalars::{changed, id};
use crate::ids::{DocumentId, UserId};

/// How far the reading of a document has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ProcessingStatus")]
pub enum ProcessingStatus {
    /// Waits for a worker.
    Pending,
    /// Is being read.
    Processing,
    /// Can be searched: by words, and by meaning as soon as its passages have vectors.
    Ready,
    /// Gave no text; `error` says why.
    Failed,
}

/// Why a document gave no text.
#[derive(Debug, Clone, SimpleObject)]
pub struct ProcessingError {
    /// A stable code: EXTRACT_TIMEOUT, EXTRACT_MEMORY, EXTRACT_CRASHED, ENCRYPTED, CORRUPT, EMPTY, TOO_LARGE,
    /// UNSUPPORTED or PROCESSING_FAILED.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

/// An uploaded file.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Document {
    /// Opaque, and the same for the life of the document.
    pub id: ID,
    /// The file's name as it was uploaded, without folders and control characters.
    pub filename: String,
    /// The kind of file, found in its bytes.
    pub media_type: String,
    /// Size of the file, in bytes. Above 2,147,483,647 that number.
    pub byte_size: i32,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How far the reading has come.
    pub status: ProcessingStatus,
    /// How far the reading has come, 0 to 1.
    pub progress: f64,
    /// Why there is no text. Null unless status is FAILED.
    pub error: Option<ProcessingError>,
    /// Null until read, and where the format has no pages.
    pub page_count: Option<i32>,
    /// Length of the text in Unicode scalar values. Null until read.
    pub char_count: Option<i32>,
    /// How many passages the text was cut into; 0 until then.
    pub chunk_count: i32,
    /// True when the file held more text than this installation keeps.
    pub is_truncated: bool,
    /// Language of the text by its ISO 639-3 code. Null until read, and where it is not clear.
    pub language: Option<String>,
    /// The title that a person gave, or else the file's own. Null when there is neither.
    pub title: Option<String>,
    /// What kind of document it is, in its owner's words. Null when not given.
    pub category: Option<String>,
    /// The law that it belongs to. Null when not given.
    pub jurisdiction: Option<String>,
    /// The field of practice that it belongs to. Null when not given.
    pub practice_area: Option<String>,
    /// Its owner's keywords.
    pub keywords: Vec<String>,
    /// What else clients keep about it: a JSON object.
    pub metadata: Json<serde_json::Value>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When something about it was last changed, progress included.
    pub updated_at: DateTime<Utc>,
    /// When its reading ended. Null until then.
    pub processed_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub key: DocumentId,
    #[graphql(skip)]
    pub owner_key: UserId,
}

impl From<model::Document> for Document {
    fn from(row: model::Document) -> Self {
        let error = row.error_code.map(|code| ProcessingError { code, message: row.error_message.unwrap_or_default() });
        Self {
            id: id(row.id),
            filename: row.filename,
            media_type: row.media_type,
            byte_size: i32::try_from(row.byte_size).unwrap_or(i32::MAX),
            sha256: hex::encode(row.sha256),
            status: row.status.into(),
            progress: f64::from(row.progress),
            error,
            page_count: row.page_count,
            char_count: row.char_count,
            chunk_count: row.chunk_count,
            is_truncated: row.is_truncated,
            language: row.language,
            title: row.title,
            category: row.category,
            jurisdiction: row.jurisdiction,
            practice_area: row.practice_area,
            keywords: row.keywords,
            metadata: Json(row.metadata),
            created_at: row.created_at,
            updated_at: row.updated_at,
            processed_at: row.processed_at,
            key: row.id,
            owner_key: row.owner_id,
        }
    }
}

/// A passage: exactly the document's text from `startChar` to `endChar`.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Chunk {
    /// Opaque. A document that is read anew has new passages.
    pub id: ID,
    /// Its place among the document's passages, from 0.
    pub index: i32,
    /// Its text.
    pub content: String,
    /// Where it begins in the document's text, in Unicode scalar values.
    pub start_char: i32,
    /// Where it ends, the character there not included.
    pub end_char: i32,
    /// The page on which it begins, from 1. Null where the format has no pages.
    pub page: Option<i32>,
    /// About how many tokens of a language model it takes.
    pub token_count: i32,
    #[graphql(skip)]
    pub document_key: DocumentId,
}

impl From<model::Chunk> for Chunk {
    fn from(row: model::Chunk) -> Self {
        Self {
            id: id(row.id),
            index: row.position,
            content: row.content,
            start_char: row.start_char,
            end_char: row.end_char,
            page: row.page,
            token_count: row.token_count,
            document_key: row.document_id,
        }
    }
}

/// By what passages are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "query::SearchMode")]
pub enum SearchMode {
    /// By their words.
    Keyword,
    /// By their meaning. UPSTREAM_UNAVAILABLE while there is no embedding model.
    Semantic,
    /// By both; by words alone while there is no embedding model.
    Hybrid,
}

/// A passage that was found.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct SearchHit {
    /// The passage.
    pub chunk: Chunk,
    /// How well it fits, 0 to 1; comparable within one search only.
    pub score: f64,
    /// Its rank by words, from 1. Null when no word fits, or the mode does not look at words.
    pub keyword_rank: Option<i32>,
    /// Its rank by meaning, from 1. Null when it is not among the nearest, or the mode does not look at meaning.
    pub semantic_rank: Option<i32>,
    /// The sentences that fit best: plain text of at most 240 characters each.
    pub highlights: Vec<String>,
}

impl From<query::Hit> for SearchHit {
    fn from(hit: query::Hit) -> Self {
        Self {
            chunk: hit.chunk.into(),
            score: f64::from(hit.score),
            keyword_rank: hit.keyword_rank,
            semantic_rank: hit.semantic_rank,
            highlights: hit.highlights,
        }
    }
}

/// What a search found.
#[derive(Debug, Clone, SimpleObject)]
pub struct SearchResult {
    /// Best first.
    pub hits: Vec<SearchHit>,
}

/// Where to search: among your own documents, or in a course; each field narrows it further.
#[derive(Debug, Clone, Default, InputObject)]
pub struct SearchScopeInput {
    /// Only documents that are attached to this conversation of yours; where none is attached, all, as for its replies.
    /// Null for all.
    pub conversation_id: Option<ID>,
    /// Only what you may read in this course of yours: the readings of its open weeks, whoever owns them. Null for your own
    /// documents.
    pub course_id: Option<ID>,
    /// Only what you may read in this week of a course of yours. Null for your own documents.
    pub week_id: Option<ID>,
    /// Only these documents. Null for all, an empty list for none.
    pub document_ids: Option<Vec<ID>>,
    /// Only documents of this category. Null for all.
    pub category: Option<String>,
    /// Only documents of this jurisdiction. Null for all.
    pub jurisdiction: Option<String>,
    /// Only documents of this practice area. Null for all.
    pub practice_area: Option<String>,
    /// Only documents with any of these keywords. Null or empty for all.
    pub keywords: Option<Vec<String>>,
}

/// Which documents to list.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DocumentFilter {
    /// Only those that have come so far. Null for all.
    pub status: Option<ProcessingStatus>,
    /// Only those of this category. Null for all.
    pub category: Option<String>,
    /// Only those of this jurisdiction. Null for all.
    pub jurisdiction: Option<String>,
    /// Only those of this practice area. Null for all.
    pub practice_area: Option<String>,
    /// Only those with this keyword. Null for all.
    pub keyword: Option<String>,
    /// Only those with this text in their title or file name, in any case. Null for all.
    pub search: Option<String>,
}

impl From<DocumentFilter> for model::DocumentFilter {
    fn from(filter: DocumentFilter) -> Self {
        Self {
            status: filter.status.map(Into::into),
            category: filter.category,
            jurisdiction: filter.jurisdiction,
            practice_area: filter.practice_area,
            keyword: filter.keyword,
            search: filter.search,
        }
    }
}

/// Files to take in.
#[derive(InputObject)]
pub struct UploadDocumentsInput {
    /// The files, sent as parts of a multipart request. All are taken in, or none.
    pub files: Vec<Upload>,
}

/// What to change about a document. A field that is left out stays, one that is null is emptied.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateDocumentInput {
    /// The document.
    pub id: ID,
    /// At most 300 characters.
    pub title: MaybeUndefined<String>,
    /// At most 100 characters.
    pub category: MaybeUndefined<String>,
    /// At most 100 characters.
    pub jurisdiction: MaybeUndefined<String>,
    /// At most 100 characters.
    pub practice_area: MaybeUndefined<String>,
    /// At most 50 of at most 100 characters each.
    pub keywords: MaybeUndefined<Vec<String>>,
    /// A JSON object of at most 16 KiB.
    pub metadata: MaybeUndefined<Json<serde_json::Value>>,
}

impl From<UpdateDocumentInput> for model::DocumentChange {
    fn from(input: UpdateDocumentInput) -> Self {
        let metadata = input.metadata.map_value(|Json(value)| value);
        Self {
            title: changed(input.title),
            category: changed(input.category),
            jurisdiction: changed(input.jurisdiction),
            practice_area: changed(input.practice_area),
            keywords: changed(input.keywords).map(Option::unwrap_or_default),
            metadata: changed(metadata).map(|value| value.unwrap_or_else(|| serde_json::json!({}))),
        }
    }
}

/// A document to act on.
#[derive(Debug, Clone, InputObject)]
pub struct DocumentInput {
    /// The document.
    pub id: ID,
}

/// Documents that were taken in.
#[derive(Debug, Clone, SimpleObject)]
pub struct UploadDocumentsPayload {
    /// In the order of the files. Follow their reading with `documentProgress`.
    pub documents: Vec<Document>,
}

/// A document that was changed.
#[derive(Debug, Clone, SimpleObject)]
pub struct DocumentPayload {
    /// As it is now.
    pub document: Document,
}

/// A document that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteDocumentPayload {
    /// The id of what is gone.
    pub id: ID,
}
