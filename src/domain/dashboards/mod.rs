//! What people look at: charts of kept statements.
//!
//! Everything here belongs to the workspace of the source that it is drawn from, and every statement joins its members.

pub mod charts;
