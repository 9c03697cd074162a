//! The process that reads one hostile workbook or Parquet file: `elenchus table-worker …`. Hidden, and of no use to a person.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Seek as _, Write};
use std::os::fd::AsFd as _;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use super::lines::{Halt, Lines, Sheets, Verdict};
use super::{columnar, workbook};
use crate::extraction::child::EXIT_UNAVAILABLE;
use crate::extraction::limits::{self, Bounds};
use crate::extraction::report::{ExtractCode, ExtractError};

/// The word on the command line that means this.
pub const SUBCOMMAND: &str = "table-worker";

/// What is read, and what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// XLSX.
    Workbook {
        /// Whether the first row with something in it holds the names.
        has_header: bool,
        /// By its name; `None` for the first that is not empty.
        sheet: Option<String>,
    },
    Parquet,
}

/// The words after [`SUBCOMMAND`].
#[must_use]
pub fn to_args(wanted: &Wanted, bounds: Bounds) -> Vec<OsString> {
    let (kind, has_header, sheet) = match wanted {
        Wanted::Workbook { has_header, sheet } => ("workbook", *has_header, sheet.as_deref()),
        Wanted::Parquet => ("parquet", true, None),
    };
    let (cpu, memory) = (bounds.cpu_seconds.to_string(), bounds.memory_bytes.to_string());
    let mut args: Vec<OsString> = vec![kind.into(), cpu.into(), memory.into(), has_header.to_string().into()];
    args.extend(sheet.map(OsString::from));
    args
}

/// The inverse of [`to_args`].
fn from_args(mut args: impl Iterator<Item = OsString>) -> Option<(Wanted, Bounds)> {
    let mut word = || args.next()?.into_string().ok();
    let kind = word()?;
    let bounds = Bounds { cpu_seconds: word()?.parse().ok()?, memory_bytes: word()?.parse().ok()? };
    let has_header = word()?.parse().ok()?;
    let wanted = match kind.as_str() {
        "workbook" => Wanted::Workbook { has_header, sheet: word() },
        "parquet" => Wanted::Parquet,
        _ => return None,
    };
    Some((wanted, bounds))
}

/// Reads the file on standard input and writes [`lines`](super::lines) to standard output. `args` is what follows [`SUBCOMMAND`].
#[must_use]
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let Some((wanted, bounds)) = from_args(args) else {
        eprintln!("{SUBCOMMAND} is called by the server only: kind, seconds, bytes, header [sheet]");
        return ExitCode::from(EXIT_UNAVAILABLE);
    };
    match serve(&wanted, bounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{SUBCOMMAND}: {error}");
            ExitCode::from(EXIT_UNAVAILABLE)
        }
    }
}

fn serve(wanted: &Wanted, bounds: Bounds) -> io::Result<()> {
    limits::forget_inherited()?;
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    file.rewind()?;
    limits::restrict(bounds)?;
    limits::close_doors()?;
    tabulate(file, wanted, io::BufWriter::new(io::stdout().lock()))
}

/// Writes a table and what came of it.
fn tabulate(file: File, wanted: &Wanted, out: impl Write) -> io::Result<()> {
    let mut lines = Lines::new(out);
    let read = panic::catch_unwind(AssertUnwindSafe(|| read(file, wanted, &mut lines)));
    let verdict = match read {
        Ok(Ok(sheets)) => Verdict::Table(sheets),
        Ok(Err(Halt::Refused(error))) => Verdict::Failed(error),
        Ok(Err(Halt::Unheard(error))) => return Err(error),
        Err(_) => Verdict::Failed(ExtractError::new(
            ExtractCode::ExtractCrashed,
            "The reader failed on this file; it is probably damaged.",
        )),
    };
    lines.end(&verdict)
}

fn read(file: File, wanted: &Wanted, lines: &mut Lines<impl Write>) -> Result<Sheets, Halt> {
    match wanted {
        Wanted::Workbook { has_header, sheet } => workbook::read(file, *has_header, sheet.as_deref(), lines),
        Wanted::Parquet => columnar::read(file, lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_understood() {
        let bounds = Bounds { cpu_seconds: 20, memory_bytes: 1 << 30 };
        for wanted in [
            Wanted::Workbook { has_header: false, sheet: Some("Größe & \"more\"".to_owned()) },
            Wanted::Workbook { has_header: true, sheet: None },
            Wanted::Parquet,
        ] {
            assert_eq!(from_args(to_args(&wanted, bounds).into_iter()), Some((wanted, bounds)));
        }
        assert_eq!(from_args(["workbook", "20", "x", "true"].map(OsString::from).into_iter()), None);
        assert_eq!(from_args(std::iter::empty()), None);
    }
}
