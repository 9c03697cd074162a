//! Documents from upload to deletion.

use std::sync::Arc;

use elenchus::ai::embed::embedder::{Embedder, Purpose};
use elenchus::ai::embed::error::EmbedError;
use elenchus::db::page::Page;
use elenchus::domain::documents::actions::progress::follow_progress;
use elenchus::domain::documents::actions::upload::upload;
use elenchus::domain::documents::actions::{change, download, read};
use elenchus::domain::documents::jobs::{IndexMissingEmbeddings, PurgeDocument};
use elenchus::domain::documents::model::{DocumentChange, DocumentFilter, ProcessingStatus};
use elenchus::domain::users::actor::Actor;
use elenchus::domain::users::model::Role;
use elenchus::error::{ErrorCode, Result};
use elenchus::jobs::job::{Job as _, JobError};
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};

use super::support::library::{FIRST, LAST, Library, incoming};

const TEXT: &str =
    "Die Miete ist im Voraus fällig. The tenant owes rent in advance.\n\nA court may fix damages. 家賃は前払い。";

/// Turns a text into a vector of its first bytes.
pub struct FirstBytes;

impl Embedder for FirstBytes {
    fn model(&self) -> &'static str {
        "test/first-bytes"
    }

    fn dimensions(&self) -> usize {
        384
    }

    fn embed<'a>(&'a self, texts: &'a [String], _: Purpose) -> BoxFuture<'a, Result<Vec<Vec<f32>>, EmbedError>> {
        let vector = |text: &String| {
            let bytes = text.bytes().chain(std::iter::repeat(0)).take(384).map(f32::from).collect::<Vec<_>>();
            let length = bytes.iter().map(|byte| byte * byte).sum::<f32>().sqrt().max(1.0);
            bytes.into_iter().map(|byte| byte / length).collect()
        };
        async move { Ok(texts.iter().map(vector).collect()) }.boxed()
    }

    fn max_batch(&self) -> usize {
        2
    }
}

/// Never answers.
struct Away;

impl Embedder for Away {
    fn model(&self) -> &'static str {
        "test/away"
    }

    fn dimensions(&self) -> usize {
        384
    }

    fn embed<'a>(&'a self, _: &'a [String], _: Purpose) -> BoxFuture<'a, Result<Vec<Vec<f32>>, EmbedError>> {
        async { Err(EmbedError::Unavailable("it is away".to_owned())) }.boxed()
    }

    fn max_batch(&self) -> usize {
        1
    }
}

fn code<T>(result: Result<T>) -> ErrorCode {
    result.err().expect("this must fail").code()
}

fn long_text() -> String {
    let paragraph = |n| format!("Absatz {n}: Größe, naïve façade, 日本語 und mehr über den Mietvertrag.");
    (0..40).map(paragraph).collect::<Vec<_>>().join("\n\n")
}

#[tokio::test]
async fn every_kind_is_read() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    for (name, bytes, media_type) in [
        ("a.txt", TEXT.as_bytes(), "text/plain"),
        ("a.md", b"# Rent\n\nThe tenant owes [rent](x).\n\n```\nx\n```\n".as_slice(), "text/markdown"),
        ("a.bin", b"<!doctype html><html><body><p>The tenant owes rent.</p></body></html>".as_slice(), "text/html"),
    ] {
        let document = library.add(&actor, name, bytes).await;
        assert_eq!(document.status, ProcessingStatus::Ready, "{name}: {:?}", document.error_message);
        assert_eq!(document.media_type, media_type, "{name}");
        assert_eq!(document.progress.to_bits(), 1.0_f32.to_bits());
        assert_eq!(document.chunk_count, 1, "{name}");
        assert_eq!(document.byte_size, i64::try_from(bytes.len()).unwrap());
        let text = read::text(&library.app, &actor, document.id, None, None).await.unwrap().unwrap();
        assert!(text.contains("tenant"), "{name}: {text}");
    }
    let files = library.text("count(*) FROM documents WHERE sha256 = sha256(convert_to('x', 'UTF8'))").await;
    assert_eq!(files.as_deref(), Some("0"));
}

