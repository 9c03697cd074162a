//! What reading a file gives: its text, or a stable reason why there is none. Also the form in which the child
//! process answers its parent.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a page begins in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageStart {
    /// Number of the page, from 1, as a reader of the file counts.
    pub page: i32,
    /// Unicode scalar values in front of the page's text.
    pub start_char: usize,
}

/// The text of a file, ready to be stored: normalised to NFC, lines ended by `\n`, no control characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    pub text: String,
    /// In ascending order; a page without text starts where the next one does. Empty when the format has no pages.
    pub pages: Vec<PageStart>,
    /// The title that the file gives itself, at most 300 characters.
    pub title: Option<String>,
    /// Whether the text was cut at `EXTRACT_MAX_CHARS`.
    pub truncated: bool,
}

/// Why a file gave no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExtractCode {
    /// Reading took longer than `EXTRACT_SECONDS` allows.
    ExtractTimeout,
    /// Reading took more than `EXTRACT_MEMORY_BYTES`.
    ExtractMemory,
    /// The reader of the format died of the file.
    ExtractCrashed,
    /// A password is needed.
    Encrypted,
    /// The file does not follow its format.
    Corrupt,
    /// The file holds no text; a scan, most likely.
    Empty,
    /// The file, or something in it, is larger than the limits allow.
    TooLarge,
    /// The file is not of a kind that is read.
    Unsupported,
    /// The reader could not be started. The only reason that has nothing to do with the file: try again later.
    Unavailable,
}

impl ExtractCode {
    /// The name that clients see and the database keeps.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExtractTimeout => "EXTRACT_TIMEOUT",
            Self::ExtractMemory => "EXTRACT_MEMORY",
            Self::ExtractCrashed => "EXTRACT_CRASHED",
            Self::Encrypted => "ENCRYPTED",
            Self::Corrupt => "CORRUPT",
            Self::Empty => "EMPTY",
            Self::TooLarge => "TOO_LARGE",
            Self::Unsupported => "UNSUPPORTED",
            Self::Unavailable => "UNAVAILABLE",
        }
    }

    /// Whether the same file may be read later without having changed.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(self, Self::Unavailable)
    }
}

impl fmt::Display for ExtractCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A file that gave no text: a stable code, and a sentence for the person who uploaded it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct ExtractError {
    pub code: ExtractCode,
    pub message: String,
}

impl ExtractError {
    pub fn new(code: ExtractCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The file breaks the rules of its format; `detail` says which.
    pub fn corrupt(format: &str, detail: impl fmt::Display) -> Self {
        // Details quote the file, which may hold anything.
        let detail: String = detail.to_string().chars().filter(|char| !char.is_control()).take(200).collect();
        Self::new(ExtractCode::Corrupt, format!("This {format} is damaged and cannot be read ({detail})."))
    }

    /// A bound was exceeded; `what` is a whole sentence.
    pub fn too_large(what: impl Into<String>) -> Self {
        Self::new(ExtractCode::TooLarge, what)
    }

    /// There is no text in the file.
    #[must_use]
    pub fn empty() -> Self {
        Self::new(ExtractCode::Empty, "This file holds no text. If it is a scan, run text recognition on it first.")
    }

    /// A password is needed.
    #[must_use]
    pub fn encrypted() -> Self {
        Self::new(ExtractCode::Encrypted, "This file is protected by a password. Save a copy without one.")
    }
}

/// The one line of JSON that the child writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    Text(Extracted),
    Failed(ExtractError),
}
