//! Databases of somebody else's as sources: entered, tried before they are kept, looked at again, and let go.

pub mod entering;
pub mod model;
pub mod refreshing;
pub mod removal;
pub mod saving;
pub mod store;
pub mod trying;
