//! What a connection for statements hangs on: our own server, or somebody else's.

use tokio_postgres::CancelToken;

use super::external::dial::Outside;
use crate::db::connect::Connector;

/// What somebody else's role or database may have set otherwise. Names without a schema mean what Postgres brings along and
/// nothing that somebody put before it; roles of our own have all of this by themselves.
const OUTSIDE: &str = "; SET LOCAL search_path = pg_catalog; SET LOCAL lock_timeout = '5s'; \
                       SET LOCAL idle_in_transaction_session_timeout = '60s'; SET LOCAL jit = off";
/// What comes of a result besides its values: lengths, columns, notices.
const OVERHEAD: usize = 4 * 1024 * 1024;
/// A character that is kept may have four bytes, and of the row that is too much all come.
const BYTES_PER_KEPT: usize = 8;

/// A statement is looked at, and then run within another one.
const TIMES_SAID: usize = 4;
/// What is said besides a statement: settings, the columns of a wide result, and questions about types.
const SAID_BESIDES: usize = 256 * 1024;

/// The other end.
#[derive(Clone)]
pub(super) enum Line {
    Own(Box<Connector>),
    Outside(Outside),
}

impl Line {
    /// What is set for a statement besides, behind other settings.
    pub(super) const fn settings(&self) -> &'static str {
        match self {
            Self::Own(_) => "",
            Self::Outside(_) => OUTSIDE,
        }
    }

    /// Says that a statement of so many bytes begins, of whose result so many are kept.
    pub(super) fn begin(&self, kept: usize, said: usize) {
        if let Self::Outside(outside) = self {
            let to_say = said.saturating_mul(TIMES_SAID).saturating_add(SAID_BESIDES);
            outside.grant(kept.saturating_mul(BYTES_PER_KEPT).saturating_add(OVERHEAD), to_say);
        }
    }

    /// Says that values of so many bytes are sent: no type is asked for any more.
    pub(super) fn say(&self, values: usize) {
        if let Self::Outside(outside) = self {
            outside.say(values);
        }
    }

    /// Asks the server to break off what a connection is doing. That it is gone is as good.
    pub(super) async fn cancel(&self, token: CancelToken) {
        match self {
            Self::Own(connector) => {
                if let Err(error) = connector.cancel(token).await {
                    tracing::debug!(%error, "a statement could not be broken off: its connection is gone");
                }
            }
            Self::Outside(outside) => outside.cancel(token).await,
        }
    }
}
