//! Configuration: one struct a concern, every value from one documented variable. Starts wrong = does not start.

pub mod accounts;
pub mod audit;
pub mod auth;
pub mod budgets;
pub mod database;
pub mod documents;
pub mod env;
pub mod generation;
pub mod graphql;
pub mod key_files;
pub mod limits;
pub mod load;
pub mod mail;
pub mod models;
pub mod oidc;
pub mod roles;
pub mod secrets;
pub mod server;
pub mod setting;
pub mod settings;
mod settings_accounts;
mod settings_tutoring;
pub mod speech;
pub mod storage;
pub mod telemetry;
pub mod tutoring;
