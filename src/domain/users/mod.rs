//! People: accounts, sign-in, and who is asking.

pub mod actions;
pub mod actor;
pub mod audit;
pub mod client;
pub mod common_passwords;
pub mod jobs;
pub mod model;
pub mod password;
pub mod permissions;
pub mod policy;
pub mod session_store;
pub mod store;
pub mod tokens;
