//! Which document a request is about.
//!
//! Automatic persisted queries as Apollo's clients speak them
//! (<https://www.apollographql.com/docs/apollo-server/performance/apq>): a client sends the hash alone; when it is not
//! known it sends hash and document once. `documentId` is that of the draft's appendix on persisted documents.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::hash::DocumentHash;
use super::store;
use super::trusted::Trusted;
use crate::clock::Clock;
use crate::config::graphql::GraphqlConfig;
use crate::db::pool::Db;
use crate::error::{Error, ErrorCode, Result};

/// Documents kept in memory, of at most `MAX_QUERY_BYTES` each.
const IN_MEMORY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);

/// How a request names its document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    pub document: Option<String>,
    /// `extensions.persistedQuery.sha256Hash`
    pub sha256: Option<String>,
    /// `documentId`
    pub id: Option<String>,
}

/// The document to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub document: Arc<str>,
    /// Set when the client wants it kept under this hash, once it turns out to be a document.
    pub keep: Option<DocumentHash>,
}

/// All documents that can be named. Cheap to clone.
#[derive(Clone)]
pub struct PersistedQueries {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Clock,
    /// Documents in Postgres; 0 for none at all.
    max: u32,
    max_bytes: usize,
    trusted: Option<Trusted>,
    memory: Mutex<LruCache<DocumentHash, Arc<str>>>,
}

impl PersistedQueries {
    /// # Errors
    /// When the list of trusted documents cannot be used.
    pub fn new(config: &GraphqlConfig, db: Db, clock: Clock) -> Result<Self> {
        let trusted = config.trusted_documents.as_deref().map(Trusted::read).transpose();
        let trusted = trusted.map_err(|error| Error::bad_input(error.name.clone(), error.to_string()))?;
        if let Some(trusted) = &trusted {
            tracing::info!(documents = trusted.len(), "only trusted documents are run");
        }
        let (max, max_bytes) = (config.persisted_queries_max, config.max_bytes);
        let memory = Mutex::new(LruCache::new(IN_MEMORY));
        Ok(Self { inner: Arc::new(Inner { db, clock, max, max_bytes, trusted, memory }) })
    }

    /// The document that a request is about.
    ///
    /// # Errors
    /// `PERSISTED_QUERY_NOT_FOUND` for a hash that is not known: then the client sends the document;
    /// `PERSISTED_QUERY_NOT_SUPPORTED` where none are kept; `PERSISTED_QUERY_NOT_IN_LIST` for what is not trusted.
    pub async fn find(&self, named: Named) -> Result<Found> {
        match &self.inner.trusted {
            Some(trusted) => find_trusted(trusted, named),
            None => self.find_any(named).await,
        }
    }

    async fn find_any(&self, named: Named) -> Result<Found> {
        let Named { document, sha256, id } = named;
        let Some(given) = sha256.or(id) else {
            let document = document.ok_or_else(|| Error::new(ErrorCode::BadUserInput, "`query` is missing."))?;
            return Ok(Found { document: document.into(), keep: None });
        };
        let hash = given.parse::<DocumentHash>();
        match (document, hash) {
            (Some(document), Ok(hash)) if DocumentHash::of(&document) != hash => Err(Error::new(
                ErrorCode::BadUserInput,
                "The hash is not that of the document: send the SHA-256 of its text in hexadecimal.",
            )),
            (Some(document), Ok(hash)) => {
                let keep = Some(hash).filter(|_| self.inner.max > 0);
                Ok(Found { document: document.into(), keep })
            }
            (Some(document), Err(_)) => Ok(Found { document: document.into(), keep: None }),
            // The messages are those that Apollo's clients look for.
            (None, _) if self.inner.max == 0 => {
                Err(Error::new(ErrorCode::PersistedQueryNotSupported, "PersistedQueryNotSupported"))
            }
            (None, hash) => {
                let unknown = || Error::new(ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound");
                let document = self.look_up(hash.map_err(|_| unknown())?).await?.ok_or_else(unknown)?;
                Ok(Found { document, keep: None })
            }
        }
    }

    async fn look_up(&self, hash: DocumentHash) -> Result<Option<Arc<str>>> {
        if let Some(document) = self.memory().get(&hash).cloned() {
            return Ok(Some(document));
        }
        let db = &self.inner.db;
        let found = db.bounded(async { store::find(&*db.read().await?, hash, self.inner.clock.now()).await }).await?;
        let document: Option<Arc<str>> = found.map(Into::into);
        if let Some(document) = &document {
            self.memory().put(hash, Arc::clone(document));
        }
        Ok(document)
    }

    /// Keeps a document that can be run. One that cannot be kept is run all the same.
    pub async fn keep(&self, found: &Found) {
        let Some(hash) = found.keep.filter(|_| found.document.len() <= self.inner.max_bytes) else { return };
        if self.memory().contains(&hash) {
            return;
        }
        let kept =
            async { store::insert(&*self.inner.db.read().await?, hash, &found.document, self.inner.clock.now()).await };
        match self.inner.db.bounded(kept).await {
            Ok(()) => drop(self.memory().put(hash, Arc::clone(&found.document))),
            Err(error) => tracing::warn!(error = %error.chain(), "a persisted query was not kept"),
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, LruCache<DocumentHash, Arc<str>>> {
        self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find_trusted(trusted: &Trusted, named: Named) -> Result<Found> {
    let refused = || {
        let message = "This server runs only the documents in its list.";
        Error::new(ErrorCode::PersistedQueryNotInList, message)
    };
    let found = match named.document {
        Some(document) => trusted.holds(&document).then(|| document.into()),
        None => named.sha256.or(named.id).and_then(|id| trusted.named(&id)),
    };
    Ok(Found { document: found.ok_or_else(refused)?, keep: None })
}
