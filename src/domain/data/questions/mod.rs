//! Questions in plain words, answered by statements.
//!
//! [`asking`] takes a question: a query that somebody vouches for answers it ([`verified`]), or a model writes the statement
//! ([`requesting`], [`purpose`], told what [`context`] says), or, where there is none, the planner ([`planning`]). What was written goes through
//! the gate ([`writing`]), runs as a job ([`jobs`], [`answering`]), and goes back to the model with the database's error when it fails.
//! [`samples`] are the values that questions may name.

pub mod answering;
pub mod answers;
pub mod asking;
pub mod context;
pub mod ending;
pub mod feedback;
pub mod following;
pub mod jobs;
pub mod model;
pub mod planning;
pub mod prompts;
pub mod purpose;
pub mod reading;
mod reaping;
pub mod requesting;
pub mod sample_store;
pub mod samples;
pub mod store;
pub mod verified;
pub mod writing;
