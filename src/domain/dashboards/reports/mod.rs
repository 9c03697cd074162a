//! Reports: dashboards that are mailed at times, with their charts, to people who may see them.
//!
//! [`schedule`] says when, [`claiming`] takes what is due, once for all servers. [`running`] has the dashboard run and comes back
//! until its queries have ended; [`composing`] writes the letter, which [`attaching`] gives its files, and [`sending`] sends it to one person
//! at a time. [`ending`] says what came of it: a report never looks better in the log than it was.

pub mod actions;
pub mod attaching;
pub mod claiming;
pub mod composing;
pub mod ending;
pub mod jobs;
pub mod letter_job;
pub mod model;
pub mod policy;
pub mod problems;
pub mod reading;
pub mod recipient_store;
pub mod run_job;
pub mod run_store;
pub mod running;
pub mod schedule;
pub mod sending;
pub mod store;
pub mod unsubscribing;
pub mod upkeep;
