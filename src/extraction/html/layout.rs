//! Lines of text out of clean HTML.
//!
//! The input is what a parser wrote out again, so it is regular: every tag is closed or void, values are in double
//! quotes, and `<` outside of tags is escaped. A page of any shape comes out in time linear in its size.

use std::borrow::Cow;

/// What stands between two pieces of text; the strongest that was asked for wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Break {
    Nothing,
    Space,
    Tab,
    Line,
    Paragraph,
}

struct Layout {
    out: String,
    pending: Break,
    preformatted: usize,
    /// For each list that is open, the number of its last item, or nothing when it is not numbered.
    lists: Vec<Option<usize>>,
    /// Whether a cell of the row at hand was seen.
    in_row: bool,
}

/// The text of a page, a paragraph apart from the next by an empty line, cells of a row by tabs.
pub(super) fn lines(html: &str) -> String {
    let mut layout = Layout {
        out: String::with_capacity(html.len() / 2),
        pending: Break::Nothing,
        preformatted: 0,
        lists: Vec::new(),
        in_row: false,
    };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        layout.text(&rest[..at]);
        let (tag, after) = split_tag(&rest[at + 1..]);
        layout.tag(tag);
        rest = after;
    }
    layout.text(rest);
    layout.out
}

/// The inside of a tag and what follows it. A `>` within quotes does not end a tag.
fn split_tag(html: &str) -> (&str, &str) {
    let mut is_quoted = false;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return (&html[..at], &html[at + 1..]),
            _ => {}
        }
    }
    (html, "")
}

impl Layout {
    fn tag(&mut self, tag: &str) {
        let is_end = tag.starts_with('/');
        let name = tag.trim_start_matches('/').split([' ', '\n', '\t']).next().unwrap_or_default();
        match name {
            "br" => self.ask(if self.pending >= Break::Line { Break::Paragraph } else { Break::Line }),
            "ul" | "ol" | "menu" => {
                // A list within an item goes on with the item's lines.
                self.ask(if self.lists.len() > usize::from(is_end) { Break::Line } else { Break::Paragraph });
                if is_end {
                    self.lists.pop();
                } else {
                    self.lists.push((name == "ol").then_some(0));
                }
            }
            "li" if !is_end => self.item(),
            "td" | "th" if !is_end => {
                if self.in_row {
                    self.pending = Break::Tab;
                }
                self.in_row = true;
            }
            "tr" => {
                self.in_row = false;
                self.ask(Break::Line);
            }
            "pre" => {
                self.ask(Break::Paragraph);
                self.preformatted = if is_end { self.preformatted.saturating_sub(1) } else { self.preformatted + 1 };
            }
            "img" | "area" => {
                if let Some((_, alt)) = tag.split_once("alt=\"") {
                    self.ask(Break::Space);
                    self.text(alt.split('"').next().unwrap_or_default());
                    self.ask(Break::Space);
                }
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "blockquote" | "section" | "article"
            | "header" | "footer" | "nav" | "aside" | "main" | "figure" | "dl" | "hr" | "form" | "fieldset"
            | "details" => {
                self.ask(Break::Paragraph);
            }
            "div" | "li" | "dt" | "dd" | "caption" | "figcaption" | "address" | "summary" | "legend" | "thead"
            | "tbody" | "tfoot" | "option" | "body" => self.ask(Break::Line),
            _ => {}
        }
    }

    fn ask(&mut self, wanted: Break) {
        self.pending = self.pending.max(wanted);
    }

    fn item(&mut self) {
        self.ask(Break::Line);
        self.flush();
        // Deep nesting says nothing more, and would make long lines out of nothing.
        let indent = self.lists.len().saturating_sub(1).min(8);
        self.out.push_str(&"  ".repeat(indent));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                self.out.push_str(&number.to_string());
                self.out.push_str(". ");
            }
            _ => self.out.push_str("- "),
        }
    }

    fn text(&mut self, escaped: &str) {
        let text = unescape(escaped);
        if self.preformatted > 0 {
            if !text.is_empty() {
                self.flush();
                self.out.push_str(&text);
            }
            return;
        }
        for char in text.chars() {
            if char.is_ascii_whitespace() {
                self.ask(Break::Space);
            } else {
                self.flush();
                self.out.push(char);
            }
        }
    }

    /// Writes the break that was asked for, unless it is there already.
    fn flush(&mut self) {
        let wanted = std::mem::replace(&mut self.pending, Break::Nothing);
        if self.out.is_empty() {
            return;
        }
        match wanted {
            Break::Nothing => {}
            Break::Space if self.out.ends_with([' ', '\t', '\n']) => {}
            Break::Space => self.out.push(' '),
            Break::Tab => self.out.push('\t'),
            Break::Line if self.out.ends_with('\n') => {}
            Break::Line => self.out.push('\n'),
            Break::Paragraph => self.out.push_str("\n\n"),
        }
    }
}

/// The entities that remain when a parser writes text out.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{A0}").replace("&quot;", "\"");
    Cow::Owned(plain.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lists_tables_and_preformatted_text() {
        assert_eq!(lines("<h1>A</h1><p>b <b>c</b>\n d</p>").trim(), "A\n\nb c d");
        assert_eq!(
            lines("<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>e"),
            "- a\n- b\n  1. c\n  2. d\n\ne"
        );
        assert_eq!(lines("<table><tr><td><p>a</p></td><td>b</td></tr><tr><td>c</td></tr></table>"), "a\tb\nc");
        assert_eq!(lines("<pre>  a\n    b</pre>c"), "  a\n    b\n\nc");
        assert_eq!(lines("a<br>b<br><br>c&lt;&amp;lt;"), "a\nb\n\nc<&lt;");
        assert_eq!(lines("x<img alt=\"a > b\">y"), "x a > b y");
    }
}
