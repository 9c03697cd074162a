//! Something worth saying about a result.

/// A sentence before it is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    pub text: String,
    /// How much it tells; the greatest are chosen.
    pub score: f64,
}

impl Observation {
    /// A sentence with its score.
    #[must_use]
    pub fn new(text: String, score: f64) -> Self {
        Self { text, score }
    }
}