#[tokio::test]
async fn passages_are_exactly_the_text_between_their_offsets() {
    let library = Library::with(&[("CHUNK_CHARS", "150"), ("CHUNK_OVERLAP_CHARS", "30")]).await;
    let actor = library.person("ada", Role::Member).await;
    let document = library.add(&actor, "a.txt", long_text().as_bytes()).await;
    assert!(document.chunk_count > 10);
    let wrong = library
        .text(
            "count(*) FROM chunks c JOIN document_texts t USING (document_id) \
             WHERE substr(t.content, c.start_char + 1, c.end_char - c.start_char) <> c.content",
        )
        .await;
    assert_eq!(wrong.as_deref(), Some("0"));
    let page = Page::new(Some(100), None, None, None, |text: &str| text.parse().ok()).unwrap();
    let chunks = read::chunks(&library.app, &actor, document.id, &page).await.unwrap();
    assert_eq!(i32::try_from(chunks.rows.len()).unwrap(), document.chunk_count);
    let part = &chunks.rows[3];
    let text = read::text(&library.app, &actor, document.id, Some(part.start_char), Some(part.end_char)).await;
    assert_eq!(text.unwrap().unwrap(), part.content);
    let page = Page::new(None, None, Some(2), Some("5".to_owned()), |text: &str| text.parse().ok()).unwrap();
    let before = read::chunks(&library.app, &actor, document.id, &page).await.unwrap();
    assert_eq!(before.rows.iter().map(|chunk| chunk.position).collect::<Vec<_>>(), [3, 4]);
    assert!(before.has_next && before.has_previous);
}

#[tokio::test]
async fn uploads_are_taken_together_or_not_at_all() {
    let library = Library::with(&[("UPLOAD_MAX_BYTES", "1000"), ("UPLOAD_MAX_FILES", "2")]).await;
    let actor = library.person("ada", Role::Member).await;
    for (bytes, expected) in [
        (Vec::new(), ErrorCode::BadUserInput),
        (vec![b'x'; 1001], ErrorCode::PayloadTooLarge),
        (vec![0; 10], ErrorCode::UnsupportedMediaType),
    ] {
        let files = vec![incoming("good.txt", b"good"), incoming("bad.txt", &bytes)];
        let error = upload(&library.app, &actor, files).await.unwrap_err();
        assert_eq!(error.code(), expected);
        assert_eq!(error.fields()[0].path, "input.files.1");
    }
    let three = (0..3).map(|_| incoming("a.txt", b"a")).collect();
    assert_eq!(code(upload(&library.app, &actor, three).await), ErrorCode::BadUserInput);
    assert_eq!(code(upload(&library.app, &Actor::nobody(), vec![]).await), ErrorCode::Unauthenticated);
    // The rows cannot be written: nothing stays in the store either.
    library.sql("ALTER TABLE documents ADD CHECK (filename <> 'refused.txt')").await;
    assert!(upload(&library.app, &actor, vec![incoming("refused.txt", b"a")]).await.is_err());
    assert_eq!(library.text("count(*) FROM documents").await.as_deref(), Some("0"));
    assert_eq!(library.text("count(*) FROM jobs").await.as_deref(), Some("0"));
    assert_eq!(files_in(&library.folder.path().join("files")), 0);
    let kept = library.upload(&actor, "../\0../e\nvil.txt", b"x").await;
    assert_eq!(kept.filename, "evil.txt");
    assert_eq!(files_in(&library.folder.path().join("files")), 1);
}

