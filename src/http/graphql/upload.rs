//! Uploads: `multipart/form-data` by the GraphQL multipart request specification, version 2.
//!
//! Files go to disk while they arrive, into files without a name. Nothing that a client says of a file, its name least
//! of all, decides where it goes.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as Latch, PoisonError};
use std::task::{Context, Poll};

use async_graphql::{Request, UploadValue};
use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use futures::stream::{self, Stream};
use multer::{Constraints, Field, Multipart, SizeLimit};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio::sync::Mutex;

use super::body::{Arriving, too_large_failure};
use super::distinct;
use super::failure::Failure;
use super::gateway::Settings;
use super::params::Params;
use super::upload_map::{self, UploadMap};
use crate::error::Error;

/// Longest `map`, in bytes.
const MAX_MAP_BYTES: usize = 64 * 1024;
/// Most that may arrive before a part's headers are complete, in bytes; what is buffered beyond a file's own bytes.
const MAX_UNREAD_BYTES: usize = 32 * 1024;
/// Longest file name kept, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// An upload that has arrived: its parameters, and its files by their place in the variables.
pub struct Uploaded {
    pub params: Params,
    files: Vec<(Vec<String>, UploadValue)>,
}

impl Uploaded {
    /// The parameters, and what puts the files into the engine's request.
    #[must_use]
    pub fn split(self) -> (Params, Files) {
        (self.params, Files(self.files))
    }
}

/// Files and the paths of the variables that they belong to.
pub struct Files(Vec<(Vec<String>, UploadValue)>);

impl Files {
    /// Puts each file where the map said. A file in several places is opened once for each.
    ///
    /// # Errors
    /// When the system gives no more file handles.
    pub fn put(self, request: &mut Request) -> Result<(), Error> {
        for (paths, file) in self.0 {
            for path in paths {
                request.set_upload(&path, file.try_clone().map_err(Error::internal)?);
            }
        }
        Ok(())
    }
}

/// Reads a whole upload: `operations`, then `map`, then the files.
///
/// # Errors
/// 400 for what breaks the specification, 413 for too much, 408 for too slow, 500 when the disk refuses.
pub async fn read(body: Body, boundary: String, settings: &Settings) -> Result<Uploaded, Failure> {
    let incoming = Incoming::default();
    let body = Arc::new(Mutex::new(Arriving::new(body, settings)));
    let max_body = settings.graphql.max_body_bytes;
    let sizes = SizeLimit::new()
        .per_field(settings.uploads.max_bytes)
        .for_field("operations", max_body as u64)
        .for_field("map", MAX_MAP_BYTES as u64);
    let pieces = pieces(Arc::clone(&body), incoming.clone());
    let multipart = Multipart::with_constraints(pieces, boundary, Constraints::new().size_limit(sizes));
    let mut parts = Parts { multipart, incoming, settings };
    let result = parts.read().await;
    drop(parts);
    if let (Err(failure), Some(body)) = (&result, Arc::into_inner(body))
        && failure.status != StatusCode::REQUEST_TIMEOUT
    {
        body.into_inner().linger().await;
    }
    result
}

/// What the multipart reader does not hand on.
#[derive(Clone, Default)]
struct Incoming {
    /// Bytes that arrived since the reader last made something of them.
    unread: Arc<AtomicUsize>,
    /// Why the body stopped.
    failure: Arc<Latch<Option<Failure>>>,
}

impl Incoming {
    fn fail(&self, failure: Failure) -> io::Error {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
        io::Error::other("the body stopped")
    }
}

/// The body's pieces, one at a time: the reader would otherwise take all there are into memory.
fn pieces(body: Arc<Mutex<Arriving>>, incoming: Incoming) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let one = stream::unfold((body, incoming), |(body, incoming)| async move {
        let next = match body.lock().await.next().await {
            Ok(None) => return None,
            Ok(Some(piece)) => {
                let before = incoming.unread.fetch_add(piece.len(), Ordering::Relaxed);
                if before > MAX_UNREAD_BYTES {
                    Err(incoming.fail(too_large_failure("The headers of a part are too large.")))
                } else {
                    Ok(piece)
                }
            }
            Err(failure) => Err(incoming.fail(failure)),
        };
        Some((next, (body, incoming)))
    });
    Paced { stream: Box::pin(one), rest: false }
}

/// Says `Pending` after each piece and asks to be polled again.
struct Paced<S> {
    stream: Pin<Box<S>>,
    rest: bool,
}

impl<S: Stream> Stream for Paced<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.rest) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = self.stream.as_mut().poll_next(context);
        self.rest = matches!(next, Poll::Ready(Some(_)));
        next
    }
}

