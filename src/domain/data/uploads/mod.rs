//! Files that become tables: taken in, looked at, loaded.

pub mod jobs;
mod leavings;
pub mod loading;
pub mod model;
pub mod progress;
pub mod removal;
pub mod step;
pub mod store;
mod tabulating;
pub mod taking;
mod telling;
pub mod tenant_store;
