//! What hangs on the misconceptions of a week.

use async_graphql::{ComplexObject, Context, Result};

use super::misconceptions::{Misconception, MisconceptionEvidence, MisconceptionReading, WeekMisconceptions};
use super::misconceptions_loaders::{MisconceptionsOf, ReadingAgainst};
use super::tutoring::TutoringSession;
use super::tutoring_loaders::TutoringSessionById;
use crate::error::Error;
use crate::graphql::conversations::loaders::MessageById;
use crate::graphql::conversations::types::Message;
use crate::graphql::documents::loaders::{ChunkById, DocumentById};
use crate::graphql::documents::types::{Chunk, Document};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;

#[ComplexObject]
impl WeekMisconceptions {
    /// What was found, what most students show first. Empty when nothing was, and when nobody's words are left that show it.
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<Misconception>> {
        let shown = load::<MisconceptionsOf>(ctx, self.week_key).await?.unwrap_or_default();
        Ok(shown.into_iter().map(Misconception::from).collect())
    }
}

#[ComplexObject]
impl Misconception {
    /// The passage that speaks against it, one that the tutor had cited. Null where none does, and once you may not read it.
    async fn reading(&self, ctx: &Context<'_>) -> Result<Option<MisconceptionReading>> {
        Ok(load::<ReadingAgainst>(ctx, self.key).await?.map(MisconceptionReading::from))
    }
}

#[ComplexObject]
impl MisconceptionEvidence {
    /// All that the student said there.
    async fn message(&self, ctx: &Context<'_>) -> Result<Message> {
        let message = load::<MessageById>(ctx, self.message_key).await?;
        message.map(Message::from).ok_or_else(|| to_graphql(Error::not_found("message")))
    }

    /// The session that it was said in.
    async fn session(&self, ctx: &Context<'_>) -> Result<TutoringSession> {
        let session = load::<TutoringSessionById>(ctx, self.session_key).await?;
        session.map(TutoringSession::from).ok_or_else(|| to_graphql(Error::not_found("tutoring session")))
    }
}

#[ComplexObject]
impl MisconceptionReading {
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
