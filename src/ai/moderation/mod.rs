//! Whether a text may be shown, or shown to a model: categories, and who finds them.

mod confusables;
pub mod judge;
pub mod model;
mod normal;
mod patterns;
pub mod rules;
