//! Encryption at rest: what the database keeps for others than whoever reads a copy of it.
//!
//! [`sealer`] seals and opens one value, [`columns`] lists where sealed values are, [`store`] finds them, [`reseal`] brings
//! them all under the newest key.

pub mod columns;
pub mod reseal;
pub mod sealer;
pub mod store;
