//! How wide a text is, so that nothing overlaps, and texts that are cut to a width.

use unicode_normalization::UnicodeNormalization;

/// Widths of the characters from space to tilde in Noto Sans, in thousandths of the size.
#[rustfmt::skip]
const WIDTHS: [u16; 95] = [
    260, 269, 408, 646, 572, 831, 732, 225, 300, 300, 551, 572, 268, 322, 268, 372, 572, 572, 572,
    572, 572, 572, 572, 572, 572, 572, 268, 268, 572, 572, 572, 434, 899, 639, 650, 632, 730, 556,
    519, 728, 741, 339, 273, 619, 524, 907, 760, 781, 605, 781, 622, 549, 556, 731, 600, 930, 586,
    566, 572, 329, 372, 329, 572, 444, 580, 561, 615, 480, 615, 564, 344, 615, 618, 258, 258, 534,
    258, 935, 618, 605, 615, 615, 413, 479, 361, 618, 508, 786, 529, 510, 470, 380, 551, 380, 572,
];
/// What bold letters are wider.
const BOLD: f64 = 1.07;
/// Characters that are looked at: no label is longer.
const LOOKED_AT: usize = 400;

/// A text's width in pixels. Characters that Noto Sans does not have are as wide as they usually are.
#[must_use]
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: f64 = text.chars().take(LOOKED_AT).map(thousandths).sum();
    thousandths / 1000.0 * size * if bold { BOLD } else { 1.0 }
}

fn thousandths(char: char) -> f64 {
    let plain = |char: char| {
        let index = usize::try_from(u32::from(char).checked_sub(32)?).ok()?;
        WIDTHS.get(index).map(|width| f64::from(*width))
    };
    if let Some(width) = plain(char) {
        return width;
    }
    match u32::from(char) {
        // Marks on top of a letter.
        0x300..=0x36f | 0x200b..=0x200f => 0.0,
        0x2026 => 791.0,
        0x2212 => 572.0,
        0xa0..=0x24f => char.nfd().next().and_then(plain).unwrap_or(600.0),
        0x370..=0x3ff => 602.0,
        0x400..=0x52f => 670.0,
        // East Asia, and pictures.
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe4f
        | 0xff00..=0xff60
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 1000.0,
        _ => 640.0,
    }
}

/// A text that is no wider than `most`: cut, with an ellipsis. Line breaks become spaces.
#[must_use]
pub fn cut(text: &str, size: f64, bold: bool, most: f64) -> String {
    let line: String = text
        .chars()
        .take(LOOKED_AT)
        .map(|char| if char.is_whitespace() || char.is_control() { ' ' } else { char })
        .collect();
    let line = line.trim().to_owned();
    if text.chars().nth(LOOKED_AT).is_none() && width(&line, size, bold) <= most {
        return line;
    }
    let mut kept = String::new();
    let room = most - width("…", size, bold);
    let mut used = 0.0;
    for char in line.chars() {
        used += thousandths(char) / 1000.0 * size * if bold { BOLD } else { 1.0 };
        if used > room {
            break;
        }
        kept.push(char);
    }
    kept.truncate(kept.trim_end().len());
    kept + "…"
}

/// A text in lines no wider than `most`, of which the last is cut.
#[must_use]
pub fn wrap(text: &str, size: f64, bold: bool, most: f64, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while words.peek().is_some() && wrapped.len() + 1 < lines {
        let mut line = String::new();
        while let Some(word) = words.peek() {
            let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
            if !line.is_empty() && width(&longer, size, bold) > most {
                break;
            }
            line = longer;
            words.next();
        }
        wrapped.push(cut(&line, size, bold, most));
    }
    let rest = words.collect::<Vec<_>>().join(" ");
    if !rest.is_empty() {
        wrapped.push(cut(&rest, size, bold, most));
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_to_their_width() {
        assert!((width("Abc", 10.0, false) - 17.34).abs() < 1e-9);
        assert!((width("é", 10.0, false) - width("e", 10.0, false)).abs() < 1e-9);
        assert_eq!(cut("Region", 11.0, false, 100.0), "Region");
        assert_eq!(cut("a\nb", 11.0, false, 100.0), "a b");
        let short = cut("Netherlands and Belgium", 11.0, false, 60.0);
        assert_eq!(short, "Netherla…");
        assert!(width(&short, 11.0, false) <= 60.0);
        assert_eq!(cut(&"x".repeat(100_000), 11.0, false, 1e9).chars().count(), 401);
        assert_eq!(cut("abc", 11.0, false, 0.0), "…");
    }

    #[test]
    fn texts_are_wrapped_between_words() {
        assert_eq!(wrap("Net by region and month", 10.0, false, 80.0, 2), ["Net by region", "and month"]);
        assert_eq!(wrap("Net by region and month", 10.0, false, 80.0, 1), ["Net by region…"]);
        assert_eq!(wrap("", 10.0, false, 80.0, 2), [""; 0]);
    }
}
