//! Texts that a model writes, for whatever purpose: one engine, one log, any number of readers on any instance.
//!
//! [`engine`] keeps the runs of this instance, `taking` takes those that wait; [`run`] follows the model; [`writer`] appends to the log; [`feed`] hands the log to
//! readers, from any cursor and without gap or repeat; [`reaper`] ends what a dead process left.

pub mod actions;
pub mod citations;
pub mod cursor;
pub mod ending;
pub mod engine;
pub mod event;
pub mod expense;
pub mod feed;
pub mod gate;
pub mod jobs;
pub mod log;
pub mod markers;
pub mod model;
pub mod outcome;
pub mod past;
pub mod portions;
pub mod prompts;
pub mod purpose;
pub mod reading;
pub mod reaper;
pub mod run;
mod sink;
pub mod store;
pub mod store_citations;
pub mod store_instances;
pub mod store_payers;
pub mod structured;
mod taking;
mod visibility;
pub mod writer;
mod written;