fn files_in(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_in(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn a_broken_off_reading_goes_on_where_it_was() {
    let library = Library::with(&[("CHUNK_CHARS", "150"), ("CHUNK_OVERLAP_CHARS", "0")]).await;
    let actor = library.person("ada", Role::Member).await;
    library.embedder.send_replace(Some(Arc::new(FirstBytes)));
    let document = library.upload(&actor, "a.txt", long_text().as_bytes()).await;
    // Dropped after ever more turns of the event loop: at each step in turn.
    let mut seen = std::collections::BTreeSet::new();
    for turns in 1.. {
        let mut run = Box::pin(library.process(&document, FIRST));
        let ended = tokio::time::timeout(std::time::Duration::from_millis(4 * turns), &mut run).await;
        drop(run);
        let now = library.get(&actor, &document).await.unwrap();
        seen.insert(now.status.as_str());
        if let Ok(ended) = ended {
            ended.unwrap();
            break;
        }
    }
    assert!(seen.contains("PROCESSING"), "{seen:?}");
    let now = library.get(&actor, &document).await.unwrap();
    assert_eq!(now.status, ProcessingStatus::Ready);
    let all = now.chunk_count.to_string();
    assert_eq!(library.text("count(*) FROM chunks").await.as_deref(), Some(all.as_str()));
    assert_eq!(library.text("count(*) FROM chunk_embeddings").await.as_deref(), Some(all.as_str()));
    assert_eq!(library.text("chunk_count FROM search_corpora").await.as_deref(), Some(all.as_str()));
}

#[tokio::test]
async fn stored_text_and_vectors_are_not_made_again() {
    let library = Library::with(&[("CHUNK_CHARS", "150"), ("CHUNK_OVERLAP_CHARS", "0")]).await;
    let actor = library.person("ada", Role::Member).await;
    library.embedder.send_replace(Some(Arc::new(Away)));
    let document = library.upload(&actor, "a.txt", long_text().as_bytes()).await;
    assert!(matches!(library.process(&document, FIRST).await, Err(JobError::Retry(_))));
    // Gone: what needs it again would fail.
    std::fs::remove_dir_all(library.folder.path().join("files/documents")).unwrap();
    let chunks = library.text("string_agg(id::text, ',' ORDER BY position) FROM chunks").await;
    library.embedder.send_replace(Some(Arc::new(FirstBytes)));
    library.process(&document, FIRST).await.unwrap();
    assert_eq!(library.get(&actor, &document).await.unwrap().status, ProcessingStatus::Ready);
    assert_eq!(library.text("string_agg(id::text, ',' ORDER BY position) FROM chunks").await, chunks);
}

#[tokio::test]
async fn failures_end_in_the_row_with_a_code() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    let empty = library.add(&actor, "a.txt", b" \n \n").await;
    assert_eq!((empty.status, empty.error_code.as_deref()), (ProcessingStatus::Failed, Some("EMPTY")));
    assert!(empty.error_message.is_some());
    let lost = library.upload(&actor, "b.txt", b"text").await;
    std::fs::remove_dir_all(library.folder.path().join("files/documents")).unwrap();
    assert!(matches!(library.process(&lost, FIRST).await, Err(JobError::Retry(_))));
    assert_eq!(library.get(&actor, &lost).await.unwrap().status, ProcessingStatus::Processing);
    library.process(&lost, LAST).await.unwrap();
    let lost = library.get(&actor, &lost).await.unwrap();
    assert_eq!((lost.status, lost.error_code.as_deref()), (ProcessingStatus::Failed, Some("PROCESSING_FAILED")));
}

#[tokio::test]
async fn vectors_come_later_where_the_model_was_away() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    let without = library.add(&actor, "a.txt", TEXT.as_bytes()).await;
    assert_eq!(without.status, ProcessingStatus::Ready);
    library.embedder.send_replace(Some(Arc::new(Away)));
    let away = library.upload(&actor, "b.txt", TEXT.as_bytes()).await;
    library.process(&away, LAST).await.unwrap();
    assert_eq!(library.get(&actor, &away).await.unwrap().status, ProcessingStatus::Ready);
    assert_eq!(library.text("count(*) FROM chunk_embeddings").await.as_deref(), Some("0"));
    library.embedder.send_replace(Some(Arc::new(FirstBytes)));
    IndexMissingEmbeddings {}.run(library.app.clone(), FIRST).await.unwrap();
    let stored = library.text("string_agg(DISTINCT model, ',') || count(*) FROM chunk_embeddings").await;
    assert_eq!(stored.as_deref(), Some("test/first-bytes2"));
}

#[tokio::test]
async fn reading_anew_replaces_everything_once() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    let document = library.add(&actor, "a.txt", TEXT.as_bytes()).await;
    let terms = library.text("string_agg(term || chunk_count, ' ' ORDER BY term) FROM search_terms").await;
    let anew = change::reprocess(&library.app, &actor, document.id).await.unwrap();
    assert_eq!((anew.status, anew.revision, anew.chunk_count), (ProcessingStatus::Pending, 2, 0));
    assert_eq!(library.text("count(*) FROM search_terms").await.as_deref(), Some("0"));
    assert_eq!(library.text("count(*) FROM jobs").await.as_deref(), Some("2"));
    // The job of the first revision has nothing more to say.
    library.process(&document, FIRST).await.unwrap();
    assert_eq!(library.get(&actor, &document).await.unwrap().status, ProcessingStatus::Pending);
    library.process(&anew, FIRST).await.unwrap();
    assert_eq!(library.get(&actor, &document).await.unwrap().status, ProcessingStatus::Ready);
    assert_eq!(library.text("string_agg(term || chunk_count, ' ' ORDER BY term) FROM search_terms").await, terms);
}

