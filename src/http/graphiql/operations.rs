//! The operations of the page: those it shows as samples and those it sends by itself. A test holds them against the
//! schema.

/// The sample operations that the page opens as tabs: one document, operations set apart by a line of dashes.
pub const OPERATIONS: &str = include_str!("operations.graphql");

/// What the page itself sends to sign in and out.
pub const SESSION_OPERATIONS: &str = include_str!("session.graphql");
