//! Pictures of dashboards as a whole.

mod papers;
mod sheets;
