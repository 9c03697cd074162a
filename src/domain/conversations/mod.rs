//! Conversations: a tree of messages over some documents, with an assistant that answers.

pub mod actions;
pub mod answer;
pub mod conducted;
pub mod estimates;
pub mod exchanges;
pub mod follow;
pub mod grounding;
pub mod history;
pub mod jobs;
pub mod kinds;
pub mod messages;
pub mod model;
pub mod policy;
pub mod reading;
pub mod reply;
pub mod rewriting;
pub mod spoken;
pub mod store;
pub mod store_messages;
pub mod summary;
pub mod title;
mod visibility;
