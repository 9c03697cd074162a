//! What may stand between a model and the log: text waits there until it was looked at. What is not let through is in no
//! log, and nobody sees it.

use futures::future::BoxFuture;

use crate::ai::chat::part::Usage;

/// Lets a model's text through piece by piece.
pub trait Gate: Send + Sync {
    /// Takes what the model says next, and gives what may be shown by now.
    fn push<'a>(&'a mut self, piece: &'a str) -> BoxFuture<'a, Released>;

    /// Takes the end of what the model says, and gives the rest. Not called for a text that is stopped or breaks off: what
    /// is still held is then shown to nobody.
    fn finish(&mut self) -> BoxFuture<'_, Released>;
}

/// What is let through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Released {
    /// May be empty.
    pub text: String,
    /// Nothing more will be: the model need not go on.
    pub is_last: bool,
    /// Tokens that looking took; they count as the run's.
    pub spent: Usage,
}
