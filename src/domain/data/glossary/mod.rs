//! The words of a workspace: what people call things there, and how they are computed. Questions in plain words are understood by them, and
//! texts about results are written with them.

pub mod actions;
pub mod model;
pub mod policy;
pub mod reading;
pub mod store;
