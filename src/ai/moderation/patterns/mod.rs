//! What the rules look for, a file a category. [`words`] has the vocabulary that they share.

pub mod allowed;
pub mod gossip;
pub mod group;
pub mod manipulation;
pub mod names;
pub mod partisan;
pub mod self_harm;
pub mod sexual;
pub mod words;
