//! Dashboards for people outside of their workspace: by name, or by a link.
//!
//! Whoever comes this way gets a [`model::Opened`] dashboard and nothing else: it leads to no chart, query, source or workspace, and what
//! its tiles show is read on its own authority.

pub mod actions;
pub mod editing;
pub mod model;
pub mod opening;
pub mod policy;
pub mod reading;
pub mod secrets;
pub mod showing;
pub mod store;
