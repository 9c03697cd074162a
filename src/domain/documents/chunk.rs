//! Cuts a text into passages, each with its exact place in the text.

use std::ops::Range;

use text_splitter::{ChunkConfig, TextSplitter};

use super::extract::report::PageStart;

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
    let mut spans = Vec::new();
    for block in blocks(text, size) {
        let (start_byte, start_char) = (block.bytes.start, block.start_char);
        for found in splitter.chunk_char_indices(&text[block.bytes]) {
            if found.chunk.is_empty() {
                continue;
            }
            let from = start_char + found.char_offset;
            spans.push(ChunkSpan {
                index: spans.len(),
                start_char: from,
                end_char: from + found.chunk.chars().count(),
                start_byte: start_byte + found.byte_offset,
                end_byte: start_byte + found.byte_offset + found.chunk.len(),
                page: page_at(pages, from),
            });
        }
    }
    spans
}

struct Block {
    bytes: Range<usize>,
    start_char: usize,
}

fn blocks(text: &str, _size: usize) -> Vec<Block> {
    vec![Block { bytes: 0..text.len(), start_char: 0 }]
}

/// The page to which a character belongs: the last one that starts at or before it.
fn page_at(pages: &[PageStart], at: usize) -> Option<i32> {
    let after = pages.partition_point(|page| page.start_char <= at);
    pages.get(after.checked_sub(1)?).map(|page| page.page)
}
