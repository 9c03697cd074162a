//! Names of columns as Vega-Lite writes them: dots and brackets lead into nested values unless they are escaped.

/// A column's name as `field` says it.
#[must_use]
pub fn escape(name: &str) -> String {
    let mut field = String::with_capacity(name.len());
    for char in name.chars() {
        if matches!(char, '\\' | '.' | '[' | ']') {
            field.push('\\');
        }
        field.push(char);
    }
    field
}

/// The column's name that a `field` says, or `None` where it leads into a nested value.
#[must_use]
pub fn unescape(field: &str) -> Option<String> {
    let mut name = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => name.push(chars.next()?),
            '.' | '[' | ']' => return None,
            _ => name.push(char),
        }
    }
    Some(name)
}

/// The name among `names` that somebody may have meant: one that differs by little, or only in case.
#[must_use]
pub fn nearest<'a>(meant: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.82;
    let folded = |text: &str| text.chars().take(64).flat_map(char::to_lowercase).collect::<String>();
    let meant = folded(meant);
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        let alike = strsim::jaro_winkler(&meant, &folded(name));
        if alike >= ALIKE && best.is_none_or(|(most, _)| alike > most) {
            best = Some((alike, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_from_their_escapes() {
        for name in ["net", "a.b", "a[0]", "back\\slash", "umsatz (€)", "'", "\"", "", ".", "\\."] {
            assert_eq!(unescape(&escape(name)).as_deref(), Some(name));
        }
        assert_eq!(escape("a.b[0]"), r"a\.b\[0\]");
        assert_eq!(unescape("a.b"), None);
        assert_eq!(unescape("a[0]"), None);
        assert_eq!(unescape("ends\\"), None);
    }

    #[test]
    fn what_was_meant_is_found_among_names() {
        let names = ["region", "net", "ordered_at"];
        assert_eq!(nearest("Region", names.into_iter()), Some("region"));
        assert_eq!(nearest("orderd_at", names.into_iter()), Some("ordered_at"));
        assert_eq!(nearest("customer", names.into_iter()), None);
    }
}
