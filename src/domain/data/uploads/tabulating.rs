//! Workbooks and Parquet files made readable: lists of JSON, made by a process of their own, as documents are read.

use std::fs::File;

use crate::app::App;
use crate::error::{Error, Result};
use crate::extraction::report::{ExtractCode, ExtractError};
use crate::extraction::table::child::Wanted;
use crate::extraction::table::received::Tabulated;
use crate::tabular::dialect::{FileFormat, Hints};

/// How many times the largest upload a file may unpack to.
const UNPACKED: u64 = 32;

/// A file that can be looked at and loaded, and how.
#[derive(Debug)]
pub(super) struct Readable {
    pub file: File,
    /// With the sheet that was found.
    pub hints: Hints,
    /// Of a workbook, in their order.
    pub sheets: Vec<String>,
}

/// The file as it is when it is text; else what was made of it, or the reason why nothing was, for whoever brought it.
///
/// # Errors
/// What is of the moment: no process, no room on the disk.
pub(super) async fn readable(
    app: &App,
    file: File,
    format: FileFormat,
    hints: Hints,
) -> Result<std::result::Result<Readable, ExtractError>> {
    let wanted = match format {
        FileFormat::Csv | FileFormat::JsonLines => {
            return Ok(Ok(Readable { file, hints, sheets: Vec::new() }));
        }
        FileFormat::Xlsx => {
            Wanted::Workbook { has_header: hints.has_header.unwrap_or(true), sheet: hints.sheet.clone() }
        }
        FileFormat::Parquet => Wanted::Parquet,
    };
    let no_room = |error: std::io::Error| Error::unavailable("The file could not be unpacked.").with_source(error);
    let sink = tempfile::tempfile_in(app.storage.temp_dir()).map_err(no_room)?;
    let most = app.config.documents.max_bytes.saturating_mul(UNPACKED);
    match app.extractor.tabulate(&wanted, file, sink, most).await {
        Ok(Tabulated { lines, sheets }) => {
            let hints = Hints { sheet: sheets.chosen, ..hints };
            Ok(Ok(Readable { file: lines, hints, sheets: sheets.names }))
        }
        Err(error) if error.code.is_temporary() => Err(Error::unavailable(error.message)),
        Err(error) => Ok(Err(error)),
    }
}

/// The code of an upload that failed for this reason.
pub(super) const fn code(of: ExtractCode) -> &'static str {
    match of {
        ExtractCode::ExtractTimeout | ExtractCode::ExtractMemory | ExtractCode::TooLarge => "TOO_LARGE",
        _ => "NO_TABLE",
    }
}
