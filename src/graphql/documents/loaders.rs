//! Documents and passages, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::documents::actions::read;
use crate::domain::documents::model::{Chunk, Document};
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{ChunkId, DocumentId};

/// A document that the reader may see.
pub struct DocumentById;

impl Load for DocumentById {
    type Key = DocumentId;
    type Value = Document;

    async fn load(app: &App, actor: &Actor, keys: &[DocumentId]) -> Result<HashMap<DocumentId, Document>> {
        read::load_documents(app, actor, keys).await
    }
}

/// A passage of a document that the reader may see.
pub struct ChunkById;

impl Load for ChunkById {
    type Key = ChunkId;
    type Value = Chunk;

    async fn load(app: &App, actor: &Actor, keys: &[ChunkId]) -> Result<HashMap<ChunkId, Chunk>> {
        read::load_chunks(app, actor, keys).await
    }
}

/// A page of a document's passages.
pub struct ChunkPage;

impl Load for ChunkPage {
    type Key = (DocumentId, Page<i32>);
    type Value = Slice<Chunk>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        // All parents of one field ask for the same page; another alias may ask for another.
        let mut by_page: HashMap<Page<i32>, Vec<DocumentId>> = HashMap::new();
        for (document, page) in keys {
            by_page.entry(*page).or_default().push(*document);
        }
        let mut pages = HashMap::new();
        for (page, documents) in by_page {
            let found = read::chunk_pages(app, actor, &documents, &page).await?;
            pages.extend(found.into_iter().map(|(document, slice)| ((document, page), slice)));
        }
        Ok(pages)
    }
}