#[tokio::test]
async fn deleting_leaves_nothing() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    let kept = library.add(&actor, "kept.txt", b"The tenant owes rent.").await;
    let terms = library.text("string_agg(term || chunk_count, ' ' ORDER BY term) FROM search_terms").await;
    let document = library.add(&actor, "a.txt", TEXT.as_bytes()).await;
    let unread = library.upload(&actor, "b.txt", TEXT.as_bytes()).await;
    for gone in [&document, &unread] {
        change::delete(&library.app, &actor, gone.id).await.unwrap();
        assert_eq!(code(library.get(&actor, gone).await), ErrorCode::NotFound);
        // Read or not meanwhile: quietly done.
        library.process(gone, FIRST).await.unwrap();
        PurgeDocument { document_id: gone.id }.run(library.app.clone(), FIRST).await.unwrap();
        PurgeDocument { document_id: gone.id }.run(library.app.clone(), FIRST).await.unwrap();
    }
    assert_eq!(files_in(&library.folder.path().join("files")), 1);
    let left = library.text("(SELECT count(*) FROM documents) || '-' || (SELECT count(*) FROM chunks)").await;
    assert_eq!(left.as_deref(), Some("1-1"));
    assert_eq!(library.text("string_agg(term || chunk_count, ' ' ORDER BY term) FROM search_terms").await, terms);
    PurgeDocument { document_id: kept.id }.run(library.app.clone(), FIRST).await.unwrap();
    assert!(library.get(&actor, &kept).await.is_ok(), "only what was deleted is purged");
}

