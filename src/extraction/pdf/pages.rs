//! Puts pages together into one text, and keeps where each begins.

use crate::extraction::report::{ExtractError, Extracted, PageStart};
use crate::extraction::tidy;

/// A text that grows by pages, an empty line between two of them.
pub(super) struct Pages {
    text: String,
    chars: usize,
    starts: Vec<PageStart>,
    max_chars: usize,
    truncated: bool,
}

impl Pages {
    pub(super) fn new(max_chars: usize) -> Self {
        Self { text: String::new(), chars: 0, starts: Vec::new(), max_chars, truncated: false }
    }

    /// Whether no more text will be kept, so that further pages need not be read.
    pub(super) fn is_full(&self) -> bool {
        self.truncated
    }

    /// Adds the page with the given number, from 1.
    pub(super) fn add(&mut self, page: i32, raw: &str) {
        // Two characters for the line ends in front of it.
        let room = self.max_chars.saturating_sub(self.chars + 2);
        let (text, cut) = tidy::normalise(raw, room);
        self.truncated |= cut;
        let text = tidy::compact(&text);
        if !text.is_empty() && self.chars > 0 {
            self.text.push_str("\n\n");
            self.chars += 2;
        }
        self.starts.push(PageStart { page, start_char: self.chars });
        self.chars += text.chars().count();
        self.text.push_str(&text);
    }

    pub(super) fn finish(mut self, title: Option<String>) -> Result<Extracted, ExtractError> {
        if self.text.is_empty() {
            return Err(ExtractError::empty());
        }
        // A page without text begins where the next one does, the line ends in front of that one not counted.
        let mut next = self.chars;
        for start in self.starts.iter_mut().rev() {
            if start.start_char + 2 == next {
                start.start_char = next;
            }
            next = start.start_char;
        }
        Ok(Extracted { text: self.text, pages: self.starts, title, truncated: self.truncated })
    }
}
