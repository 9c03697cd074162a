//! CSV after RFC 4180: commas, quotes where they are needed, CR LF behind every record.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write as _};

use serde_json::Value;

use super::formula::neutralised;
use super::problem::ExportError;
use super::rows::{Options, Rows};
use super::text::{is_number, text};
use crate::warehouse::cells::{CellColumn, CellType};

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file under way. No value is an empty field, and an empty text a quoted one.
pub(super) struct CsvFile {
    out: BufWriter<File>,
    kinds: Vec<CellType>,
    neutralises: bool,
}

impl CsvFile {
    pub fn begin(columns: &[CellColumn], options: &Options, file: File) -> Result<Self, ExportError> {
        let mut out = BufWriter::new(file);
        if options.has_mark {
            out.write_all(MARK)?;
        }
        let kinds = columns.iter().map(|column| column.kind).collect();
        let mut csv = Self { out, kinds, neutralises: options.neutralises };
        csv.record(columns.iter().map(|column| Some((Cow::Borrowed(column.name.as_str()), false))))?;
        Ok(csv)
    }

    /// Writes one record: each text, and whether it is a number.
    fn record<'a>(&mut self, fields: impl Iterator<Item = Option<(Cow<'a, str>, bool)>>) -> Result<(), ExportError> {
        let is_alone = self.kinds.len() == 1;
        for (place, field) in fields.enumerate() {
            if place > 0 {
                self.out.write_all(b",")?;
            }
            match field {
                Some((text, is_number)) if is_number || !self.neutralises => quote(&mut self.out, &text)?,
                Some((text, _)) => quote(&mut self.out, &neutralised(text))?,
                // A line with nothing on it is no record for most readers.
                None if is_alone => self.out.write_all(b"\"\"")?,
                None => {}
            }
        }
        self.out.write_all(b"\r\n")?;
        Ok(())
    }
}

impl Rows for CsvFile {
    fn add(&mut self, rows: &[Vec<Value>]) -> Result<(), ExportError> {
        let kinds = self.kinds.clone();
        for row in rows {
            let cells = kinds.iter().zip(row);
            self.record(cells.map(|(kind, value)| text(*kind, value).map(|text| (text, is_number(*kind, value)))))?;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> Result<(), ExportError> {
        Ok(self.out.flush()?)
    }
}

fn quote(out: &mut impl std::io::Write, text: &str) -> std::io::Result<()> {
    let needs_quotes = text.is_empty()
        || text.starts_with(char::is_whitespace)
        || text.ends_with(char::is_whitespace)
        || text.contains(['"', ',', ';', '\t', '\r', '\n']);
    if !needs_quotes {
        return out.write_all(text.as_bytes());
    }
    out.write_all(b"\"")?;
    for (place, part) in text.split('"').enumerate() {
        if place > 0 {
            out.write_all(b"\"\"")?;
        }
        out.write_all(part.as_bytes())?;
    }
    out.write_all(b"\"")
}
