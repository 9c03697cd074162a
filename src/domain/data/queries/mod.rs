//! Statements about data: through the gate, from the cache or run, and what came of them.

pub mod allowance;
pub mod asking;
pub mod cancelling;
mod collecting;
pub mod following;
pub mod gating;
pub mod history;
pub mod identity;
pub mod jobs;
pub mod latest;
pub mod latest_store;
pub mod model;
pub mod result_store;
pub mod run_store;
pub mod running;
pub mod saved_run_store;
