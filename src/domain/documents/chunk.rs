//! Cuts a text into passages, each with its exact place in the text.

use text_splitter::{ChunkConfig, TextSplitter};

use crate::extraction::report::PageStart;

/// One passage. Characters are Unicode scalar values, as Postgres counts them; both ranges name the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkSpan {
    /// From 0, in the order of the text.
    pub index: usize,
    pub start_char: usize,
    pub end_char: usize,
    pub start_byte: usize,
    pub end_byte: usize,
    /// The page on which the passage begins; `None` when the format has no pages.
    pub page: Option<i32>,
}

impl ChunkSpan {
    /// The passage's text, given the text that it was cut from.
    #[must_use]
    pub fn slice(self, text: &str) -> Option<&str> {
        text.get(self.start_byte..self.end_byte)
    }
}

/// Passages of at most `size` characters, each of which repeats up to `overlap` characters of the one before. Cuts are
/// made at the largest boundary that fits: empty lines, lines, sentences, words, then characters. White space around a
/// passage is left out; nothing else ever is, and no passage is empty.
///
/// An `overlap` that is not less than `size` is taken as none, a `size` of zero as one.
#[must_use]
pub fn chunk(text: &str, pages: &[PageStart], size: usize, overlap: usize) -> Vec<ChunkSpan> {
    let size = size.max(1);
    let config = ChunkConfig::new(size);
    let config = config.with_overlap(overlap).unwrap_or_else(|_| ChunkConfig::new(size));
    let splitter = TextSplitter::new(config);
    let mut spans: Vec<ChunkSpan> = Vec::new();
    let mut window = Window { start_byte: 0, start_char: 0 };
    while let Some(part) = window.text(text, size) {
        let is_last = window.start_byte + part.len() == text.len();
        let found: Vec<_> = splitter.chunk_char_indices(part).filter(|found| !found.chunk.is_empty()).collect();
        // The last passage may end where the window does and not where it should: the next window begins with it.
        let (kept, next) = match found.split_last() {
            Some((last, before)) if !is_last && !before.is_empty() => (before, Some(last)),
            _ => (&found[..], None),
        };
        for found in kept {
            let end_byte = window.start_byte + found.byte_offset + found.chunk.len();
            // A window that begins within the overlap may give a piece of what is in the passage before.
            if spans.last().is_some_and(|before| end_byte <= before.end_byte) {
                continue;
            }
            let start_char = window.start_char + found.char_offset;
            spans.push(ChunkSpan {
                index: spans.len(),
                start_char,
                end_char: start_char + found.chunk.chars().count(),
                start_byte: window.start_byte + found.byte_offset,
                end_byte,
                page: page_at(pages, start_char),
            });
        }
        window = match next {
            Some(next) => window.after(next.byte_offset, next.char_offset),
            None => window.after(part.len(), part.chars().count()),
        };
    }
    spans
}

/// What the splitter is given at a time: its time grows with the square of a text without line ends, ours must not.
#[derive(Clone, Copy)]
struct Window {
    start_byte: usize,
    start_char: usize,
}

/// Characters of a window, in passages.
const WINDOW_PASSAGES: usize = 4;

impl Window {
    fn text(self, text: &str, size: usize) -> Option<&str> {
        let rest = text.get(self.start_byte..).filter(|rest| !rest.is_empty())?;
        let end = rest.char_indices().nth(size.saturating_mul(WINDOW_PASSAGES)).map_or(rest.len(), |(at, _)| at);
        rest.get(..end)
    }

    const fn after(self, bytes: usize, chars: usize) -> Self {
        Self { start_byte: self.start_byte + bytes, start_char: self.start_char + chars }
    }
}

/// The page to which a character belongs: the last one that starts at or before it.
fn page_at(pages: &[PageStart], at: usize) -> Option<i32> {
    let after = pages.partition_point(|page| page.start_char <= at);
    pages.get(after.checked_sub(1)?).map(|page| page.page)
}
