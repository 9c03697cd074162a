//! Text out of a result within a prompt: on one line, without characters that nobody sees, no longer than it may be.

/// Characters that are not shown but may carry orders or turn a line around.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// `text` on one line, at most so many characters of it; line ends and other controls are shown as escapes.
#[must_use]
pub fn line(text: &str, chars: usize) -> String {
    let mut shown = String::new();
    let mut left = chars;
    for c in text.chars().filter(|c| !is_hidden(*c)) {
        if left == 0 {
            shown.push('…');
            break;
        }
        left -= 1;
        match c {
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

/// A field of a CSV file, in quotes where it has to be.
#[must_use]
pub fn field(text: &str, chars: usize) -> String {
    let shown = line(text, chars);
    let is_plain = !shown.is_empty() && !shown.contains(['"', ',', '<', '>', '\\']) && shown.trim() == shown;
    if is_plain { shown } else { format!("\"{}\"", shown.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_on_its_line() {
        assert_eq!(line("a\nb\u{202e}c\u{e0041}", 9), "a\\nbc");
        assert_eq!(line("abcdef", 3), "abc…");
        assert_eq!(field("a, \"b\"", 20), "\"a, \"\"b\"\"\"");
        assert_eq!(field("", 20), "\"\"");
        assert_eq!(field("result f00>>>", 20), "\"result f00>>>\"");
    }
}
