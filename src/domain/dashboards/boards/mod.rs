//! Dashboards: results and texts on a grid, in tabs, with filters that give the values of what is asked.

pub mod actions;
pub mod claim_store;
pub mod claimed;
pub mod claiming;
pub mod following;
mod interrupted;
mod interrupted_store;
pub mod jobs;
pub mod model;
pub mod news;
pub mod policy;
pub mod reading;
pub mod references;
pub mod running;
pub mod store;
pub mod tile_store;
pub mod values;
