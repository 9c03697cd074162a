//! The list of trusted documents: what this server runs, and nothing else.
//!
//! Two shapes are read, by what they hold: a map of ids to documents, as Relay's compiler and GraphQL Code Generator
//! write it; and Apollo's manifest
//! (<https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format>).

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use async_graphql::parser::parse_query;
use serde::Deserialize;

use super::hash::DocumentHash;
use crate::config::env::ConfigError;

const SETTING: &str = "TRUSTED_DOCUMENTS";

/// Documents by the ids that their clients have for them.
#[derive(Debug, Default)]
pub struct Trusted {
    by_id: HashMap<Box<str>, Arc<str>>,
    by_hash: HashMap<DocumentHash, Arc<str>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Manifest { format: String, version: u32, operations: Vec<Entry> },
    Map(HashMap<String, String>),
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    body: String,
}

impl Trusted {
    /// Reads the list.
    ///
    /// # Errors
    /// One line, when the file cannot be read, has another shape, or a document in it is none.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let problem = |problem: String| ConfigError::new(SETTING, problem);
        let text = std::fs::read_to_string(path)
            .map_err(|error| problem(format!("cannot read {}: {error}", path.display())))?;
        let shape = "must be a JSON map of ids to documents, or an Apollo persisted query manifest";
        let file: File = serde_json::from_str(&text).map_err(|_| problem(format!("{} {shape}", path.display())))?;
        let documents: Vec<(String, String)> = match file {
            File::Manifest { format, version, operations } => {
                if format != "apollo-persisted-query-manifest" || version != 1 {
                    return Err(problem(format!("{} {shape} of version 1", path.display())));
                }
                operations.into_iter().map(|entry| (entry.id, entry.body)).collect()
            }
            File::Map(map) => map.into_iter().collect(),
        };
        let mut trusted = Self::default();
        for (id, document) in documents {
            parse_query(&document).map_err(|_| problem(format!("the document {id:?} is not GraphQL")))?;
            let document: Arc<str> = document.into();
            trusted.by_hash.insert(DocumentHash::of(&document), Arc::clone(&document));
            trusted.by_id.insert(id.into(), document);
        }
        Ok(trusted)
    }

    /// The document of that id, or of that hash; `None` for one that is not trusted.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<Arc<str>> {
        let bare = id.strip_prefix("sha256:").unwrap_or(id);
        let found = self.by_id.get(id).or_else(|| self.by_id.get(bare));
        found.or_else(|| self.by_hash.get(&id.parse().ok()?)).cloned()
    }

    /// Whether this very text is in the list.
    #[must_use]
    pub fn holds(&self, document: &str) -> bool {
        self.by_hash.contains_key(&DocumentHash::of(document))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.by_hash.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }
}
