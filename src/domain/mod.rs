//! What the product does, by domain. A domain imports only those before it: `users`, `documents`, `generation`,
//! `conversations`, `accounts`.

pub mod accounts;
pub mod conversations;
pub mod documents;
pub mod generation;
pub mod users;
