//! From documents, passages and hits to what hangs on them.

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, Object, Result};

use super::loaders::{ChunkPage, DocumentById};
use super::types::{Chunk, Document, DocumentFilter, SearchHit};
use crate::domain::documents::actions::{download, read};
use crate::domain::documents::model;
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::courses::loaders::WeeksWith;
use crate::graphql::courses::types::Week;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::users::loaders::UserById;
use crate::graphql::users::types::User;

/// A page of documents.
pub type DocumentConnection = Connection<String, Document, DocumentTotal>;
/// A page of passages.
pub type ChunkConnection = Connection<String, Chunk, ChunkTotal>;

/// What is counted only when it is selected.
pub struct DocumentTotal {
    filter: model::DocumentFilter,
}

/// What is counted only when it is selected.
#[Object]
impl DocumentTotal {
    /// How many documents the list has in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        read::count(app(ctx), actor(ctx), &self.filter).await.map_err(to_graphql)
    }
}

/// What the list of passages has in all.
pub struct ChunkTotal {
    count: i32,
}

/// What the list of passages has in all.
#[Object]
impl ChunkTotal {
    /// How many passages the document has.
    async fn total_count(&self) -> i64 {
        i64::from(self.count)
    }
}

/// A page of the reader's documents, newest first.
///
/// # Errors
/// BAD_USER_INPUT with the argument at fault, UNAUTHENTICATED for nobody.
pub async fn viewer_documents(
    ctx: &Context<'_>,
    args: PageArgs,
    filter: Option<DocumentFilter>,
) -> Result<DocumentConnection> {
    let filter = filter.unwrap_or_default().into();
    let page = args.page(|text| text.parse().ok())?;
    let slice = read::list(app(ctx), actor(ctx), &page, &filter).await.map_err(to_graphql)?;
    let total = DocumentTotal { filter };
    Ok(connection(slice, total, |document: &model::Document| document.id.to_string(), Document::from))
}

#[ComplexObject]
impl Document {
    /// The text, or a part of it by Unicode scalar values. Null while there is none.
    async fn text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first character, from 0. Null for the start.")] from_char: Option<i32>,
        #[graphql(desc = "Where to stop; the character there is not included. Null for the end.")] to_char: Option<i32>,
    ) -> Result<Option<String>> {
        read::text(app(ctx), actor(ctx), self.key, from_char, to_char).await.map_err(to_graphql)
    }

    /// An address under which you can fetch the file without further sign-in, for as long as you may see it. Begins with
    /// a slash where this installation does not know its public address.
    async fn download_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How long it is good for, 1 to 604,800 seconds.", default = 3600)] expires_in_seconds: i32,
    ) -> Result<String> {
        let token = download::download_claim(app(ctx), actor(ctx), self.key, Some(expires_in_seconds)).await;
        let base = app(ctx).config.server.public_url.as_deref().unwrap_or("");
        token.map(|token| format!("{base}/files/{token}")).map_err(to_graphql)
    }

    /// The passages, in the order of the text.
    async fn chunks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<ChunkConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<ChunkPage>(ctx, (self.key, page)).await?.unwrap_or_default();
        let total = ChunkTotal { count: self.chunk_count };
        Ok(connection(slice, total, |chunk: &model::Chunk| chunk.position.to_string(), Chunk::from))
    }

    /// Whose it is. Null for a reading of a course that is another's, unless you may see their account.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        Ok(load::<UserById>(ctx, self.owner_key).await?.map(User::from))
    }

    /// The weeks of courses in which it is read, of those that you may read in, the oldest first.
    async fn weeks(&self, ctx: &Context<'_>) -> Result<Vec<Week>> {
        let weeks = load::<WeeksWith>(ctx, self.key).await?.unwrap_or_default();
        Ok(weeks.into_iter().map(Week::from).collect())
    }
}

#[ComplexObject]
impl Chunk {
    /// The document that it is a passage of.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        let document = load::<DocumentById>(ctx, self.document_key).await?;
        document.map(Document::from).ok_or_else(|| to_graphql(Error::not_found("document")))
    }
}

#[ComplexObject]
impl SearchHit {
    /// The document that the passage is from.
    async fn document(&self, ctx: &Context<'_>) -> Result<Document> {
        let document = load::<DocumentById>(ctx, self.chunk.document_key).await?;
        document.map(Document::from).ok_or_else(|| to_graphql(Error::not_found("document")))
    }
}
