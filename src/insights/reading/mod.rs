//! What a text says besides its figures: sentences and clauses, the labels and columns that they name, and the words that
//! say how a figure is meant.

pub mod clauses;
pub mod cues;
pub mod mentions;
pub mod sentences;
pub mod words;
