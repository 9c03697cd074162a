//! The GraphQL room: the schema's shape, and what is checked of a document before the engine sees it.
//!
//! - [`guard`]: parses, bounds and caches documents; [`measure`] counts them, [`nesting`] looks at them first.

pub mod guard;
