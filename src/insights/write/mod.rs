//! Sentences about a result.

pub mod digits;
