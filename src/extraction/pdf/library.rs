//! Where the PDFium library is.

use std::path::{Path, PathBuf};

use crate::config::documents::ExtractionConfig;
use crate::wheels::Wheel;

/// The library as packed for Python, for which nothing of Python is used.
const PDFIUM: Wheel = Wheel {
    package: "pypdfium2",
    version: "5.15.2",
    about: "the PDF engine PDFium (4 MB)",
    files: &[
        ("linux", "x86_64", "manylinux2014_x86_64", "dc31aea5b0fb9fefc9b537a65f4113980b2c40798445736a7e6565bc85161e37"),
        (
            "linux",
            "aarch64",
            "manylinux2014_aarch64",
            "dd46e93c0c3a73f6cea8489baff6d77a5d0759dd53fbbce0aeb49c91830176fc",
        ),
        ("macos", "aarch64", "macosx_13_0_arm64", "e71fe832e94421ac3c28d6a6ed4a9e61f22417089652d339f391c4ffc2a44c35"),
    ],
};

/// The library to read PDFs with: `PDFIUM_LIB`, else the one in the data directory, which is fetched when it is not
/// there. `None` means that PDFs are read without it; the log says why.
pub async fn locate_pdfium(config: &ExtractionConfig, data_dir: &Path) -> Option<PathBuf> {
    if let Some(library) = &config.pdfium_lib {
        if library.is_file() {
            return Some(library.clone());
        }
        tracing::warn!(library = %library.display(), "PDFIUM_LIB names no file: PDFs are read by the built-in reader");
        return None;
    }
    let folder = match PDFIUM.fetch(&data_dir.join("wheels")).await {
        Ok(folder) => folder,
        Err(error) => {
            tracing::warn!(%error, "PDFium is not there: PDFs are read by the built-in reader, which finds less text");
            return None;
        }
    };
    let library = within(&folder);
    if library.is_file() {
        return Some(library);
    }
    tracing::warn!(library = %library.display(), "PDFium is not where its package has it: PDFs are read without it");
    None
}

/// The library in the data directory, if it was fetched before.
#[must_use]
pub fn fetched_pdfium(data_dir: &Path) -> Option<PathBuf> {
    PDFIUM.fetched(&data_dir.join("wheels")).map(|folder| within(&folder)).filter(|library| library.is_file())
}

fn within(folder: &Path) -> PathBuf {
    let name = if cfg!(target_os = "macos") { "libpdfium.dylib" } else { "libpdfium.so" };
    folder.join("pypdfium2_raw").join(name)
}
