//! What the server says about itself: a log, metrics, traces over OTLP, and reports of failures to Sentry.
//!
//! Each is a layer that listens to what the other rooms say through `tracing`; none of them is known to those rooms.

pub mod delivery;
pub mod line;
pub mod logs;
pub mod panics;
pub mod prometheus;
pub mod reports;
pub mod start;
pub mod traces;
