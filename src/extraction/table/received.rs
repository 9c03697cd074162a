//! What of a child's table is believed: lists go to a file of ours as they come, within a bound; the last line says whether they count.
//!
//! A hostile file may have taken the child over. What is in the file afterwards is checked like any file of JSON lines that somebody
//! uploads, value by value.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use super::lines::{Sheets, Verdict};
use crate::extraction::outcome;
use crate::extraction::report::{ExtractCode, ExtractError};

/// Bytes of the last line: names of sheets.
const VERDICT_BYTES: usize = 1024 * 1024;
/// Sheets of a workbook, and characters of their names.
const SHEETS: usize = 10_000;
const NAME_CHARS: usize = 255;
/// Bytes that are read at once.
const BLOCK: usize = 64 * 1024;

/// A table that was read.
#[derive(Debug)]
pub struct Tabulated {
    /// A line of names, then a line for each row: JSON lists, as [`lines`](super::lines) has them.
    pub lines: File,
    pub sheets: Sheets,
}

/// What a child said, word for word.
#[derive(Debug)]
pub(in crate::extraction) struct Heard {
    lines: File,
    verdict: Vec<u8>,
}

/// Writes the lists that come to `sink`, of `most` bytes at most.
///
/// # Errors
/// When either cannot be read or written; the code inside for a child that writes more, or something else.
pub(in crate::extraction) fn receive(from: impl Read, sink: File, most: u64) -> io::Result<Result<Heard, ExtractCode>> {
    let mut from = BufReader::with_capacity(BLOCK, from);
    let mut to = BufWriter::with_capacity(BLOCK, sink);
    let (mut verdict, mut written) = (Vec::new(), 0_u64);
    let mut is_start = true;
    loop {
        let block = from.fill_buf()?;
        let Some(first) = block.first() else { break };
        if !verdict.is_empty() || (is_start && *first == b'{') {
            let read = block.len();
            verdict.extend_from_slice(block);
            from.consume(read);
            if verdict.len() > VERDICT_BYTES {
                return Ok(Err(ExtractCode::ExtractCrashed));
            }
            continue;
        }
        if is_start && !matches!(first, b'[' | b'\n') {
            return Ok(Err(ExtractCode::ExtractCrashed));
        }
        let end = memchr::memchr(b'\n', block);
        let read = end.map_or(block.len(), |end| end + 1);
        to.write_all(block.get(..read).unwrap_or_default())?;
        from.consume(read);
        is_start = end.is_some();
        written = written.saturating_add(read as u64);
        if written > most {
            return Ok(Err(ExtractCode::TooLarge));
        }
    }
    let lines = to.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(Ok(Heard { lines, verdict }))
}

/// The table, if the child that said so ended well and says that it is whole.
pub(in crate::extraction) fn of_heard(heard: Heard) -> Result<Tabulated, ExtractError> {
    match serde_json::from_slice(&heard.verdict) {
        Ok(Verdict::Table(sheets)) if is_sound(&sheets) => Ok(Tabulated { lines: heard.lines, sheets }),
        Ok(Verdict::Failed(error)) if error.message.chars().count() <= 1000 && !has_controls(&error.message) => {
            Err(error)
        }
        _ => Err(outcome::of_code(ExtractCode::ExtractCrashed)),
    }
}

fn is_sound(sheets: &Sheets) -> bool {
    let is_name = |name: &String| name.chars().count() <= NAME_CHARS && !has_controls(name);
    sheets.names.len() <= SHEETS
        && sheets.names.iter().all(is_name)
        && sheets.chosen.as_ref().is_none_or(|chosen| sheets.names.contains(chosen))
}

fn has_controls(text: &str) -> bool {
    text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use std::io::Seek as _;

    use super::*;

    fn received(said: &str, most: u64) -> Result<(String, Sheets), ExtractCode> {
        let heard = receive(said.as_bytes(), tempfile::tempfile().unwrap(), most).unwrap()?;
        let mut table = of_heard(heard).map_err(|error| error.code)?;
        let mut lines = String::new();
        table.lines.rewind().unwrap();
        table.lines.read_to_string(&mut lines).unwrap();
        Ok((lines, table.sheets))
    }

    #[test]
    fn lists_are_kept_and_the_last_line_says_whether_they_count() {
        let said = "[\"a\"]\n\n[1]\n{\"table\":{\"names\":[\"S\"],\"chosen\":\"S\"}}\n";
        let sheets = Sheets { names: vec!["S".into()], chosen: Some("S".into()) };
        assert_eq!(received(said, 100), Ok(("[\"a\"]\n\n[1]\n".into(), sheets)));
        let failed = "[\"a\"]\n{\"failed\":{\"code\":\"CORRUPT\",\"message\":\"Broken.\"}}\n";
        assert_eq!(received(failed, 100), Err(ExtractCode::Corrupt));
        assert_eq!(received(said, 8), Err(ExtractCode::TooLarge));
    }

    #[test]
    fn a_child_is_not_believed() {
        for said in [
            "",
            "[\"a\"]\n[1]\n",
            "[\"a\"]\nx\n{\"table\":{\"names\":[],\"chosen\":null}}\n",
            "[\"a\"]\n{\"table\":{\"names\":[],\"chosen\":null}}\n[1]\n",
            "[\"a\"]\n{\"table\":{\"names\":[],\"chosen\":\"S\"}}\n",
            "[\"a\"]\n{\"table\":{\"names\":[\"S\\n\"],\"chosen\":null}}\n",
            "{\"failed\":{\"code\":\"CORRUPT\",\"message\":\"\\u0007\"}}\n",
            "[\"a\"",
        ] {
            assert_eq!(received(said, 1000), Err(ExtractCode::ExtractCrashed), "{said}");
        }
        let long = format!("{{{}", " ".repeat(VERDICT_BYTES));
        assert_eq!(received(&long, 1000), Err(ExtractCode::ExtractCrashed));
    }
}