struct Parts<'a> {
    multipart: Multipart<'static>,
    incoming: Incoming,
    settings: &'a Settings,
}

impl Parts<'_> {
    async fn read(&mut self) -> Result<Uploaded, Failure> {
        let operations = self.text("operations").await?;
        let params = Params::from_value(
            distinct::from_slice(&operations)
                .map_err(|error| Failure::malformed(format!("`operations` is not valid JSON: {error}.")))?,
        )?;
        let map = self.text("map").await?;
        let max_files = self.settings.uploads.max_files;
        let mut map = upload_map::read(&map, &params.variables, max_files)?;
        let mut files = BTreeMap::new();
        while let Some(field) = self.next().await? {
            let name = field.name().unwrap_or_default().to_owned();
            let paths = claim(&mut map, &name)?;
            let file = self.file(field).await?;
            files.insert(name, (paths, file));
        }
        if let Some(missing) = map.keys().next() {
            return Err(Failure::malformed(format!("The file {missing:?} of `map` is missing.")));
        }
        Ok(Uploaded { params, files: files.into_values().collect() })
    }

    async fn next(&mut self) -> Result<Option<Field<'static>>, Failure> {
        let next = self.multipart.next_field().await;
        self.incoming.unread.store(0, Ordering::Relaxed);
        match next {
            Ok(field) => Ok(field),
            Err(error) => Err(self.failure(&error)),
        }
    }

    async fn text(&mut self, name: &str) -> Result<Vec<u8>, Failure> {
        let field = self.next().await?;
        let Some(mut field) = field.filter(|field| field.name() == Some(name)) else {
            return Err(Failure::malformed("An upload must begin with `operations`, then `map`, then the files."));
        };
        let mut text = Vec::new();
        while let Some(piece) = self.piece(&mut field).await? {
            text.extend_from_slice(&piece);
        }
        Ok(text)
    }

    async fn file(&mut self, mut field: Field<'static>) -> Result<UploadValue, Failure> {
        let filename = safe_name(field.file_name().unwrap_or_default());
        let content_type = field.content_type().map(ToString::to_string);
        let mut file = open(&self.settings.uploads.dir).await?;
        while let Some(piece) = self.piece(&mut field).await? {
            file.write_all(&piece).await.map_err(on_disk)?;
        }
        file.flush().await.map_err(on_disk)?;
        file.rewind().await.map_err(on_disk)?;
        Ok(UploadValue { filename, content_type, content: file.into_std().await })
    }

    async fn piece(&mut self, field: &mut Field<'static>) -> Result<Option<Bytes>, Failure> {
        let next = field.chunk().await;
        self.incoming.unread.store(0, Ordering::Relaxed);
        match next {
            Ok(piece) => Ok(piece),
            Err(error) => Err(self.failure(&error)),
        }
    }

    fn failure(&self, error: &multer::Error) -> Failure {
        if let Some(failure) = self.incoming.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return failure;
        }
        match error {
            multer::Error::FieldSizeExceeded { limit, field_name } => {
                let name = field_name.as_deref().unwrap_or_default();
                too_large_failure(format!("The part {name:?} is too large: at most {limit} bytes."))
            }
            multer::Error::IncompleteStream | multer::Error::IncompleteFieldData { .. } => {
                Failure::malformed("The multipart body broke off.")
            }
            _ => Failure::malformed("The multipart body is malformed."),
        }
    }
}

fn claim(map: &mut UploadMap, name: &str) -> Result<Vec<String>, Failure> {
    map.remove(name)
        .ok_or_else(|| Failure::malformed(format!("The part {name:?} is not in `map`, or is there more than once.")))
}

async fn open(dir: &Path) -> Result<tokio::fs::File, Failure> {
    let dir = dir.to_owned();
    let opened = tokio::task::spawn_blocking(move || tempfile::tempfile_in(dir)).await;
    let file = opened.map_err(|error| Failure::from(Error::internal(error)))?.map_err(on_disk)?;
    Ok(tokio::fs::File::from_std(file))
}

fn on_disk(error: io::Error) -> Failure {
    Failure::from(Error::internal(error))
}

/// The last part of a client's file name, without control characters and marks that turn text around, at most 255 bytes.
/// It is shown to people and never used as a path.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut safe: String = base
        .chars()
        .filter(|char| {
            !char.is_control()
                && !matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect();
    while safe.len() > MAX_NAME_BYTES {
        safe.pop();
    }
    let safe = safe.trim();
    if safe.is_empty() || safe.chars().all(|char| char == '.') { "file".to_owned() } else { safe.to_owned() }
}
