//! What a person may do with documents: upload, read, follow, change, fetch.

pub mod change;
pub mod download;
pub mod progress;
pub mod read;
pub mod upload;
