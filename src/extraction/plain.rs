//! Plain text and Markdown, in whatever encoding they come.

use std::fs::File;
use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

use super::report::{ExtractError, Extracted};
use super::tidy;

/// A text file as it is, but for its encoding and line ends.
pub(super) fn text(file: &File, max_chars: usize) -> Result<Extracted, ExtractError> {
    let (bytes, more) = read_start(file, max_chars)?;
    let (text, cut) = tidy::normalise(&decode(&bytes, None), max_chars);
    if text.trim().is_empty() {
        return Err(ExtractError::empty());
    }
    Ok(Extracted { text, pages: Vec::new(), title: None, truncated: cut || more })
}

/// As [`text`], with the first heading as title: the marks are for people too, so they stay.
pub(super) fn markdown(file: &File, max_chars: usize) -> Result<Extracted, ExtractError> {
    let mut extracted = text(file, max_chars)?;
    extracted.title = heading(&extracted.text);
    Ok(extracted)
}

/// As much of a file as can matter, and whether there is more: a character takes at most four bytes.
fn read_start(file: &File, max_chars: usize) -> Result<(Vec<u8>, bool), ExtractError> {
    let limit = max_chars.saturating_mul(4).saturating_add(4) as u64;
    let mut bytes = Vec::new();
    let read = file.take(limit).read_to_end(&mut bytes);
    read.map_err(|error| ExtractError::corrupt("file", error))?;
    let more = bytes.len() as u64 == limit;
    Ok((bytes, more))
}

/// The text of `bytes`: by byte order mark, else UTF-8 when it is that, else what the file `declares`, else by the
/// statistics of the encodings that browsers know. What does not decode becomes U+FFFD.
pub(super) fn decode(bytes: &[u8], declares: Option<&'static Encoding>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let encoding = declares.filter(|encoding| *encoding != UTF_8).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Allow)
    });
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The first heading of a Markdown text: `# like this`, or underlined.
fn heading(text: &str) -> Option<String> {
    let mut before = "";
    let mut fenced = false;
    for line in text.lines().take(200) {
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
        } else if !fenced {
            let marks = line.trim_start_matches('#');
            if (1..=6).contains(&(line.len() - marks.len())) && marks.starts_with([' ', '\t']) {
                return tidy::title(marks.trim_end().trim_end_matches('#'));
            }
            let rule = line.trim_end();
            let is_rule = !rule.is_empty() && (rule.chars().all(|c| c == '=') || rule.chars().all(|c| c == '-'));
            if is_rule && !before.trim().is_empty() && !before.starts_with("---") {
                return tidy::title(before);
            }
        }
        before = line;
    }
    None
}
