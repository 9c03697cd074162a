//! Statements that are kept under a name, with the values that they ask for, to be run again.

pub mod actions;
pub mod asking;
pub mod model;
pub mod policy;
pub mod reading;
pub mod store;
pub mod values;
