//! How a table leaves the child: a line with the names, then a line for each row, then the verdict.
//!
//! Names and rows are JSON lists. A name is a text, or a list of a text and the type of its column where the file says one. Behind the
//! names, line N is row N of the sheet or file; a row that holds nothing is an empty line. The verdict is the one line with an object.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::extraction::report::ExtractError;

/// The sheets of a workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheets {
    /// Their names in their order; empty for what is no workbook.
    pub names: Vec<String>,
    /// The one that the table is on; `None` for what is no workbook.
    pub chosen: Option<String>,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// All rows are there.
    Table(Sheets),
    /// Those that are there are worth nothing.
    Failed(ExtractError),
}

/// Why a table is not read to its end.
#[derive(Debug)]
pub(super) enum Halt {
    Refused(ExtractError),
    /// Nobody listens.
    Unheard(io::Error),
}

impl From<ExtractError> for Halt {
    fn from(error: ExtractError) -> Self {
        Self::Refused(error)
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Unheard(error)
    }
}

/// Writes lines, each whole: whatever happens between two, what was written can be read.
#[derive(Debug)]
pub(super) struct Lines<W> {
    out: W,
    line: Vec<u8>,
    /// The row that comes next.
    next: u64,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, line: Vec::new(), next: 1 }
    }

    /// The first line: each column's name, and the type that the file says it is of.
    pub(super) fn names<'a>(&mut self, columns: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> io::Result<()> {
        self.list(columns, |(name, kind), into| match kind {
            None => text(name, into),
            Some(kind) => {
                into.push(b'[');
                text(name, into);
                into.push(b',');
                text(kind, into);
                into.push(b']');
            }
        })
    }

    /// A row, by its number from 1, which is larger than that of the row before. `write` appends one JSON value.
    pub(super) fn row<T>(
        &mut self,
        number: u64,
        values: impl Iterator<Item = T>,
        write: impl FnMut(T, &mut Vec<u8>),
    ) -> io::Result<()> {
        while self.next < number {
            self.out.write_all(b"\n")?;
            self.next += 1;
        }
        self.next += 1;
        self.list(values, write)
    }

    fn list<T>(&mut self, values: impl Iterator<Item = T>, mut write: impl FnMut(T, &mut Vec<u8>)) -> io::Result<()> {
        self.line.clear();
        self.line.push(b'[');
        for (place, value) in values.enumerate() {
            if place > 0 {
                self.line.push(b',');
            }
            write(value, &mut self.line);
        }
        self.line.extend_from_slice(b"]\n");
        self.out.write_all(&self.line)
    }

    /// The last line.
    pub(super) fn end(&mut self, verdict: &Verdict) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, verdict)?;
        self.out.write_all(b"\n")?;
        self.out.flush()
    }
}

/// A text as JSON.
pub(super) fn text(text: &str, into: &mut Vec<u8>) {
    // Nothing can go wrong: what is written to is memory.
    let _written = serde_json::to_writer(into, text);
}

/// What stands where a value should be, as it is shown in the sheet.
pub(super) fn error(shown: &str, into: &mut Vec<u8>) {
    into.extend_from_slice(b"{\"error\":");
    text(shown, into);
    into.push(b'}');
}

/// JSON that is written already.
pub(super) fn plain(json: impl std::fmt::Display, into: &mut Vec<u8>) {
    into.extend_from_slice(json.to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_row() {
        let mut out = Vec::new();
        let mut lines = Lines::new(&mut out);
        lines.names([("a \"b\"", None), ("c", Some("TEXT"))].into_iter()).unwrap();
        lines.row(3, ["x", "y\n"].into_iter(), text).unwrap();
        lines.row(4, ["#REF!"].into_iter(), error).unwrap();
        lines.end(&Verdict::Table(Sheets { names: vec!["S".into()], chosen: None })).unwrap();
        let expected = "[\"a \\\"b\\\"\",[\"c\",\"TEXT\"]]\n\n\n[\"x\",\"y\\n\"]\n[{\"error\":\"#REF!\"}]\n\
                        {\"table\":{\"names\":[\"S\"],\"chosen\":null}}\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
