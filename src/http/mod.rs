//! What the server speaks over HTTP: the GraphQL transports, the page for trying the API out, files, voices, the way out of mail, health, metrics.

pub mod avatars;
pub mod client_address;
pub mod connections;
pub mod correlation;
pub mod deadline;
pub mod files;
pub mod graphiql;
pub mod graphql;
pub mod health;
pub mod metrics;
pub mod pictures;
pub mod router;
pub mod schema_gateway;
pub mod unsubscribing;
pub mod voice;
