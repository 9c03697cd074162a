//! Files written to their end, and read by other libraries.

use std::io::{Cursor, Read as _, Seek as _};

use bytes::Bytes;
use calamine::{Data, Reader as _, Xlsx};
use chrono::{DateTime, Utc};
use parquet::file::reader::SerializedFileReader;
use parquet::record::Field;
use parquet::record::reader::RowIter;
use serde_json::Value;

use crate::exporting::format::Format;
use crate::exporting::problem::ExportError;
use crate::exporting::rows::Options;
use crate::exporting::survey::Survey;
use crate::exporting::writer::TableWriter;
use crate::warehouse::cells::{CellColumn, CellType};

pub fn column(name: &str, kind: CellType) -> CellColumn {
    CellColumn { name: name.to_owned(), kind }
}

pub fn options() -> Options {
    let made_at: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
    Options { neutralises: true, has_mark: false, made_at, temp_dir: std::env::temp_dir() }
}

/// The bytes of a file with these rows, which come in pages of three.
pub fn written_as(
    format: Format,
    columns: &[CellColumn],
    rows: &[Vec<Value>],
    options: &Options,
) -> Result<Vec<u8>, ExportError> {
    let mut survey = Survey::new(columns);
    if format.needs_survey() {
        rows.chunks(3).for_each(|page| survey.look(page));
    }
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = TableWriter::begin(format, columns, &survey, options, file.try_clone().unwrap())?;
    for page in rows.chunks(3) {
        writer.add(page)?;
    }
    writer.end()?;
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    Ok(bytes)
}

pub fn written(format: Format, columns: &[CellColumn], rows: &[Vec<Value>]) -> Vec<u8> {
    written_as(format, columns, rows, &options()).unwrap()
}

pub fn text(format: Format, columns: &[CellColumn], rows: &[Vec<Value>]) -> String {
    String::from_utf8(written(format, columns, rows)).unwrap()
}

/// Records of a CSV file, the header among them.
pub fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Sheets of a workbook: name, rows from the first on, and whether there are formulas.
pub fn sheets(bytes: Vec<u8>) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            assert_eq!(book.worksheet_formula(&name).unwrap().used_cells().count(), 0, "no formula is ever written");
            let range = book.worksheet_range(&name).unwrap();
            let (height, width) = range.end().map_or((0, 0), |(row, column)| (row + 1, column + 1));
            let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
            let rows = (0..height).map(|row| (0..width).map(|column| cell(row, column)).collect()).collect();
            (name, rows)
        })
        .collect()
}

/// A part of a workbook, as XML.
pub fn part(bytes: Vec<u8>, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Rows of a Parquet file: name and value of each field.
pub fn parquet_rows(bytes: Vec<u8>) -> Vec<Vec<(String, Field)>> {
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    let rows = RowIter::from_file_into(Box::new(reader));
    rows.map(|row| row.unwrap().into_columns()).collect()
}
