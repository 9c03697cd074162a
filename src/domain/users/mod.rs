//! People: accounts, sign-in, and who is asking.

pub mod account_store;
pub mod actions;
pub mod actor;
pub mod admin_store;
pub mod audit;
pub mod client;
pub mod common_passwords;
pub mod invitation_store;
pub mod jobs;
pub mod key_store;
pub mod key_uses;
pub mod keys;
pub mod mail_jobs;
pub mod mail_token;
pub mod mail_token_store;
pub mod model;
pub mod password;
pub mod password_rules;
pub mod permissions;
pub mod policy;
pub mod profile_policy;
pub mod second_factor;
pub mod second_factor_store;
pub mod session_store;
pub mod store;
pub mod tokens;
