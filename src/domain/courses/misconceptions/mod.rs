//! What a class believes wrongly about a week, found in what its students said in tutoring sessions.
//!
//! [`search`] begins, [`material`] gathers what was said, [`purpose`] has a model read it ([`asking`] says how), [`answers`] says
//! what of its answer is believed, [`quoting`] finds its quotes, [`held_against`] does without one, [`ending`] keeps what was
//! found, [`refresh`] has it follow what is said, and [`reading`] is what those who teach see.
//!
//! Nothing here stores a word of a student's: evidence is a place in a message, and is cut from it when it is read. So what
//! is deleted is gone here too, and a copy of somebody's data has nothing to take from here.

pub mod answers;
pub mod asking;
pub mod ending;
pub mod held_against;
pub mod material;
pub mod model;
pub mod prompts;
pub mod purpose;
pub mod quoting;
pub mod reading;
pub mod reading_store;
pub mod refresh;
pub mod search;
pub mod statement_store;
pub mod store;
