//! Connections that wait for the next statement of their workspace.

use std::time::{Duration, Instant};

use uuid::Uuid;

use super::session::Session;

/// How long a connection is kept that nobody uses.
pub(super) const IDLE: Duration = Duration::from_mins(1);

/// A connection of a workspace's role.
pub(super) struct Idle {
    pub workspace: Uuid,
    pub since: Instant,
    pub session: Session,
}
