//! What the product does, by domain. A domain imports only those before it: `users`, `documents`, `generation`,
//! `conversations`, `workspaces`, `notifications`, `webhooks`, `data`, `dashboards`, `courses`, `analytics`, `accounts`.

pub mod accounts;
pub mod analytics;
pub mod conversations;
pub mod courses;
pub mod dashboards;
pub mod data;
pub mod documents;
pub mod generation;
pub mod notifications;
pub mod users;
pub mod webhooks;
pub mod workspaces;
