//! What people do with accounts. Each action checks who may in its first lines.

pub mod accounts;
pub mod authenticate;
pub mod login;
pub mod logout;
pub mod new_account;
pub mod refresh;
pub mod register;
pub mod tokens;
