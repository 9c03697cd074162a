//! PDF by the crate of that name: nothing to install, and a little less text found than by PDFium.

use std::fs::File;
use std::io::Read;

use unpdf::{ErrorKind, ParseOptions, PdfParser};

use super::pages::Pages;
use crate::extraction::report::{ExtractCode, ExtractError, Extracted};
use crate::extraction::tidy;

/// Reads a whole PDF. It is held in memory, which the limit on the process bounds.
pub(in crate::extraction) fn read(mut file: &File, max_chars: usize) -> Result<Extracted, ExtractError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| ExtractError::corrupt("PDF", error))?;
    // One thread, this one: the process may not have more. The crate asks the pool for its size even so.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
    pool.map_err(|error| ExtractError::new(ExtractCode::Unavailable, format!("PDFs cannot be read now ({error}).")))?;
    let options = ParseOptions::new().lenient().sequential().with_resources(false);
    let document =
        PdfParser::from_bytes_with_options(&bytes, options).and_then(|parser| parser.parse()).map_err(explain)?;
    let mut pages = Pages::new(max_chars);
    for page in &document.pages {
        if pages.is_full() {
            break;
        }
        pages.add(i32::try_from(page.number).unwrap_or(i32::MAX), &page.plain_text());
    }
    pages.finish(document.metadata.title.as_deref().and_then(tidy::title))
}

fn explain(error: unpdf::Error) -> ExtractError {
    match error.kind() {
        ErrorKind::Encrypted | ErrorKind::InvalidPassword => ExtractError::encrypted(),
        _ => ExtractError::corrupt("PDF", error),
    }
}
