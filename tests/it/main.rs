//! The integration tests: one binary, a database a test.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's helpers fail the test, as its own lines do")]

mod access;
mod access_tokens;
mod accounts;
mod chunking;
mod citations;
mod database;
mod documents;
mod embedded;
mod embeddings;
mod extraction;
mod extractive;
mod graphiql;
mod guard;
mod media;
mod memory;
mod memory_prompts;
mod memory_search;
mod prices;
mod provider_faults;
mod providers;
mod retrieval;
mod rooms;
mod schema_sdl;
mod sessions;
mod settings;
mod sign_in_graphql;
mod signed;
mod statements;
mod storage;
mod streams;
mod support;
mod transport_support;
mod transports_http;
mod transports_socket;
mod transports_stream;
mod transports_upload;
mod word;
