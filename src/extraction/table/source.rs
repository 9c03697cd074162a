//! A file that is read from many places at once without a descriptor for each: none is to be had where it is read.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// A file for the reader of Parquet.
#[derive(Debug)]
pub(super) struct Source {
    file: Arc<File>,
    length: u64,
}

/// The file from one place on.
#[derive(Debug)]
pub(super) struct Part {
    file: Arc<File>,
    at: u64,
}

impl Source {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), length })
    }

    fn part(&self, at: u64) -> Part {
        Part { file: Arc::clone(&self.file), at }
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Source {
    type T = BufReader<Part>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(self.part(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // Nothing is set aside for what is claimed and not there.
        if start.checked_add(length as u64).is_none_or(|end| end > self.length) {
            return Err(ParquetError::EOF("a part lies behind the end of the file".to_owned()));
        }
        let mut bytes = vec![0; length];
        self.part(start).read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

impl Read for Part {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}
