//! A private Postgres with pgvector in the data directory, for running without a database server.
//!
//! [`server::start`] takes the folder's lock, finds binaries, makes or takes over the cluster, and keeps Postgres
//! running until it is told to stop. Postgres listens on a Unix socket alone, in a folder of its own: there is no port
//! to collide with, and nothing for other people on the machine or the network to connect to. Passwords are asked for
//! all the same.
//!
//! Ordinarily everything stays below `DATA_DIR/postgres`. Postgres refuses to run as root; root therefore runs it as
//! another account, and keeps the cluster where that account can reach it ([`place`]).

pub mod account;
pub mod binaries;
pub mod choose;
pub mod cluster;
pub mod conf;
pub mod error;
pub mod launch;
pub mod lock;
pub mod log;
pub mod orphan;
pub mod password;
pub mod place;
pub mod processes;
pub mod server;
pub mod settings;
pub mod socket;
pub mod supervisor;
pub mod system;
pub mod wheel;
