//! Alerts: conditions over what comes of kept statements, watched at intervals and when data change, and who hears when they hold.
//!
//! What an evaluation means is pure: [`observing`] makes one value of rows, [`judging`] holds it against the condition, and [`machine`] says
//! what state that leads to and who hears of it. That it happens once on any number of servers is the work of [`jobs`] and
//! [`concluding`].

pub mod actions;
pub mod asking;
pub mod claim_store;
pub mod concluding;
pub mod evaluating;
pub mod event_store;
pub mod following;
pub mod jobs;
pub mod judging;
pub mod machine;
pub mod mail_jobs;
pub mod model;
pub mod notices;
pub mod observed;
pub mod observing;
pub mod policy;
pub mod preview;
pub mod reading;
pub mod recipient_store;
pub mod rule;
pub mod store;
pub mod telling;
pub mod times;
pub mod watching;
pub mod wording;
