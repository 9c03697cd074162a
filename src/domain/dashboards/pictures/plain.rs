//! Markdown as lines of plain text: what a picture can show of it.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// Characters of a text that are looked at.
const LONGEST: usize = 20_000;

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Of a heading, 1 to 6.
    Heading(u8),
    Plain,
}

/// A paragraph, a heading or an item of a list, in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub weight: Weight,
    /// How deep in lists, from 0.
    pub depth: u8,
}

/// The lines of a text. Marks, addresses and HTML are left out; of pictures there is what they say.
#[must_use]
pub fn lines(markdown: &str) -> Vec<Line> {
    let cut: String = markdown.chars().take(LONGEST).collect();
    let mut reader = Reader::default();
    for event in Parser::new(&cut) {
        reader.take(event);
    }
    reader.end();
    reader.lines
}

#[derive(Default)]
struct Reader {
    lines: Vec<Line>,
    text: String,
    heading: Option<u8>,
    /// The next number of each list around, `None` for one with dots.
    lists: Vec<Option<u64>>,
    is_code: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.stop(tag),
            Event::Text(text) if self.is_code => {
                for line in text.lines() {
                    self.text.push_str(line);
                    self.end();
                }
            }
            Event::Text(text) | Event::Code(text) => self.text.push_str(&text),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak | Event::Rule => self.end(),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end();
                self.heading = Some(rank(*level));
            }
            Tag::List(first) => {
                self.end();
                self.lists.push(*first);
            }
            Tag::Item => {
                self.end();
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.text = format!("{number}. ");
                        *number = number.saturating_add(1);
                    }
                    _ => self.text.push_str("• "),
                }
            }
            Tag::CodeBlock(_) => {
                self.end();
                self.is_code = true;
            }
            _ => {}
        }
    }

    fn stop(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end();
                self.heading = None;
            }
            TagEnd::List(_) => {
                self.end();
                self.lists.pop();
            }
            TagEnd::CodeBlock => {
                self.end();
                self.is_code = false;
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::BlockQuote(_) => self.end(),
            _ => {}
        }
    }

    /// The line is over.
    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        let weight = self.heading.map_or(Weight::Plain, Weight::Heading);
        let depth = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX).min(4);
        self.lines.push(Line { text: text.trim().to_owned(), weight, depth });
    }
}

const fn rank(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> Vec<(String, Weight, u8)> {
        lines(markdown).into_iter().map(|line| (line.text, line.weight, line.depth)).collect()
    }

    #[test]
    fn what_markdown_says_is_kept_and_its_marks_are_not() {
        let text = "# Sales **2026**\nA [link](http://evil.example) and\n`code` <b>x</b>.\n\n- one\n  - two\n- three\n\n3. c\n4. d\n\n\
            ```\na  b\n<c>\n```\n![a boat](x.png)\n<script>alert(1)</script>";
        let plain = |text: &str, depth| (text.to_owned(), Weight::Plain, depth);
        let expected = [
            ("Sales 2026".to_owned(), Weight::Heading(1), 0),
            plain("A link and code x.", 0),
            plain("• one", 0),
            plain("• two", 1),
            plain("• three", 0),
            plain("3. c", 0),
            plain("4. d", 0),
            plain("a  b", 0),
            plain("<c>", 0),
            plain("a boat", 0),
        ];
        assert_eq!(shown(text), expected);
        assert_eq!(shown(" \n"), []);
    }
}
