//! What the product does, by domain. A domain imports only those before it: `users`, `documents`, `generation`,
//! `conversations`, `courses`, `accounts`.

pub mod accounts;
pub mod conversations;
pub mod courses;
pub mod documents;
pub mod generation;
pub mod users;
