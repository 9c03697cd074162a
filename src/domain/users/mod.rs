//! People: accounts, sign-in, and who is asking.

pub mod actions;
pub mod actor;
pub mod admin_store;
pub mod audit;
pub mod budgets;
pub mod client;
pub mod common_passwords;
pub mod invitation_store;
pub mod jobs;
pub mod key_store;
pub mod key_uses;
pub mod keys;
pub mod model;
pub mod password;
pub mod permissions;
pub mod policy;
pub mod second_factor;
pub mod second_factor_store;
pub mod session_store;
pub mod store;
pub mod tokens;
