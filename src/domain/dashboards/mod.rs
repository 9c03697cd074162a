//! What people look at: charts of kept statements, texts about their results, dashboards that they stand on,
//! pictures and mails of these, and alerts that tell when to look.
//!
//! Everything here belongs to a workspace: charts to that of the source that they are drawn from, dashboards to their own, which their
//! sources share. Every statement joins its members, but for those of [`shares`]: what was shared with others.

pub mod alerts;
pub mod boards;
pub mod charts;
pub mod insights;
pub mod pictures;
pub mod reports;
pub mod shares;
pub mod templates;
