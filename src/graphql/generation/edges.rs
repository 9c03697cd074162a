//! From generations to their texts and sources.

use async_graphql::{ComplexObject, Context, Result};

use super::loaders::{CitationsOf, LiveText};
use super::types::{Citation, Generation, GenerationEnded};
use crate::domain::generation::reading;
use crate::graphql::context::{actor, app};
use crate::graphql::documents::loaders::{ChunkById, DocumentById};
use crate::graphql::documents::types::{Chunk, Document};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;

#[ComplexObject]
impl Generation {
    /// The whole text; while it is being written, the text so far.
    async fn text(&self, ctx: &Context<'_>) -> Result<String> {
        if self.end_cursor.is_some() {
            return Ok(self.content.clone());
        }
        Ok(load::<LiveText>(ctx, self.key).await?.unwrap_or_default().0)
    }

    /// Where `text` stands. The subscription `generation(id, after: cursor)` goes on right behind it, with nothing lost
    /// and no text repeated; citations that you have may come once more. For one that has ended only its end comes.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        if let Some(cursor) = &self.end_cursor {
            return Ok(cursor.clone());
        }
        Ok(load::<LiveText>(ctx, self.key).await?.unwrap_or_default().1.to_string())
    }

    /// What the markers in the text stand for, in their order; while it is being written, those so far.
    async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
        // Read after the text: a cursor is never past citations that are not here.
        if self.end_cursor.is_none() {
            load::<LiveText>(ctx, self.key).await?;
        }
        let citations = load::<CitationsOf>(ctx, self.key).await?.unwrap_or_default();
        Ok(citations.into_iter().map(Citation::from).collect())
    }
}

#[ComplexObject]
impl Citation {
    /// The document. Null once it is gone, or no longer shared with the reader.
    async fn document(&self, ctx: &Context<'_>) -> Result<Option<Document>> {
        let Some(key) = self.document_key else { return Ok(None) };
        Ok(load::<DocumentById>(ctx, key).await?.map(Document::from))
    }

    /// The passage that the quote is from. Null once the document is gone or was read anew.
    async fn chunk(&self, ctx: &Context<'_>) -> Result<Option<Chunk>> {
        let Some(key) = self.chunk_key else { return Ok(None) };
        Ok(load::<ChunkById>(ctx, key).await?.map(Chunk::from))
    }
}

#[ComplexObject]
impl GenerationEnded {
    /// The generation as it ended; without its text if it was deleted while you followed it.
    async fn generation(&self, ctx: &Context<'_>) -> Result<Generation> {
        reading::ended(app(ctx), actor(ctx), self.key).await.map(Generation::from).map_err(to_graphql)
    }
}
