//! The GraphQL room: what is checked of a document before the engine sees it.
//!
//! - [`guard`] parses, bounds and caches documents: [`nesting`] looks at them first, [`measure`] counts them.
//! - [`variables`] checks the values that a document asks for.

pub mod guard;
pub mod measure;
pub mod nesting;
pub mod variables;
