//! What every embedding model can do.

use futures::future::BoxFuture;

use super::error::EmbedError;

/// What a text is embedded for: some models treat a question unlike a passage, and a person waits for a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A person's question; answered before any passages that wait.
    Query,
    /// A piece of a document that is to be found.
    Passage,
}

/// A model that turns texts into vectors of unit length.
pub trait Embedder: Send + Sync {
    /// The stable name that is stored beside each vector: vectors are comparable only under the same name.
    /// `local/all-MiniLM-L6-v2`, `openai/text-embedding-3-small@1536`.
    fn model(&self) -> &str;

    /// The length of every vector.
    fn dimensions(&self) -> usize;

    /// One vector a text, in the order of the texts, each of length 1 and [`Embedder::dimensions`] long. Any number of
    /// texts may be given. Dropping the future abandons the work that has not started.
    fn embed<'a>(&'a self, texts: &'a [String], purpose: Purpose) -> BoxFuture<'a, Result<Vec<Vec<f32>>, EmbedError>>;

    /// How many texts to give at once for the best throughput: more only take more memory.
    fn max_batch(&self) -> usize;
}
