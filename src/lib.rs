//! Elenchus: a self-hosted GraphQL backend for AI assistants. This file lists the rooms; `docs/ARCHITECTURE.md` says
//! how they hang together.
//!
//! * ground, which imports no other room: `error`, `ids`, `clock`, `config`, `wheels`
//! * `db`: Postgres · `events`: what happened, told to every instance · `jobs`: work that waits

pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod events;
pub mod ids;
pub mod jobs;
pub mod wheels;
