//! Where a reader is in a stream: opaque to clients, valid for ever and on every instance.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

/// The last event that was seen, and how many bytes of text that made. The second half answers the cursor from the
/// final text alone, after the log has been pruned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// Sequence number of the event, from 1; 0 is before the first.
    pub seq: i32,
    /// Bytes of text up to and with that event.
    pub offset: i32,
}

/// Text that is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of a generation")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 8];
        let (seq, offset) = bytes.split_at_mut(4);
        seq.copy_from_slice(&self.seq.to_be_bytes());
        offset.copy_from_slice(&self.offset.to_be_bytes());
        f.write_str(&BASE64.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let bytes: [u8; 8] = BASE64.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(InvalidCursor)?;
        let both = u64::from_be_bytes(bytes);
        let half = |bits: u64| i32::try_from(bits & u64::from(u32::MAX)).map_err(|_| InvalidCursor);
        let cursor = Self { seq: half(both >> 32)?, offset: half(both)? };
        Ok(cursor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_cursor_comes_back(seq in 0..i32::MAX, offset in 0..i32::MAX) {
            let cursor = Cursor { seq, offset };
            prop_assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert!(cursor.seq >= 0 && cursor.offset >= 0);
            }
        }
    }
}
