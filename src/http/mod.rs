//! What the server speaks over HTTP. [`graphql`] holds the GraphQL transports.

pub mod graphql;
