//! The guard: a document is parsed once, bounded, and kept for its next use, before the engine sees it.
//!
//! The bounds exist because validation itself is expensive: a kilobyte of fragments that spread each other twice is
//! minutes of work, and an unknown field in it does not make it cheaper. Here it costs microseconds.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::parser::{Error as ParseError, parse_query};
use async_graphql::{Name, Pos, Positioned};
use lru::LruCache;

use super::measure::{Count, Measures, Uncountable, measure, root_fields};
use super::nesting::{MAX_NESTING, too_deep_at};
use crate::config::graphql::GraphqlConfig;

/// Documents kept for their next use.
const CACHED_DOCUMENTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1023);
/// Text of all kept documents, in bytes; parsed they take many times as much.
const CACHED_BYTES: usize = 512 * 1024;
/// Selection sets, fragments included, for each level of fields that is allowed.
const SETS_PER_LEVEL: usize = 3;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    Query,
    Mutation,
    Subscription,
}

impl OperationKind {
    /// The keyword of the operation.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// Why a document does not reach the engine. Messages may be shown to the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// It is not a GraphQL document.
    #[error("{message}")]
    Syntax { message: String, at: Option<Pos> },
    /// It breaks a rule that holds whatever the schema.
    #[error("{message}")]
    Invalid { message: String, at: Option<Pos> },
    /// It asks for more than one request may.
    #[error("{what}: at most {limit} allowed")]
    TooComplex { what: &'static str, limit: usize },
}

/// A document that may be run, and the operation to run of it.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub document: Arc<ExecutableDocument>,
    pub kind: OperationKind,
    /// `None` when the operation has no name.
    pub operation_name: Option<String>,
    /// Names of the fields that the operation selects on its root, whatever their aliases.
    pub root_fields: Arc<[String]>,
}

impl Prepared {
    /// The operation to run.
    #[must_use]
    pub fn operation(&self) -> Option<&Positioned<OperationDefinition>> {
        let wanted = self.operation_name.as_deref();
        self.document.operations.iter().find(|(name, _)| name.map(Name::as_str) == wanted).map(|(_, found)| found)
    }
}

/// The guard and the documents it has let through.
pub struct Documents {
    limits: GraphqlConfig,
    cache: Mutex<Cache>,
}

struct Cache {
    documents: LruCache<Box<str>, Arc<ExecutableDocument>>,
    bytes: usize,
}

impl Documents {
    #[must_use]
    pub fn new(limits: GraphqlConfig) -> Self {
        Self { limits, cache: Mutex::new(Cache { documents: LruCache::new(CACHED_DOCUMENTS), bytes: 0 }) }
    }

    /// Parses and bounds a document, or takes it from the cache, and finds the operation to run.
    ///
    /// # Errors
    /// When the document must not reach the engine, or has no such operation.
    pub fn prepare(&self, query: &str, operation_name: Option<&str>) -> Result<Prepared, GuardError> {
        if query.len() > self.limits.max_bytes {
            return Err(GuardError::TooComplex { what: "bytes in a document", limit: self.limits.max_bytes });
        }
        let document = match self.cached(query) {
            Some(document) => document,
            None => self.admit(query)?,
        };
        choose(document, operation_name)
    }

    fn cached(&self, query: &str) -> Option<Arc<ExecutableDocument>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.documents.get(query).cloned()
    }

    fn admit(&self, query: &str) -> Result<Arc<ExecutableDocument>, GuardError> {
        if too_deep_at(query).is_some() {
            return Err(GuardError::TooComplex { what: "levels of brackets", limit: MAX_NESTING });
        }
        let document = parse_query(query).map_err(|error| syntax(query, &error))?;
        let measures = measure(&document).map_err(uncountable)?;
        self.bound(&measures)?;
        let document = Arc::new(document);
        self.keep(query, &document);
        Ok(document)
    }

    fn bound(&self, measures: &Measures<'_>) -> Result<(), GuardError> {
        let limits = &self.limits;
        let within = |what, count, limit| {
            if count > limit { Err(GuardError::TooComplex { what, limit }) } else { Ok(()) }
        };
        let mut all = measures.unused;
        for (_, count) in &measures.operations {
            let Count { fields, roots, spreads, aliases, directives, depth, nesting } = *count;
            within("fields on the root", roots, limits.max_root_fields)?;
            all = Count {
                fields: all.fields.saturating_add(fields),
                spreads: all.spreads.saturating_add(spreads),
                aliases: all.aliases.saturating_add(aliases),
                directives: all.directives.saturating_add(directives),
                depth: all.depth.max(depth),
                nesting: all.nesting.max(nesting),
                roots: 0,
            };
        }
        within("fields with fragments spread out", all.fields, limits.max_fields)?;
        within("fragments with fragments spread out", all.spreads, limits.max_fields)?;
        within("levels of fields", all.depth, limits.max_depth)?;
        within("levels of selections", all.nesting, limits.max_depth.saturating_mul(SETS_PER_LEVEL))?;
        within("aliases", all.aliases, limits.max_aliases)?;
        within("directives", all.directives, limits.max_directives)
    }

    fn keep(&self, query: &str, document: &Arc<ExecutableDocument>) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.bytes += query.len();
        if let Some((replaced, _)) = cache.documents.push(query.into(), Arc::clone(document)) {
            cache.bytes = cache.bytes.saturating_sub(replaced.len());
        }
        while cache.bytes > CACHED_BYTES {
            let Some((oldest, _)) = cache.documents.pop_lru() else { break };
            cache.bytes = cache.bytes.saturating_sub(oldest.len());
        }
    }
}

