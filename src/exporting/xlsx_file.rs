//! Workbooks of Excel. Rows go to a file beside until the end, so that a workbook takes the memory of one of them.

use std::fs::File;

use rust_xlsxwriter::{DocProperties, Format, Workbook};
use serde_json::Value;

use super::problem::ExportError;
use super::rows::{Options, Rows};
use super::xlsx_cell::{Cell, Shown};
use crate::warehouse::cells::CellColumn;

/// Rows of a sheet, its header among them.
const SHEET_ROWS: u32 = 1_048_576;
/// Columns of a sheet.
const SHEET_COLUMNS: usize = 16_384;
/// Characters of a cell, as UTF-16 counts them.
const CELL_CHARS: usize = 32_767;
/// Width of a column, in characters.
const WIDTHS: std::ops::RangeInclusive<u32> = 8..=60;
/// Bytes of a sheet from which on its archive needs the larger sort of entries.
const LARGE: u64 = 3_000_000_000;
/// Bytes that a cell takes besides its text, at most.
const CELL_BYTES: u64 = 100;

/// A file under way.
pub(super) struct XlsxFile {
    book: Workbook,
    file: File,
    columns: Vec<CellColumn>,
    widths: Vec<u32>,
    formats: Vec<(Shown, Format)>,
    bold: Format,
    /// Of the last sheet.
    rows: u32,
    max_rows: u32,
    sheets: usize,
    /// Rows of all sheets.
    count: u64,
    /// Of the largest sheet, about.
    bytes: u64,
}

impl XlsxFile {
    pub fn begin(columns: &[CellColumn], options: &Options, file: File) -> Result<Self, ExportError> {
        Self::with(columns, options, file, SHEET_ROWS)
    }

    /// As [`XlsxFile::begin`], with so many rows on a sheet.
    pub fn with(columns: &[CellColumn], options: &Options, file: File, max_rows: u32) -> Result<Self, ExportError> {
        if columns.len() > SHEET_COLUMNS {
            return Err(ExportError::refused(format!("A workbook has at most {SHEET_COLUMNS} columns.")));
        }
        let mut book = Workbook::new();
        book.set_tempdir(&options.temp_dir)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&options.made_at));
        let formats = Shown::ALL.map(|shown| (shown, Format::new().set_num_format(shown.number_format())));
        let mut xlsx = Self {
            book,
            file,
            columns: columns.to_vec(),
            widths: columns.iter().map(|column| width(&column.name)).collect(),
            formats: formats.into(),
            bold: Format::new().set_bold(),
            rows: 0,
            max_rows,
            sheets: 0,
            count: 0,
            bytes: 0,
        };
        xlsx.begin_sheet()?;
        Ok(xlsx)
    }

    /// Begins the next sheet with the header.
    fn begin_sheet(&mut self) -> Result<(), ExportError> {
        self.sheets += 1;
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(if self.sheets == 1 { "Result".to_owned() } else { format!("Result {}", self.sheets) })?;
        sheet.set_freeze_panes(1, 0)?;
        for (place, column) in (0_u16..).zip(&self.columns) {
            if column.name.encode_utf16().count() > CELL_CHARS {
                return Err(too_long("The name of a column", &column.name));
            }
            sheet.write_string_with_format(0, place, &column.name, &self.bold)?;
        }
        self.rows = 1;
        Ok(())
    }

    fn add_row(&mut self, row: &[Value]) -> Result<(), ExportError> {
        if self.rows >= self.max_rows {
            self.begin_sheet()?;
        }
        let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
        for (place, ((column, value), widest)) in (0_u16..).zip(self.columns.iter().zip(row).zip(&mut self.widths)) {
            let cell = Cell::of(column.kind, value);
            let (bytes, wide) = match &cell {
                Cell::Empty => continue,
                Cell::Boolean(truth) => {
                    sheet.write_boolean(self.rows, place, *truth)?;
                    (1, 5)
                }
                Cell::Number(number) => {
                    sheet.write_number(self.rows, place, *number)?;
                    (24, u32::try_from(number.to_string().len()).unwrap_or(u32::MAX))
                }
                Cell::Moment(number, shown) => {
                    let format = self.formats.iter().find(|(known, _)| known == shown).map(|(_, format)| format);
                    let format = format.ok_or_else(|| std::io::Error::other("a moment has no format"))?;
                    sheet.write_number_with_format(self.rows, place, *number, format)?;
                    (24, shown.width())
                }
                Cell::Text(text) => {
                    if text.encode_utf16().count() > CELL_CHARS {
                        let what = format!("The value of column {} in row {}", column.name, self.count + 1);
                        return Err(too_long(&what, text));
                    }
                    // Always a text: nothing that begins with `=` is a formula, and no address a link.
                    sheet.write_string(self.rows, place, text.as_ref())?;
                    (u64::try_from(text.len()).unwrap_or(u64::MAX).saturating_mul(7), width(text))
                }
            };
            *widest = wide.max(*widest);
            self.bytes = self.bytes.saturating_add(bytes).saturating_add(CELL_BYTES);
        }
        self.rows += 1;
        self.count += 1;
        Ok(())
    }
}

impl Rows for XlsxFile {
    fn add(&mut self, rows: &[Vec<Value>]) -> Result<(), ExportError> {
        rows.iter().try_for_each(|row| self.add_row(row))
    }

    fn end(mut self: Box<Self>) -> Result<(), ExportError> {
        for index in 0..self.sheets {
            let sheet = self.book.worksheet_from_index(index)?;
            for (place, width) in (0_u16..).zip(&self.widths) {
                // A digit more, as bold letters are wider than others.
                let width = width.saturating_add(1);
                sheet.set_column_width(place, width.clamp(*WIDTHS.start(), *WIDTHS.end()))?;
            }
        }
        self.book.use_zip_large_file(self.bytes > LARGE);
        self.book.save_to_writer(&self.file)?;
        Ok(())
    }
}

/// Characters of the longest line, as far as they count.
fn width(text: &str) -> u32 {
    let most = usize::try_from(*WIDTHS.end()).unwrap_or(usize::MAX);
    let longest = text.lines().map(|line| line.chars().take(most).count()).max().unwrap_or(0);
    u32::try_from(longest).unwrap_or(u32::MAX)
}

/// To cut it would be to lose a part without a word.
fn too_long(what: &str, text: &str) -> ExportError {
    let chars = text.encode_utf16().count();
    ExportError::refused(format!(
        "{what} has {chars} characters, and a cell of a workbook holds {CELL_CHARS}. Take another format."
    ))
}
