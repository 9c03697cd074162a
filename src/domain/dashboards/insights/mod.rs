//! Texts about results, grounded in their numbers.
//!
//! [`generating`] takes the wish for one: what was written of the same already ([`identity`]) is given again, and without a model the text is there at once
//! ([`grounding`]). With one, the model is told the result ([`context`], [`purpose`]), and its text is held against that when it has ended
//! ([`settling`]): what does not follow goes back to the model twice ([`requesting`]), and is struck then.

pub mod answers;
pub mod context;
pub mod ending;
pub mod feedback;
pub mod following;
pub mod generating;
pub mod grounding;
pub mod identity;
pub mod jobs;
pub mod languages;
pub mod model;
pub mod purpose;
pub mod reading;
pub mod removing;
pub mod requesting;
pub mod settling;
pub mod store;
pub mod subject;
