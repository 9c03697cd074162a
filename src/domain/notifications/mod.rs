//! The inbox: what people are told in the product itself.
//!
//! Whoever changes something that people want to know posts it in the transaction of the change ([`posting`]), so that it is
//! there exactly once, with the change or not at all. Each person's notifications are numbered in the order in which they become
//! visible: a reader who has seen one has missed none before it ([`follow`]). What somebody wants to be told, here and by mail, is
//! theirs to say ([`preferences`]); who sends mail asks [`reading`].

pub mod actions;
pub mod follow;
pub mod jobs;
pub mod model;
pub mod policy;
pub mod posting;
pub mod preference_store;
pub mod preferences;
pub mod reading;
pub mod store;
