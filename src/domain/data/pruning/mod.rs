//! How long the history of data is kept, and how it goes: a part at a time, so that no statement takes long however much there is.

pub mod jobs;
mod purge_store;
mod purging;
mod store;
