//! What the tests stand on: a Postgres, a database of their own, an application over it, providers that answer.

pub mod bucket;
pub mod chat;
pub mod cluster;
pub mod counters;
pub mod database;
pub mod dialogue;
pub mod files;
pub mod folders;
pub mod forgery;
pub mod letters;
pub mod library;
pub mod live;
pub mod log;
pub mod oidc;
pub mod people;
pub mod private;
pub mod provider;
pub mod receivers;
pub mod redis;
pub mod sdl;
pub mod served;
pub mod smtp;
pub mod sources;
pub mod talk;
pub mod uploads;
pub mod vectors;
