//! What the server speaks over HTTP. [`graphiql`] holds the page for trying the API out.

pub mod graphiql;
