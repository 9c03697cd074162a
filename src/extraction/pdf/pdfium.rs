//! PDF by PDFium, the engine of Chromium, from its shared library.

use std::fs::File;
use std::path::Path;

use pdfium_render::prelude::{PdfDocumentMetadataTagType, Pdfium, PdfiumError, PdfiumInternalError};

use super::pages::Pages;
use crate::extraction::report::{ExtractError, Extracted};
use crate::extraction::tidy;

/// Loads the library. Code of the library runs here, so this is for the child process alone.
pub(in crate::extraction) fn load(library: &Path) -> Result<Pdfium, PdfiumError> {
    Pdfium::bind_to_library(library).map(Pdfium::new)
}

/// Reads a PDF page by page; only what is needed of the file is ever in memory.
pub(in crate::extraction) fn read(pdfium: &Pdfium, file: &File, max_chars: usize) -> Result<Extracted, ExtractError> {
    let document = pdfium.load_pdf_from_reader(file, None).map_err(|error| explain(&error))?;
    let title = document.metadata().get(PdfDocumentMetadataTagType::Title);
    let mut pages = Pages::new(max_chars);
    let mut broken = None;
    for index in 0..document.pages().len() {
        if pages.is_full() {
            break;
        }
        // One page that cannot be read is no reason to lose the others.
        let text = document.pages().get(index).and_then(|page| page.text().map(|text| text.all()));
        match text {
            Ok(text) => pages.add(index + 1, &join_hyphens(&text)),
            Err(error) => {
                pages.add(index + 1, "");
                broken = Some(error);
            }
        }
    }
    match (pages.finish(title.and_then(|tag| tidy::title(tag.value()))), broken) {
        (Err(_), Some(error)) => Err(explain(&error)),
        (finished, _) => finished,
    }
}

/// PDFium marks a hyphen at the end of a line and takes the line end away. Between two small letters it divides a
/// word, nearly always; elsewhere it belongs to the word and is kept.
fn join_hyphens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        if !matches!(char, '\u{2}' | '\u{FFFE}') {
            out.push(char);
            continue;
        }
        let divides = out.chars().next_back().is_some_and(char::is_lowercase)
            && rest.peek().copied().is_some_and(char::is_lowercase);
        if !divides {
            out.push('-');
        }
    }
    out
}

fn explain(error: &PdfiumError) -> ExtractError {
    match error {
        PdfiumError::PdfiumLibraryInternalError(
            PdfiumInternalError::PasswordError | PdfiumInternalError::SecurityError,
        ) => ExtractError::encrypted(),
        PdfiumError::PdfiumLibraryInternalError(PdfiumInternalError::FormatError) => {
            ExtractError::corrupt("PDF", "its structure is broken")
        }
        _ => ExtractError::corrupt("PDF", "its pages cannot be opened"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_divided_words_are_joined() {
        assert_eq!(join_hyphens("infor\u{2}mation"), "information");
        assert_eq!(join_hyphens("infor\u{FFFE}mation"), "information");
        assert_eq!(join_hyphens("COVID\u{2}19 Jean\u{2}Paul"), "COVID-19 Jean-Paul");
    }
}
