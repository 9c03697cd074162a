//! How many tokens a text takes, where no provider says.
//!
//! The rule: a Chinese, Japanese or Korean character is one token; of everything else four characters make one,
//! rounded up; no text is less than one. Tokenisers differ by a fifth around that, which is enough for budgets and never
//! used where a provider gives figures.

use super::request::{ChatRequest, Turn};

/// What a turn or a passage takes beside its text: roles, fences and separators.
const OVERHEAD: u32 = 4;

/// Counts a text that comes in pieces.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokenCount {
    ideographs: u32,
    others: u32,
}

impl TokenCount {
    /// Adds the next piece.
    pub fn add(&mut self, text: &str) {
        for c in text.chars() {
            let count = if is_ideograph(c) { &mut self.ideographs } else { &mut self.others };
            *count = count.saturating_add(1);
        }
    }

    /// Tokens so far, at least 1.
    #[must_use]
    pub fn tokens(self) -> u32 {
        self.ideographs.saturating_add(self.others.div_ceil(4)).max(1)
    }
}

/// The tokens of `text`, at least 1.
#[must_use]
pub fn estimate(text: &str) -> u32 {
    let mut count = TokenCount::default();
    count.add(text);
    count.tokens()
}

/// The tokens of everything that a provider reads for `request`.
#[must_use]
pub fn estimate_request(request: &ChatRequest) -> u32 {
    let mut count = TokenCount::default();
    count.add(&request.system);
    for turn in &request.turns {
        match turn {
            Turn::User { text } => count.add(text),
            Turn::Assistant { text, tool_calls } => {
                count.add(text);
                for call in tool_calls {
                    count.add(&call.name);
                    count.add(&call.arguments.to_string());
                }
            }
            Turn::Tool { name, result, .. } => {
                count.add(name);
                count.add(result);
            }
        }
    }
    for passage in &request.passages {
        count.add(&passage.title);
        count.add(&passage.text);
    }
    for tool in &request.tools {
        count.add(&tool.name);
        count.add(&tool.description);
        count.add(&tool.parameters.to_string());
    }
    if let Some(schema) = &request.response_schema {
        count.add(&schema.to_string());
    }
    let pieces = request.turns.len() + request.passages.len() + request.tools.len();
    let overhead = u32::try_from(pieces).unwrap_or(u32::MAX).saturating_mul(OVERHEAD);
    count.tokens().saturating_add(overhead)
}

/// Whether a character is, roughly, a token and a word of its own: Han, kana and Hangul.
#[must_use]
pub const fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3100}'..='\u{312F}'
        | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{1100}'..='\u{11FF}'
        | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::estimate;

    #[test]
    fn counts_as_documented() {
        for (text, tokens) in
            [("", 1), ("a", 1), ("four", 1), ("fives", 2), ("合同法", 3), ("한국어", 3), ("Art. 合同", 4), ("ééééé", 2)]
        {
            assert_eq!(estimate(text), tokens, "{text:?}");
        }
    }
}
