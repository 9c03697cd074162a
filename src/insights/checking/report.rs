//! What came of a check.

use std::ops::Range;

use crate::insights::figures::figure::Exactness;

/// What can be said of a figure, or of a word such as "highest".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It occurs in the result or follows from it.
    Grounded {
        /// From what, as in "the value of net of North: 1,204.5".
        how: String,
        exactness: Exactness,
    },
    /// Nothing in the result bears it out.
    Unsupported {
        /// The nearest fact that the sentence could mean.
        nearest: Option<String>,
    },
    /// The result says otherwise.
    Contradicted {
        /// What is true.
        fact: String,
    },
}

/// One figure or claim of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// In bytes of the text.
    pub span: Range<usize>,
    /// As it stands there.
    pub text: String,
    pub verdict: Verdict,
}

impl Checked {
    #[must_use]
    pub fn is_grounded(&self) -> bool {
        matches!(self.verdict, Verdict::Grounded { .. })
    }
}

/// What came of a check, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    pub figures: Vec<Checked>,
    /// Words such as "highest" or "fell" that the result contradicts or bears out.
    pub claims: Vec<Checked>,
    /// Where the sentences of the text stand.
    pub sentences: Vec<Range<usize>>,
    /// Whether all was looked at; figures that were not are unsupported.
    pub is_complete: bool,
}

impl Report {
    /// Whether every figure follows from the result and no claim is contradicted.
    #[must_use]
    pub fn is_grounded(&self) -> bool {
        self.bad().next().is_none()
    }

    /// What does not follow from the result.
    pub fn bad(&self) -> impl Iterator<Item = &Checked> {
        self.figures.iter().chain(&self.claims).filter(|checked| !checked.is_grounded())
    }
}
