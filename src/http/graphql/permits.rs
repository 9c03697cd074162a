//! Caps by caller: how many sockets or streams one account has open on this instance.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;

/// Counts what each key holds. A clone counts the same.
#[derive(Debug, Clone, Default)]
pub struct Permits(Arc<DashMap<String, usize>>);

/// One thing held; gives itself back when dropped.
#[derive(Debug)]
pub struct Permit {
    counts: Arc<DashMap<String, usize>>,
    key: String,
}

impl Permits {
    /// One more for the key, unless it has `limit` already.
    #[must_use]
    pub fn take(&self, key: &str, limit: usize) -> Option<Permit> {
        let mut count = self.0.entry(key.to_owned()).or_insert(0);
        if *count >= limit {
            return None;
        }
        *count += 1;
        drop(count);
        Some(Permit { counts: Arc::clone(&self.0), key: key.to_owned() })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Entry::Occupied(mut held) = self.counts.entry(std::mem::take(&mut self.key)) {
            match held.get().checked_sub(1) {
                None | Some(0) => {
                    held.remove();
                }
                Some(rest) => {
                    held.insert(rest);
                }
            }
        }
    }
}
