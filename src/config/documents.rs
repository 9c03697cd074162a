//! Uploads, and what reading one file may cost.

use std::path::PathBuf;
use std::time::Duration;

use super::env::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct DocumentsConfig {
    /// `UPLOAD_MAX_BYTES`
    pub max_bytes: u64,
    /// `UPLOAD_MAX_FILES` in one request.
    pub max_files: usize,
    /// `CHUNK_CHARS`
    pub chunk_chars: usize,
    /// `CHUNK_OVERLAP_CHARS`
    pub chunk_overlap_chars: usize,
    pub extraction: ExtractionConfig,
    /// `JOB_CONCURRENCY`: background jobs at once.
    pub job_concurrency: usize,
}

#[derive(Debug, Clone)]
pub struct ExtractionConfig {
    /// `EXTRACT_SECONDS` of processor time; the wall clock allows three times as much.
    pub cpu: Duration,
    /// `EXTRACT_MEMORY_BYTES` of address space.
    pub memory_bytes: u64,
    /// `EXTRACT_MAX_CHARS`
    pub max_chars: usize,
    /// `PDFIUM_LIB`; `None` looks into the data directory, then does without.
    pub pdfium_lib: Option<PathBuf>,
}

impl DocumentsConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let chunk_chars = env.number("CHUNK_CHARS", 100..=20_000)?;
        let chunk_overlap_chars = env.number("CHUNK_OVERLAP_CHARS", 0..=10_000)?;
        if chunk_overlap_chars >= chunk_chars {
            return Err(ConfigError::new("CHUNK_OVERLAP_CHARS", "must be less than CHUNK_CHARS"));
        }
        Ok(Self {
            max_bytes: env.number("UPLOAD_MAX_BYTES", 1..=10_737_418_240)?,
            max_files: env.number("UPLOAD_MAX_FILES", 1..=1000)?,
            chunk_chars,
            chunk_overlap_chars,
            extraction: ExtractionConfig {
                cpu: Duration::from_secs(env.number("EXTRACT_SECONDS", 1..=600)?),
                memory_bytes: env.number("EXTRACT_MEMORY_BYTES", 134_217_728..=68_719_476_736)?,
                max_chars: env.number("EXTRACT_MAX_CHARS", 1000..=100_000_000)?,
                pdfium_lib: env.text("PDFIUM_LIB")?.map(PathBuf::from),
            },
            job_concurrency: env.number("JOB_CONCURRENCY", 1..=64)?,
        })
    }
}
