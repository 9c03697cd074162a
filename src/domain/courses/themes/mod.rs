//! The themes of weeks: written by those who teach, or extracted from the readings.
//!
//! [`extraction`] begins, [`purpose`] has a model read, [`suggestions`] says what of its answer is believed, [`key_phrases`]
//! does without one, [`ending`] keeps what was found, [`refresh`] has themes follow the readings.

pub mod ending;
pub mod extraction;
pub mod key_phrases;
pub mod model;
pub mod prompts;
pub mod purpose;
pub mod refresh;
pub mod store;
pub mod suggestions;
