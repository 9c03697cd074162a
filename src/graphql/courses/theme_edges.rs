//! What hangs on the themes of a week.

use async_graphql::{ComplexObject, Context, Result};

use super::loaders::SpansOf;
use super::themes::{Theme, ThemeSpan};
use crate::error::Error;
use crate::graphql::documents::loaders::{ChunkById, DocumentById};
use crate::graphql::documents::types::{Chunk, Document};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;

#[ComplexObject]
impl Theme {
    /// Where in the readings it is found, the best first; only what you may read. Empty for themes that were written.
    async fn spans(&self, ctx: &Context<'_>) -> Result<Vec<ThemeSpan>> {
        let spans = load::<SpansOf>(ctx, self.key).await?.unwrap_or_default();
        Ok(spans.into_iter().map(ThemeSpan::from).collect())
    }
}

#[ComplexObject]
impl ThemeSpan {
    /// The reading.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        let document = load::<DocumentById>(ctx, self.document_key).await?;
        document.map(Document::from).ok_or_else(|| to_graphql(Error::not_found("document")))
    }

    /// The passage of the reading. Null once the document has been read in anew.
    async fn chunk(&self, ctx: &Context<'_>) -> Result<Option<Chunk>> {
        match self.chunk_key {
            Some(chunk) => Ok(load::<ChunkById>(ctx, chunk).await?.map(Chunk::from)),
            None => Ok(None),
        }
    }
}
