//! What one GraphQL request, and one websocket, may ask for.

use std::path::PathBuf;
use std::time::Duration;

use super::env::{ConfigError, Env};
use super::server::Environment;

#[derive(Debug, Clone)]
pub struct GraphqlConfig {
    /// `MAX_QUERY_BYTES`
    pub max_bytes: usize,
    /// `MAX_QUERY_DEPTH`
    pub max_depth: usize,
    /// `MAX_QUERY_FIELDS`, after fragments are spread out.
    pub max_fields: usize,
    /// `MAX_QUERY_ALIASES`
    pub max_aliases: usize,
    /// `MAX_ROOT_FIELDS`
    pub max_root_fields: usize,
    /// `MAX_QUERY_DIRECTIVES`
    pub max_directives: usize,
    /// `MAX_BODY_BYTES` of JSON.
    pub max_body_bytes: usize,
    /// `MESSAGE_MAX_CHARS` of a person's message.
    pub message_max_chars: usize,
    /// `INTROSPECTION`
    pub introspection: bool,
    /// `GRAPHIQL`
    pub graphiql: bool,
    /// `SOCKET_MAX_SUBSCRIPTIONS`
    pub socket_max_subscriptions: usize,
    /// `SOCKET_IDLE_SECONDS`
    pub socket_idle: Duration,
    /// `SOCKETS_PER_USER` on one instance.
    pub sockets_per_user: usize,
    /// `MAX_COST` of an operation of somebody who is signed in.
    pub max_cost: u64,
    /// `MAX_COST_ANONYMOUS`
    pub max_cost_anonymous: u64,
    /// `MAX_COST_ADMIN`
    pub max_cost_admin: u64,
    /// `PERSISTED_QUERIES_MAX`: automatic persisted queries kept; 0 for none.
    pub persisted_queries_max: u32,
    /// `TRUSTED_DOCUMENTS`: where only the documents of this file are run.
    pub trusted_documents: Option<PathBuf>,
}

impl GraphqlConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env, environment: Environment) -> Result<Self, ConfigError> {
        let switch = |name| {
            let auto = environment == Environment::Development;
            env.choice(name, &[("on", true), ("off", false), ("auto", auto)])
        };
        Ok(Self {
            max_bytes: env.number("MAX_QUERY_BYTES", 256..=1_048_576)?,
            max_depth: env.number("MAX_QUERY_DEPTH", 3..=64)?,
            max_fields: env.number("MAX_QUERY_FIELDS", 10..=100_000)?,
            max_aliases: env.number("MAX_QUERY_ALIASES", 0..=10_000)?,
            max_root_fields: env.number("MAX_ROOT_FIELDS", 1..=1000)?,
            max_directives: env.number("MAX_QUERY_DIRECTIVES", 0..=1000)?,
            max_body_bytes: env.number("MAX_BODY_BYTES", 1024..=67_108_864)?,
            message_max_chars: env.number("MESSAGE_MAX_CHARS", 1..=1_000_000)?,
            introspection: switch("INTROSPECTION")?,
            graphiql: switch("GRAPHIQL")?,
            socket_max_subscriptions: env.number("SOCKET_MAX_SUBSCRIPTIONS", 1..=10_000)?,
            socket_idle: Duration::from_secs(env.number("SOCKET_IDLE_SECONDS", 3..=3600)?),
            sockets_per_user: env.number("SOCKETS_PER_USER", 1..=10_000)?,
            max_cost: env.number("MAX_COST", 1..=1_000_000_000)?,
            max_cost_anonymous: env.number("MAX_COST_ANONYMOUS", 1..=1_000_000_000)?,
            max_cost_admin: env.number("MAX_COST_ADMIN", 1..=1_000_000_000)?,
            persisted_queries_max: env.number("PERSISTED_QUERIES_MAX", 0..=1_000_000)?,
            trusted_documents: env.text("TRUSTED_DOCUMENTS")?.map(PathBuf::from),
        })
    }
}
