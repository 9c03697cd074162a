//! The integration tests: one binary, a database a test.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's helpers fail the test, as its own lines do")]

mod access;
mod access_probes;
mod access_tokens;
mod accounts;
mod attaching;
mod chunking;
mod conversation_events;
mod conversations;
mod database;
mod documents;
mod embedded;
mod embeddings;
mod extraction;
mod extractive;
mod graphiql;
mod guard;
mod media;
mod message_tree;
mod messages;
mod prices;
mod provider_faults;
mod providers;
mod replies;
mod retrieval;
mod rooms;
mod schema_sdl;
mod sessions;
mod settings;
mod sign_in_graphql;
mod signed;
mod socket_support;
mod statements;
mod storage;
mod streams;
mod support;
mod titles;
mod transport_support;
mod transports_http;
mod transports_socket;
mod transports_socket_limits;
mod transports_stream;
mod transports_upload;
mod word;
