//! The process that reads one hostile file: `elenchus extract-worker …`. Hidden, and of no use to a person.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::AsFd;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;

use super::docx::document as docx;
use super::html::page as html;
use super::limits::{self, Bounds};
use super::pdf::{pdfium, unpdf};
use super::plain;
use super::report::{ExtractCode, ExtractError, Extracted, Report};
use crate::extraction::media::MediaKind;

/// The word on the command line that means this.
pub const SUBCOMMAND: &str = "extract-worker";
/// Exit code when the process could not make itself safe, or was called by somebody who does not know how.
pub const EXIT_UNAVAILABLE: u8 = 70;

/// What the parent asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub kind: MediaKind,
    pub bounds: Bounds,
    pub max_chars: usize,
    /// The library to read PDFs with.
    pub pdfium: Option<PathBuf>,
}

impl Task {
    /// The words after [`SUBCOMMAND`].
    #[must_use]
    pub fn to_args(&self) -> Vec<OsString> {
        let mut args: Vec<OsString> = vec![
            self.kind.as_str().into(),
            self.bounds.cpu_seconds.to_string().into(),
            self.bounds.memory_bytes.to_string().into(),
            self.max_chars.to_string().into(),
        ];
        args.extend(self.pdfium.as_ref().map(|path| path.clone().into_os_string()));
        args
    }

    /// The inverse of [`Task::to_args`].
    pub fn from_args(mut args: impl Iterator<Item = OsString>) -> Option<Self> {
        let mut word = || args.next()?.into_string().ok();
        let kind = MediaKind::from_name(&word()?)?;
        let cpu_seconds = word()?.parse().ok()?;
        let memory_bytes = word()?.parse().ok()?;
        let max_chars = word()?.parse().ok()?;
        let pdfium = args.next().map(PathBuf::from);
        Some(Self { kind, bounds: Bounds { cpu_seconds, memory_bytes }, max_chars, pdfium })
    }
}

/// Reads the file on standard input and writes a [`Report`] to standard output. `args` is what follows [`SUBCOMMAND`].
#[must_use]
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let Some(task) = Task::from_args(args) else {
        eprintln!("{SUBCOMMAND} is called by the server only: kind, seconds, bytes, characters [library]");
        return ExitCode::from(EXIT_UNAVAILABLE);
    };
    match serve(&task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{SUBCOMMAND}: {error}");
            ExitCode::from(EXIT_UNAVAILABLE)
        }
    }
}

fn serve(task: &Task) -> io::Result<()> {
    limits::forget_inherited()?;
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    file.rewind()?;
    limits::restrict(task.bounds)?;
    let pdfium = match (task.kind, &task.pdfium) {
        (MediaKind::Pdf, Some(library)) => pdfium::load(library)
            .inspect_err(|error| eprintln!("PDFium cannot be loaded from {}: {error}", library.display()))
            .ok(),
        _ => None,
    };
    limits::close_doors()?;
    let read = || match (task.kind, &pdfium) {
        (MediaKind::Text, _) => plain::text(&file, task.max_chars),
        (MediaKind::Markdown, _) => plain::markdown(&file, task.max_chars),
        (MediaKind::Html, _) => html::read(&file, task.max_chars),
        (MediaKind::Docx, _) => docx::read(&file, task.max_chars),
        (MediaKind::Pdf, Some(pdfium)) => pdfium::read(pdfium, &file, task.max_chars),
        (MediaKind::Pdf, None) => unpdf::read(&file, task.max_chars),
    };
    let result = panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(panicked()));
    let report = match result {
        Ok(extracted) => Report::Text(within(extracted, task.max_chars)),
        Err(error) => Report::Failed(error),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, &report)?;
    out.flush()
}

fn panicked() -> ExtractError {
    ExtractError::new(ExtractCode::ExtractCrashed, "The reader failed on this file; it is probably damaged.")
}

/// Cuts what a format's own white space put over the limit by a few characters.
fn within(mut extracted: Extracted, max_chars: usize) -> Extracted {
    if let Some((at, _)) = extracted.text.char_indices().nth(max_chars) {
        extracted.text.truncate(at);
        extracted.truncated = true;
        extracted.pages.retain(|page| page.start_char < max_chars);
    }
    extracted
}
