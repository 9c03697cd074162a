//! Postgres: how to reach it, how to run a private one, how to change its tables, how to page through them. Who asks
//! what is not known here.

pub mod connect;
pub mod embedded;
pub mod enums;
pub mod error;
pub mod functions;
pub mod migrate;
pub mod page;
pub mod pool;
pub mod prepared;
pub mod requirements;
pub mod schema;
pub mod statements;
pub mod types;
