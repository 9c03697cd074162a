//! Why there is no file.

use parquet::errors::ParquetError;
use rust_xlsxwriter::XlsxError;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The format cannot hold it: a sentence for a person.
    #[error("{0}")]
    Refused(String),
    /// The disk is full or fails, or a library gave up.
    #[error("the file cannot be written")]
    Io(#[from] std::io::Error),
}

impl ExportError {
    pub fn refused(message: impl Into<String>) -> Self {
        Self::Refused(message.into())
    }
}

impl From<XlsxError> for ExportError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(error) => Self::Io(error),
            error => Self::Io(std::io::Error::other(error)),
        }
    }
}

impl From<ParquetError> for ExportError {
    fn from(error: ParquetError) -> Self {
        Self::Io(std::io::Error::other(error))
    }
}
