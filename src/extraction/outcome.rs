//! What became of a child process, and whether what it says can be believed.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use super::child;
use super::report::{ExtractCode, ExtractError, Extracted, Report};

/// SIGKILL, which we did not send: the kernel ran out of memory.
const KILLED: i32 = 9;
/// SIGXCPU on Linux and macOS.
const OUT_OF_PROCESSOR_TIME: i32 = 24;

/// Why a child that did not end well gave no text. `stderr` is the first part of what it said.
pub(super) fn of_failure(status: ExitStatus, stderr: &str) -> ExtractError {
    let code = match (status.signal(), status.code()) {
        (Some(OUT_OF_PROCESSOR_TIME), _) => ExtractCode::ExtractTimeout,
        (Some(KILLED), _) => ExtractCode::ExtractMemory,
        (None, Some(code)) if code == i32::from(child::EXIT_UNAVAILABLE) => ExtractCode::Unavailable,
        _ if ["memory allocation of", "bad_alloc", "Out of memory", "out of memory"]
            .iter()
            .any(|sign| stderr.contains(sign)) =>
        {
            ExtractCode::ExtractMemory
        }
        _ => ExtractCode::ExtractCrashed,
    };
    of_code(code)
}

/// A reason that the parent found, in words.
pub(super) fn of_code(code: ExtractCode) -> ExtractError {
    ExtractError::new(
        code,
        match code {
            ExtractCode::ExtractTimeout => "Reading this file took too long and was stopped.",
            ExtractCode::ExtractMemory => "Reading this file took too much memory and was stopped.",
            ExtractCode::TooLarge => "This file unpacks to more than is read of one file.",
            ExtractCode::Unavailable => "Files cannot be read at the moment. Try again later.",
            _ => "The reader failed on this file; it is probably damaged.",
        },
    )
}

/// Why a picture was not drawn, in words.
pub(super) fn of_picture(code: ExtractCode) -> ExtractError {
    ExtractError::new(
        code,
        match code {
            ExtractCode::ExtractTimeout => "Reading this picture took too long and was stopped.",
            ExtractCode::ExtractMemory | ExtractCode::TooLarge => "This picture has too many pixels.",
            ExtractCode::Unavailable => "Pictures cannot be read at the moment. Try again later.",
            _ => "This picture is damaged and cannot be read.",
        },
    )
}

/// The text in the child's answer. A hostile file may have taken the child over, so the answer is checked like any
/// other input: what is returned holds to what [`Extracted`] promises.
pub(super) fn of_answer(answer: &[u8], max_chars: usize) -> Result<Extracted, ExtractError> {
    let crashed = || of_code(ExtractCode::ExtractCrashed);
    match serde_json::from_slice(answer) {
        Ok(Report::Text(extracted)) if is_sound(&extracted, max_chars) => Ok(extracted),
        Ok(Report::Failed(error)) if error.message.chars().count() <= 1000 && !has_controls(&error.message) => {
            Err(error)
        }
        _ => Err(crashed()),
    }
}

fn is_sound(extracted: &Extracted, max_chars: usize) -> bool {
    let chars = extracted.text.chars().count();
    let title_is_sound =
        extracted.title.as_ref().is_none_or(|title| title.chars().count() <= 300 && !has_controls(title));
    let ascending = extracted.pages.is_sorted_by(|a, b| a.page < b.page && a.start_char <= b.start_char);
    let pages_are_sound = ascending && extracted.pages.iter().all(|page| page.page > 0 && page.start_char <= chars);
    chars > 0 && chars <= max_chars && !has_controls(&extracted.text) && title_is_sound && pages_are_sound
}

fn has_controls(text: &str) -> bool {
    text.chars().any(|char| char.is_control() && !matches!(char, '\n' | '\t'))
}
