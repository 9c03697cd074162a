//! How many rows of results one request may be given.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, ErrorCode, Result};

/// Rows of all results together that one request gives.
pub const ROWS_AT_ONCE_MAX: usize = 10_000;

/// The rows that a request may still be given, whichever of its fields ask for them, and under whatever aliases.
#[derive(Debug)]
pub struct Allowance(AtomicUsize);

impl Default for Allowance {
    fn default() -> Self {
        Self(AtomicUsize::new(ROWS_AT_ONCE_MAX))
    }
}

impl Allowance {
    /// Takes so many rows, or none.
    ///
    /// # Errors
    /// `QUERY_TOO_COMPLEX` when there are not so many left.
    pub fn take(&self, rows: usize) -> Result<()> {
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(rows));
        taken.map(|_| ()).map_err(|_| too_many())
    }

    /// All of it again: for the next event of a subscription.
    pub fn renew(&self) {
        self.0.store(ROWS_AT_ONCE_MAX, Ordering::Relaxed);
    }
}

/// What is said of more rows than that.
pub(super) fn too_many() -> Error {
    let message = format!("That is more than {ROWS_AT_ONCE_MAX} rows of results at once. Ask for fewer.");
    Error::new(ErrorCode::QueryTooComplex, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_takes_nothing() {
        let allowance = Allowance::default();
        allowance.take(9_999).unwrap();
        assert_eq!(allowance.take(2).unwrap_err().code(), ErrorCode::QueryTooComplex);
        allowance.take(1).unwrap();
        allowance.take(0).unwrap();
        assert_eq!(allowance.take(1).unwrap_err().code(), ErrorCode::QueryTooComplex);
        allowance.renew();
        allowance.take(ROWS_AT_ONCE_MAX).unwrap();
    }
}
