//! All of what belongs to one person, across domains: taking a copy of it, and taking leave.
//!
//! [`deletion`] shuts an account at once, [`purge`] removes what is left of it some time later; [`export`] is how a copy of
//! everything is asked for and fetched, [`writing`] how it is written, into an [`archive`], with what [`sections`] list.

pub mod archive;
pub mod contents_store;
pub mod deletion;
pub mod departure_store;
pub mod export;
pub mod jobs;
pub mod keeping;
pub mod model;
pub mod naming;
pub mod purge;
pub mod sections;
pub mod store;
pub mod writing;