#[tokio::test]
async fn a_foreign_document_is_not_there() {
    let library = Library::new().await;
    let owner = library.person("ada", Role::Member).await;
    let document = library.add(&owner, "a.txt", TEXT.as_bytes()).await;
    let (app, id) = (&library.app, document.id);
    let page = Page::new(None, None, None, None, |text: &str| text.parse().ok()).unwrap();
    for stranger in [library.person("bob", Role::Member).await, library.person("eve", Role::Admin).await] {
        assert_eq!(code(read::get(app, &stranger, id).await), ErrorCode::NotFound);
        assert_eq!(code(read::text(app, &stranger, id, None, None).await), ErrorCode::NotFound);
        assert_eq!(code(read::chunks(app, &stranger, id, &page).await), ErrorCode::NotFound);
        assert_eq!(code(change::update(app, &stranger, id, DocumentChange::default()).await), ErrorCode::NotFound);
        assert_eq!(code(change::reprocess(app, &stranger, id).await), ErrorCode::NotFound);
        assert_eq!(code(change::delete(app, &stranger, id).await), ErrorCode::NotFound);
        assert_eq!(code(download::download_claim(app, &stranger, id, None).await), ErrorCode::NotFound);
        assert_eq!(code(follow_progress(app, &stranger, vec![id]).await), ErrorCode::NotFound);
        assert!(read::load_documents(app, &stranger, &[id]).await.unwrap().is_empty());
        assert!(read::chunk_pages(app, &stranger, &[id], &page).await.unwrap().is_empty());
        assert_eq!(read::count(app, &stranger, &DocumentFilter::default()).await.unwrap(), 0);
    }
    assert_eq!(code(read::get(app, &Actor::nobody(), id).await), ErrorCode::Unauthenticated);
    let chunks = read::chunks(app, &owner, id, &page).await.unwrap();
    let stranger = library.person("dan", Role::Member).await;
    assert!(read::load_chunks(app, &stranger, &[chunks.rows[0].id]).await.unwrap().is_empty());
    assert_eq!(read::load_chunks(app, &owner, &[chunks.rows[0].id]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    for name in ["one.txt", "two_50%.txt", "three.txt"] {
        let document = library.upload(&actor, name, b"x").await;
        library.app.clock.advance(chrono::TimeDelta::seconds(1));
        if name == "one.txt" {
            let change = DocumentChange {
                title: Some(Some("Lease of 2026".to_owned())),
                category: Some(Some("contract".to_owned())),
                keywords: Some(vec!["rent".to_owned()]),
                ..DocumentChange::default()
            };
            let changed = change::update(&library.app, &actor, document.id, change).await.unwrap();
            assert_eq!(changed.title.as_deref(), Some("Lease of 2026"));
        }
    }
    let names = async |page: &Page<_>, filter: DocumentFilter| {
        let slice = read::list(&library.app, &actor, page, &filter).await.unwrap();
        assert_eq!(read::count(&library.app, &actor, &filter).await.unwrap() >= 1, !slice.rows.is_empty());
        let names: Vec<String> = slice.rows.iter().map(|document| document.filename.clone()).collect();
        (names.join(" "), slice.rows.last().map(|document| document.id.to_string()))
    };
    let page = |first, after| Page::new(first, after, None, None, |text: &str| text.parse().ok()).unwrap();
    let (first, cursor) = names(&page(Some(2), None), DocumentFilter::default()).await;
    assert_eq!(first, "three.txt two_50%.txt");
    assert_eq!(names(&page(Some(2), cursor), DocumentFilter::default()).await.0, "one.txt");
    let back = Page::new(None, None, Some(1), None, |text: &str| text.parse().ok()).unwrap();
    assert_eq!(names(&back, DocumentFilter::default()).await.0, "one.txt");
    for (filter, expected) in [
        (DocumentFilter { search: Some("LEASE".into()), ..DocumentFilter::default() }, "one.txt"),
        (DocumentFilter { search: Some("o_5".into()), ..DocumentFilter::default() }, "two_50%.txt"),
        (DocumentFilter { search: Some("n_".into()), ..DocumentFilter::default() }, ""),
        (DocumentFilter { search: Some("\0".into()), ..DocumentFilter::default() }, ""),
        (DocumentFilter { category: Some("contract".into()), ..DocumentFilter::default() }, "one.txt"),
        (DocumentFilter { keyword: Some("rent".into()), ..DocumentFilter::default() }, "one.txt"),
        (DocumentFilter { status: Some(ProcessingStatus::Failed), ..DocumentFilter::default() }, ""),
    ] {
        assert_eq!(names(&page(None, None), filter.clone()).await.0, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_file_is_fetched_by_whom_it_was_signed_for() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    let document = library.upload(&actor, "a.txt", b"the bytes").await;
    let app = &library.app;
    let token = download::download_claim(app, &actor, document.id, Some(60)).await.unwrap();
    let found = download::open_download(app, &token).await.unwrap();
    assert_eq!(found.disposition, "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt");
    assert_eq!((found.media_type.as_str(), found.size), ("text/plain", 9));
    let parts: Vec<_> = found.bytes.try_collect().await.unwrap();
    assert_eq!(parts.concat(), b"the bytes");
    assert_eq!(code(download::download_claim(app, &actor, document.id, Some(0)).await), ErrorCode::BadUserInput);
    assert_eq!(code(download::download_claim(app, &actor, document.id, Some(604_801)).await), ErrorCode::BadUserInput);
    assert_eq!(code(download::open_download(app, "x.y").await), ErrorCode::NotFound);
    library.sql("UPDATE users SET is_active = false").await;
    assert_eq!(code(download::open_download(app, &token).await), ErrorCode::NotFound);
    library.sql("UPDATE users SET is_active = true").await;
    app.clock.advance(chrono::TimeDelta::seconds(60));
    assert_eq!(code(download::open_download(app, &token).await), ErrorCode::NotFound);
    let token = download::download_claim(app, &actor, document.id, None).await.unwrap();
    change::delete(app, &actor, document.id).await.unwrap();
    assert_eq!(code(download::open_download(app, &token).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn progress_is_followed_to_the_end() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    let (ready, listening) = tokio::sync::watch::channel(false);
    tokio::spawn(library.app.bus.clone().run(library.app.db.connector().clone(), ready));
    listening.clone().wait_for(|ready| *ready).await.unwrap();
    let done = library.add(&actor, "done.txt", b"text").await;
    library.app.clock.advance(chrono::TimeDelta::seconds(1));
    let document = library.upload(&actor, "a.txt", TEXT.as_bytes()).await;
    let steps = follow_progress(&library.app, &actor, vec![document.id, done.id]).await.unwrap();
    let mut steps = Box::pin(steps);
    let first = steps.next().await.unwrap().unwrap();
    let second = steps.next().await.unwrap().unwrap();
    assert_eq!((first.id, second.status), (done.id, ProcessingStatus::Pending));
    library.process(&document, FIRST).await.unwrap();
    let rest: Vec<_> = steps.try_collect().await.unwrap();
    assert_eq!(rest.last().unwrap().status, ProcessingStatus::Ready);
    assert!(rest.is_sorted_by(|a, b| a.progress < b.progress));
}
