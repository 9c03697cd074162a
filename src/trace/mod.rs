//! Which work a line in the log, an error or a span belongs to: request ids and W3C Trace Context, and what of a text
//! may be written down at all. Imports nothing of ours, so that every room can say what it does.

pub mod context;
pub mod redact;
pub mod span;
pub mod work;
