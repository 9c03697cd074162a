//! Text over a result, grounded in its numbers: every figure in the text occurs in the result or follows from it.
//!
//! [`checking`] finds the [`figures`] of a text, reads what the sentences around them name ([`reading`]), and looks for a fact of the
//! result that bears each out ([`facts`]). [`write`](mod@write) says the most telling things of a result without a model, in sentences that pass that check.
//! [`prompt`] puts a result in front of a model as data, tells it what to repair, and strikes what it could not.

pub mod checking;
pub mod facts;
pub mod figures;
pub mod prompt;
pub mod reading;
pub mod write;

#[cfg(test)]
mod tests;
