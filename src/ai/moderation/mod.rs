//! Whether a text may be shown, or shown to a model: categories, and who finds them.

pub mod model;
