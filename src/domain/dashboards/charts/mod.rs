//! How results are drawn: specifications that are kept, and those that are proposed.

pub mod actions;
pub mod model;
pub mod policy;
pub mod proposals;
pub mod reading;
pub mod specs;
pub mod store;
