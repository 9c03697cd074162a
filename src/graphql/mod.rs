//! How the product is asked for: one GraphQL schema over the actions of `domain`.
//!
//! [`guard`] parses, bounds and caches documents before the engine sees them: [`nesting`] looks at them first,
//! [`measure`] counts them, [`variables`] checks the values they ask for. [`schema`] puts the roots together; a folder
//! a domain holds its types, edges, loaders and roots.

pub mod accounts;
pub mod analytics;
pub mod classes;
pub mod context;
pub mod conversations;
pub mod cost;
pub mod courses;
pub mod dashboards;
pub mod data;
pub mod documents;
pub mod error;
pub mod events;
pub mod generation;
pub mod guard;
pub mod loader;
pub mod measure;
pub mod nesting;
pub mod node;
pub mod notifications;
pub mod page;
pub mod persisted;
pub mod query;
pub mod scalars;
pub mod schema;
pub mod shape;
pub mod users;
pub mod variables;
pub mod viewer;
pub mod webhooks;
pub mod workspaces;
