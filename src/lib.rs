//! Elenchus: a self-hosted GraphQL backend for AI assistants. This file lists the rooms; `docs/ARCHITECTURE.md` says
//! how they hang together.
//!
//! - [`error`], [`ids`], [`clock`], [`config`], [`wheels`]: the ground, which imports no other room.
//! - [`storage`]: files, on this machine or in a bucket, and the signed addresses under which they are fetched.
//! - [`domain`]: what the product knows and does.

pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod ids;
pub mod storage;
pub mod wheels;
