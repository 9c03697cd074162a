//! Postgres: the private one, and what any other must bring along.

pub mod embedded;
pub mod requirements;
