//! A specification as types. What is read here was held against the profile before; only [`profile`](super::profile) reads it.

pub mod channel;
pub mod chart;
pub mod definition;
pub mod guide;
pub mod mark;
pub mod op;
pub mod setting;
pub mod sort;
pub mod time_unit;
pub mod transform;
