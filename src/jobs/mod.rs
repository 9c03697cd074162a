//! Work that waits: queued in the transaction that causes it, leased by one process, retried, never lost.

pub mod job;
pub mod queue;
pub mod runner;
