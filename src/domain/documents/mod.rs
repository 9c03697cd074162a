//! Documents: files, the text in them, and the passages that are searched and cited.
//!
//! A file's text is read by the room `extraction` and cut into passages with exact offsets ([`chunk`]); [`jobs`] takes
//! a document through these steps. [`actions`] is what a person may do, [`retrieval`] how passages are found,
//! [`visibility`] who may see what.

pub mod actions;
pub mod chunk;
pub mod jobs;
pub mod model;
pub mod orphans;
pub mod policy;
pub mod reading;
pub mod retrieval;
pub mod store;
pub mod store_chunks;
pub mod store_embeddings;
pub mod store_texts;
pub mod store_work;
pub mod vector_costs;
pub mod visibility;
