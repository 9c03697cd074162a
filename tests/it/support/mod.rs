//! What tests stand on: a database of their own, an application over it, counters.

pub mod counters;
pub mod database;
pub mod people;
