//! Pictures of people: decoded where nothing can be lost, and drawn anew.
//!
//! [`mod@format`] tells by the first bytes what it is; [`child`] decodes it in a process of its own, as documents are read, and
//! draws it in the sizes that are served: nothing of the file but its visible pixels survives. [`drawing`] is the form in
//! which it answers, and what of an answer is believed.

pub mod child;
pub mod drawing;
pub mod format;