fn choose(document: Arc<ExecutableDocument>, operation_name: Option<&str>) -> Result<Prepared, GuardError> {
    let wanted = operation_name.filter(|name| !name.is_empty());
    let mut operations = document.operations.iter();
    let found = match wanted {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name.as_str() == wanted)),
        None if operations.len() > 1 => {
            let message = "The document has several operations: `operationName` must say which one to run.".to_owned();
            return Err(GuardError::Invalid { message, at: None });
        }
        None => operations.next(),
    };
    let Some((name, operation)) = found else {
        let message = format!("The document has no operation named {:?}.", wanted.unwrap_or_default());
        return Err(GuardError::Invalid { message, at: None });
    };
    let kind = match operation.node.ty {
        OperationType::Query => OperationKind::Query,
        OperationType::Mutation => OperationKind::Mutation,
        OperationType::Subscription => OperationKind::Subscription,
    };
    let operation_name = name.map(ToString::to_string);
    let root_fields = root_fields(&document, &operation.node).into();
    Ok(Prepared { document, kind, operation_name, root_fields })
}

fn uncountable(error: Uncountable) -> GuardError {
    match error {
        Uncountable::Circle { fragment, at } => {
            GuardError::Invalid { message: format!("Fragment {fragment:?} spreads itself."), at: Some(at) }
        }
        Uncountable::ForgedUpload { at } => {
            GuardError::Invalid { message: "A file cannot be written into a document.".to_owned(), at: Some(at) }
        }
    }
}

/// The parser's own messages draw the document and name its rules; ours says what stands where it stopped.
fn syntax(query: &str, error: &ParseError) -> GuardError {
    let at = error.positions().next();
    match error {
        ParseError::Syntax { start, .. } => {
            let message = match token_at(query, *start) {
                Some(token) => format!("Syntax error: unexpected {token:?}."),
                None => "Syntax error: unexpected end of the document.".to_owned(),
            };
            GuardError::Syntax { message, at }
        }
        ParseError::RecursionLimitExceeded => GuardError::TooComplex { what: "levels of brackets", limit: MAX_NESTING },
        ParseError::MultipleOperations { .. } => GuardError::Invalid {
            message: "An operation without a name must be the only one of its document.".to_owned(),
            at,
        },
        ParseError::OperationDuplicated { operation, .. } => {
            GuardError::Invalid { message: format!("There is more than one operation named {operation:?}."), at }
        }
        ParseError::FragmentDuplicated { fragment, .. } => {
            GuardError::Invalid { message: format!("There is more than one fragment named {fragment:?}."), at }
        }
        ParseError::MissingOperation => {
            GuardError::Syntax { message: "The document has no operation.".to_owned(), at: None }
        }
        _ => GuardError::Syntax { message: "Syntax error.".to_owned(), at },
    }
}

/// The word or sign at a position, at most 20 characters of it.
fn token_at(query: &str, at: Pos) -> Option<String> {
    let line = query.split('\n').nth(at.line.checked_sub(1)?)?;
    let mut rest = line.chars().skip(at.column.checked_sub(1)?).skip_while(|char| char.is_whitespace()).peekable();
    let first = rest.next()?;
    let mut token = String::from(first);
    if first.is_alphanumeric() || first == '_' {
        while let Some(next) = rest.next_if(|char| char.is_alphanumeric() || *char == '_') {
            if token.chars().count() == 20 {
                break;
            }
            token.push(next);
        }
    }
    Some(token)
}
