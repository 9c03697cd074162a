//! The steps from a file to passages that can be found: text, passages, vectors.
//!
//! Each step writes what it made in one transaction and is left out when that is there already, so a reading that was
//! broken off anywhere is simply begun again. Every write holds only while the document is still wanted in this revision.

use std::collections::BTreeMap;

use super::chunk::{ChunkSpan, chunk};
use super::model::{Document, ProcessingStatus};
use super::retrieval::corpus_store;
use super::retrieval::ranking::Corpus;
use super::retrieval::scope_sql::{document_mark, owner_mark};
use super::retrieval::terms::{Analyzer, TermCounts, language_of};
use super::store_chunks::NewChunk;
use super::store_work::{Reading, StepChange};
use super::{store_chunks, store_embeddings, store_texts, store_work, vector_costs};
use crate::ai::chat::tokens;
use crate::ai::embed::embedder::{Embedder, Purpose};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::db::types::Vector;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::extraction::report::{Extracted, PageStart};
use crate::ids::ChunkId;
use crate::storage::key::ObjectKey;

/// Progress once a worker has begun, once the text is there, once the passages are; the vectors are the rest.
const BEGUN: f32 = 0.05;
const TEXT_THERE: f32 = 0.3;
const CHUNKS_THERE: f32 = 0.4;

