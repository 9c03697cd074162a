//! How often one caller may do what, counted once for all instances.
//!
//! [`class`] says what is counted and how much of it is allowed, [`limiter`] whether there is some left, [`store`] keeps
//! the count in Postgres, [`key`] names callers.

pub mod class;
pub mod key;
pub mod limiter;
pub mod store;
