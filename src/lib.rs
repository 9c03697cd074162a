//! Elenchus: a self-hosted GraphQL backend for AI assistants. This file lists the rooms; `docs/ARCHITECTURE.md` says
//! how they hang together.
//!
//! - [`error`], [`ids`], [`clock`], [`config`], [`wheels`]: the ground, which imports no other room.
//! - [`db`]: Postgres, our own private one included.

pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod ids;
pub mod wheels;
