//! How deep the brackets of a document nest, before a recursive parser meets them.

/// Deepest nesting of brackets of any kind: the engine's parser takes as many selection sets, and a value or a type
/// has no business there.
pub const MAX_NESTING: usize = 64;

/// The byte at which brackets nest deeper than [`MAX_NESTING`]; `None` when they do not.
///
/// Reads each byte once and keeps one number, so that 50,000 brackets cost no stack. Text in strings and comments does
/// not count. What follows an unfinished string is ignored: no parser gets past it.
#[must_use]
pub fn too_deep_at(document: &str) -> Option<usize> {
    let bytes = document.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' | b'(' => {
                depth += 1;
                if depth > MAX_NESTING {
                    return Some(at);
                }
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => {
                at = end_of_line(bytes, at);
                continue;
            }
            b'"' => {
                at = end_of_string(bytes, at)?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn end_of_line(bytes: &[u8], from: usize) -> usize {
    rest(bytes, from).iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |length| from + length)
}

fn end_of_string(bytes: &[u8], from: usize) -> Option<usize> {
    if rest(bytes, from).starts_with(b"\"\"\"") {
        let mut at = from + 3;
        loop {
            let rest = rest(bytes, at);
            if rest.starts_with(b"\\\"\"\"") {
                at += 4;
            } else if rest.starts_with(b"\"\"\"") {
                return Some(at + 3);
            } else if rest.is_empty() {
                return None;
            } else {
                at += 1;
            }
        }
    }
    let mut at = from + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' | b'\r' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn rest(bytes: &[u8], from: usize) -> &[u8] {
    bytes.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{MAX_NESTING, too_deep_at};

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "{".repeat(200);
        for document in [
            format!("{{ a(b: \"{many}\") }}"),
            format!("{{ a(b: \"\\\"{many}\") }}"),
            format!("{{ a(b: \"\"\"{many} \\\"\"\" {many}\n\"\"\") }}"),
            format!("# {many}\r{{ a }}"),
        ] {
            assert_eq!(too_deep_at(&document), None, "{document}");
        }
    }

    #[test]
    fn the_limit_is_exact_and_says_where() {
        assert_eq!(too_deep_at(&"{a".repeat(MAX_NESTING)), None);
        assert_eq!(too_deep_at(&"{a".repeat(MAX_NESTING + 1)), Some(2 * MAX_NESTING));
        assert_eq!(too_deep_at(&"{a}".repeat(1000)), None);
        assert_eq!(too_deep_at(&"[".repeat(50_000)), Some(MAX_NESTING));
    }

    #[test]
    fn nothing_after_an_unfinished_string_is_read() {
        assert_eq!(too_deep_at(&format!("{{ a(b: \"x\n{}", "{".repeat(100))), None);
        assert_eq!(too_deep_at(&format!("\"\"\"{}", "{".repeat(100))), None);
        assert_eq!(too_deep_at("\"\\"), None);
    }
}
