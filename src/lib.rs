//! Elenchus: a self-hosted GraphQL backend for AI assistants. This file lists the rooms; `docs/ARCHITECTURE.md` says
//! how they hang together.
//!
//! * ground, which imports no other room: `error`, `ids`, `clock`, `config`, `trace`, `wheels`, `outbound`
//! * `db`: Postgres · `ai`: models that write and that embed · `storage`: files · `extraction`: text out of hostile files · `events`: what happened, told to
//!   every instance · `jobs`: work that waits · `limits`: how often one may · `mail`: letters and how they leave ·
//!   `seal`: what the database keeps encrypted · `oidc`: signing in elsewhere · `tabular`: tables out of files · `sql`: the gate in
//!   front of statements that users write · `warehouse`: where their data are, and where these run · `charts`: pictures of results, as
//!   Vega-Lite and drawn · `app`: the handles on all of these
//! * `domain`: what the product does · `graphql`: how it is asked for · `http`: how it is reached
//! * `start`, `server`, `worker`, `command`: how it is run · `telemetry`: what it says about itself'

// The roots of all domains, one within the other, are as many types deep.
#![recursion_limit = "256"]

pub mod ai;
pub mod app;
pub mod charts;
pub mod clock;
pub mod command;
pub mod config;
pub mod db;
pub mod domain;
pub mod error;
pub mod events;
pub mod extraction;
pub mod graphql;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod oidc;
pub mod outbound;
pub mod seal;
pub mod server;
pub mod sql;
pub mod start;
pub mod storage;
pub mod tabular;
pub mod telemetry;
pub mod trace;
pub mod warehouse;
pub mod wheels;
pub mod worker;
