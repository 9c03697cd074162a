//! People: accounts, sign-in, and who is asking.

pub mod actor;
pub mod model;
