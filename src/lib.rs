//! Elenchus: a self-hosted GraphQL backend for AI assistants. This file lists the rooms; `docs/ARCHITECTURE.md` says
//! how they hang together.
//!
//! - [`graphql`]: what is checked of a document. [`http`]: the transports.
//! - [`error`], [`ids`], [`clock`], [`config`], [`wheels`]: the ground, which imports no other room.

pub mod clock;
pub mod config;
pub mod error;
pub mod graphql;
pub mod http;
pub mod ids;
pub mod wheels;
