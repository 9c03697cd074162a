//! The files of the page: ours, and those of GraphiQL when they were there at build time.

use std::collections::BTreeMap;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::operations::{OPERATIONS, SESSION_OPERATIONS};

/// One file, as it is sent.
#[derive(Debug, Clone)]
pub struct Asset {
    pub content_type: &'static str,
    pub plain: Bytes,
    /// Compressed at build time, for the large ones.
    pub gzipped: Option<Bytes>,
    /// Of the plain bytes, hexadecimal, 16 digits.
    pub hash: String,
}

/// All files by name, with one hash over them that names this very set in addresses.
#[derive(Debug)]
pub struct Assets {
    pub version: String,
    files: BTreeMap<&'static str, Asset>,
}

/// `(name, bytes, gzipped bytes)` of what `scripts/graphiql` fetched; empty when it did not run.
static FETCHED: &[(&str, &[u8], &[u8])] = include!(concat!(env!("OUT_DIR"), "/graphiql_files.rs"));

static OWN: &[(&str, &[u8])] = &[
    ("documents.js", include_bytes!("documents.js")),
    ("fetcher.js", include_bytes!("fetcher.js")),
    ("icon.svg", include_bytes!("icon.svg")),
    ("operations.graphql", OPERATIONS.as_bytes()),
    ("page.css", include_bytes!("page.css")),
    ("page.js", include_bytes!("page.js")),
    ("session.graphql", SESSION_OPERATIONS.as_bytes()),
    ("session.js", include_bytes!("session.js")),
];

impl Asset {
    #[must_use]
    pub fn new(content_type: &'static str, plain: Bytes, gzipped: Option<Bytes>) -> Self {
        let hash = hex::encode(&Sha256::digest(&plain)[..8]);
        Self { content_type, plain, gzipped, hash }
    }
}

impl Assets {
    /// What this binary holds.
    #[must_use]
    pub fn embedded() -> Self {
        Self::with(FETCHED)
    }

    /// Our files and the given ones: name, bytes, gzipped bytes.
    #[must_use]
    pub fn with(fetched: &[(&'static str, &'static [u8], &'static [u8])]) -> Self {
        let own = OWN.iter().map(|(name, plain)| (*name, *plain, None));
        let fetched = fetched.iter().map(|(name, plain, gzipped)| (*name, *plain, Some(Bytes::from_static(gzipped))));
        let files: BTreeMap<_, _> = own
            .chain(fetched)
            .map(|(name, plain, gzipped)| (name, Asset::new(content_type(name), Bytes::from_static(plain), gzipped)))
            .collect();
        let mut all = Sha256::new();
        for (name, asset) in &files {
            all.update(name);
            all.update(&asset.hash);
        }
        Self { version: hex::encode(&all.finalize()[..8]), files }
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.files.get(name)
    }

    /// Whether GraphiQL itself is in this binary.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.files.contains_key("graphiql.js")
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}