/// Why a reading ended before its end.
#[derive(Debug)]
pub enum Stop {
    /// The document was deleted or is to be read anew: nothing is left to do.
    Unwanted,
    /// The file is at fault: a stable code, and a sentence for its owner.
    File { code: String, message: String },
    /// Something else is at fault while the words can be found already.
    WithoutVectors(Error),
    /// Something else is at fault.
    Other(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

type Step<T> = Result<T, Stop>;

/// How far a reading got that ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    Whole,
    /// There was no embedding model: the passages have no vectors.
    WithoutModel,
}

/// Takes a document through all steps that are not done yet.
pub async fn read(app: &App, reading: Reading) -> Step<Read> {
    let document = store_work::find(&*app.db.write().await?, reading).await?.ok_or(Stop::Unwanted)?;
    if document.status.is_ended() {
        return Ok(Read::Whole);
    }
    if document.status == ProcessingStatus::Pending {
        advance(
            app,
            reading,
            StepChange { status: Some(ProcessingStatus::Processing), progress: Some(BEGUN), ..StepChange::default() },
        )
        .await?;
    }
    let stored = store_texts::find(&*app.db.write().await?, reading.document).await?;
    let (text, pages) = match stored {
        Some(stored) => stored,
        None => extract(app, reading, &document).await?,
    };
    let document = store_work::find(&*app.db.write().await?, reading).await?.ok_or(Stop::Unwanted)?;
    if document.chunk_count == 0 {
        cut(app, reading, document, text, pages).await?;
    }
    let embedder = app.embedder.borrow().clone();
    if let Some(embedder) = &embedder {
        embed(app, reading, embedder.as_ref()).await?;
    }
    finish(app, reading).await?;
    Ok(if embedder.is_some() { Read::Whole } else { Read::WithoutModel })
}

/// Ends a reading: the document can be searched.
pub async fn finish(app: &App, reading: Reading) -> Step<()> {
    advance(
        app,
        reading,
        StepChange {
            status: Some(ProcessingStatus::Ready),
            progress: Some(1.0),
            processed_at: Some(app.clock.now()),
            ..StepChange::default()
        },
    )
    .await
}

/// Ends a reading that failed for good.
pub async fn fail(app: &App, reading: Reading, code: String, message: String) -> Step<()> {
    advance(
        app,
        reading,
        StepChange {
            status: Some(ProcessingStatus::Failed),
            error_code: Some(Some(code)),
            error_message: Some(Some(message)),
            processed_at: Some(app.clock.now()),
            ..StepChange::default()
        },
    )
    .await
}

/// Writes down how far it is, and tells.
async fn advance(app: &App, reading: Reading, change: StepChange) -> Step<()> {
    let mut conn = app.db.write().await?;
    let wanted = conn
        .transaction(async |conn| {
            let wanted = store_work::step(conn, reading, &change, app.clock.now()).await?;
            if wanted {
                app.bus.publish(conn, &Fact::DocumentProgressed { document: reading.document }).await?;
            }
            Ok::<_, Error>(wanted)
        })
        .await?;
    if wanted { Ok(()) } else { Err(Stop::Unwanted) }
}

/// The text out of the file, stored.
async fn extract(app: &App, reading: Reading, document: &Document) -> Step<(String, Vec<i32>)> {
    let kind = document.kind().ok_or_else(|| Stop::File {
        code: "UNSUPPORTED".to_owned(),
        message: "Files of this kind are no longer read.".to_owned(),
    })?;
    let key: ObjectKey = document.storage_key.parse().map_err(Error::internal)?;
    let file = app.storage.open_file(&key).await?;
    let extracted = match app.extractor.extract(kind, file).await {
        Ok(extracted) => extracted,
        Err(error) if error.code.is_temporary() => return Err(Stop::Other(Error::unavailable(error.message))),
        Err(error) => return Err(Stop::File { code: error.code.as_str().to_owned(), message: error.message }),
    };
    if extracted.text.trim().is_empty() {
        let message = "This file holds no text.".to_owned();
        return Err(Stop::File { code: "EMPTY".to_owned(), message });
    }
    let Extracted { text, pages, title, truncated } = extracted;
    let (text, char_count, language) = tokio::task::spawn_blocking(move || {
        let (count, language) = (text.chars().count(), language_of(&text));
        (text, count, language)
    })
    .await
    .map_err(Error::internal)?;
    let page_starts = page_starts(&pages)?;
    let change = StepChange {
        progress: Some(TEXT_THERE),
        page_count: Some((!page_starts.is_empty()).then_some(integer(page_starts.len())?)),
        char_count: Some(integer(char_count)?),
        is_truncated: Some(truncated),
        language: Some(language.map(|language| language.code().to_owned())),
        // A title that a person gave stays.
        title: if document.title.is_none() { title.filter(|title| !title.trim().is_empty()) } else { None },
        ..StepChange::default()
    };
    let mut conn = app.db.write().await?;
    let wanted = conn
        .transaction(async |conn| {
            let Some(document) = store_work::lock(conn, reading).await? else { return Ok(false) };
            let change =
                StepChange { title: change.title.clone().filter(|_| document.title.is_none()), ..change.clone() };
            store_texts::put(conn, reading.document, &text, &page_starts).await?;
            store_work::step(conn, reading, &change, app.clock.now()).await?;
            app.bus.publish(conn, &Fact::DocumentProgressed { document: reading.document }).await?;
            Ok::<_, Error>(true)
        })
        .await?;
    if wanted { Ok((text, page_starts)) } else { Err(Stop::Unwanted) }
}

/// The first character of each page from page 1 on; a page that the reader left out starts where the next one does.
fn page_starts(pages: &[PageStart]) -> Result<Vec<i32>> {
    let mut starts: Vec<i32> = Vec::new();
    for found in pages {
        let start = integer(found.start_char)?;
        let page = usize::try_from(found.page).map_err(Error::internal)?;
        while starts.len() < page {
            starts.push(start);
        }
    }
    Ok(starts)
}

fn integer(number: usize) -> Result<i32> {
    i32::try_from(number).map_err(Error::internal)
}

/// What the passages of one document come to.
struct Cut {
    chunks: Vec<NewChunk>,
    corpus: Corpus,
    by_term: BTreeMap<String, i32>,
}

/// The passages of the text, stored and counted.
async fn cut(app: &App, reading: Reading, document: Document, text: String, page_starts: Vec<i32>) -> Step<()> {
    let (size, overlap) = (app.config.documents.chunk_chars, app.config.documents.chunk_overlap_chars);
    let (owner, now) = (document.owner_id, app.clock.now());
    let cut = tokio::task::spawn_blocking(move || {
        let pages: Vec<PageStart> = (1..)
            .zip(&page_starts)
            .map(|(page, start)| PageStart { page, start_char: usize::try_from(*start).unwrap_or(0) })
            .collect();
        let spans = chunk(&text, &pages, size, overlap);
        let marks = [owner_mark(document.owner_id), document_mark(document.id)];
        let analyzer = Analyzer::from_code(document.language.as_deref());
        let mut cut =
            Cut { chunks: Vec::with_capacity(spans.len()), corpus: Corpus::default(), by_term: BTreeMap::new() };
        for span in spans {
            let (new, terms) = new_chunk(ChunkId::generate(now), span, &text, &analyzer, &marks)?;
            cut.corpus.chunk_count += 1;
            cut.corpus.term_total += i64::from(new.term_count);
            for term in terms.counts.into_keys() {
                *cut.by_term.entry(term).or_insert(0) += 1;
            }
            cut.chunks.push(new);
        }
        Ok::<_, Error>(cut)
    })
    .await
    .map_err(Error::internal)??;
    let change = StepChange {
        progress: Some(CHUNKS_THERE),
        chunk_count: Some(integer(cut.chunks.len())?),
        ..StepChange::default()
    };
    let mut conn = app.db.write().await?;
    let wanted = conn
        .transaction(async |conn| {
            // A reading that lost its lease may still be at work beside this one: the first to come has done it.
            let Some(document) = store_work::lock(conn, reading).await? else { return Ok(false) };
            if document.chunk_count > 0 {
                return Ok(true);
            }
            corpus_store::lock(conn, owner).await?;
            store_chunks::insert(conn, reading.document, &cut.chunks).await?;
            corpus_store::add(conn, owner, cut.corpus, &cut.by_term).await?;
            store_work::step(conn, reading, &change, app.clock.now()).await?;
            app.bus.publish(conn, &Fact::DocumentProgressed { document: reading.document }).await?;
            Ok::<_, Error>(true)
        })
        .await?;
    if wanted { Ok(()) } else { Err(Stop::Unwanted) }
}

fn new_chunk(
    id: ChunkId,
    span: ChunkSpan,
    text: &str,
    analyzer: &Analyzer,
    marks: &[String],
) -> Result<(NewChunk, TermCounts)> {
    let content = span.slice(text).ok_or_else(|| Error::internal("a passage lies outside of its text"))?;
    let terms = TermCounts::of(content, analyzer);
    let chunk = NewChunk {
        id,
        position: integer(span.index)?,
        content: content.to_owned(),
        start_char: integer(span.start_char)?,
        end_char: integer(span.end_char)?,
        page: span.page,
        token_count: i32::try_from(tokens::estimate(content)).map_err(Error::internal)?,
        term_count: i32::try_from(terms.total()).map_err(Error::internal)?,
        terms: terms.to_tsvector(marks),
    };
    Ok((chunk, terms))
}

/// Vectors for the passages that have none of the present model.
async fn embed(app: &App, reading: Reading, embedder: &dyn Embedder) -> Step<()> {
    let document = store_work::find(&*app.db.write().await?, reading).await?.ok_or(Stop::Unwanted)?;
    let batch = i64::try_from(embedder.max_batch().max(1)).unwrap_or(i64::MAX);
    let mut done = 0.0;
    loop {
        let conn = app.db.write().await?;
        let missing = store_embeddings::missing_of(&conn, reading.document, embedder.model(), batch).await?;
        drop(conn);
        if missing.is_empty() {
            return Ok(());
        }
        let count = missing.len();
        embed_batch(app, embedder, missing).await.map_err(Stop::WithoutVectors)?;
        #[expect(clippy::cast_precision_loss, reason = "a share of the way needs no exact digits")]
        let (new, all) = (count as f32, document.chunk_count.max(1) as f32);
        done += new;
        // Begun again, some had vectors already: then the way left is shorter than it looks, never longer.
        let progress = CHUNKS_THERE + (0.99 - CHUNKS_THERE) * (done / all).min(1.0);
        advance(app, reading, StepChange { progress: Some(progress), ..StepChange::default() }).await?;
    }
}

/// Embeds passages and stores their vectors.
///
/// # Errors
/// When the model does not answer, or answers with something that is no vector of its length; `QUOTA_EXCEEDED` when the
/// budgets of their owners cover none of them: those that they cover are embedded.
pub async fn embed_batch(app: &App, embedder: &dyn Embedder, passages: Vec<(ChunkId, String)>) -> Result<()> {
    let (passages, bills) = vector_costs::covered(app, embedder, passages).await?;
    let (ids, texts): (Vec<ChunkId>, Vec<String>) = passages.into_iter().unzip();
    let vectors = embedder.embed(&texts, Purpose::Passage).await?;
    let sound = vectors.len() == ids.len()
        && vectors
            .iter()
            .all(|vector| vector.len() == embedder.dimensions() && vector.iter().all(|value| value.is_finite()));
    if !sound {
        return Err(Error::unavailable("The embedding model gave no usable vectors."));
    }
    let vectors: Vec<Vector> = vectors.iter().map(|vector| Vector::from_f32(vector)).collect();
    let dimensions = integer(embedder.dimensions())?;
    // What was answered is paid for, whatever becomes of it here.
    for (owner, cost) in bills {
        cost.charge(app, owner).await?;
    }
    store_embeddings::put(&*app.db.write().await?, embedder.model(), dimensions, &ids, &vectors).await
}
