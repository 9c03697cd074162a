//! JSON: a list of objects, or an object a line. Values are as the API gives them.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use serde_json::Value;

use super::names::unique;
use super::problem::ExportError;
use super::rows::Rows;
use crate::warehouse::cells::CellColumn;

/// A file under way. The values of an object stand in the order of the columns.
pub(super) struct JsonFile {
    out: BufWriter<File>,
    /// As JSON, with the colon behind.
    names: Vec<String>,
    is_list: bool,
    is_empty: bool,
}

impl JsonFile {
    /// A list with an object on each line.
    pub fn list(columns: &[CellColumn], file: File) -> Result<Self, ExportError> {
        let mut json = Self::lines(columns, file);
        json.is_list = true;
        json.out.write_all(b"[")?;
        Ok(json)
    }

    /// An object a line (<https://jsonlines.org>).
    pub fn lines(columns: &[CellColumn], file: File) -> Self {
        let names = unique(columns).into_iter().map(|name| format!("{}:", Value::String(name))).collect();
        Self { out: BufWriter::new(file), names, is_list: false, is_empty: true }
    }
}

impl Rows for JsonFile {
    fn add(&mut self, rows: &[Vec<Value>]) -> Result<(), ExportError> {
        for row in rows {
            match (self.is_list, self.is_empty) {
                (true, true) => self.out.write_all(b"\n")?,
                (true, false) => self.out.write_all(b",\n")?,
                (false, _) => {}
            }
            self.is_empty = false;
            for (place, (name, value)) in self.names.iter().zip(row).enumerate() {
                self.out.write_all(if place == 0 { b"{" } else { b"," })?;
                self.out.write_all(name.as_bytes())?;
                serde_json::to_writer(&mut self.out, value).map_err(std::io::Error::from)?;
            }
            self.out.write_all(if self.is_list { b"}" } else { b"}\n" })?;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> Result<(), ExportError> {
        if self.is_list {
            self.out.write_all(b"\n]\n")?;
        }
        Ok(self.out.flush()?)
    }
}
