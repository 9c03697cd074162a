//! How often one caller may do what, counted once for all instances.
//!
//! [`class`] says what is counted and how much of it is allowed, [`limiter`] whether there is some left, [`store`] keeps
//! the count in [`postgres`] or, where there is one, in [`redis`]; [`alone`] counts while neither answers; [`key`] names
//! callers.

pub mod alone;
pub mod class;
pub mod key;
pub mod limiter;
pub mod postgres;
pub mod redis;
pub mod store;
