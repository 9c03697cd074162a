//! A zip archive that is written piece by piece, off the async threads: one piece is all that is in memory.

use std::fs::File;
use std::io::Write as _;

use bytes::Bytes;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::error::{Error, Result};

/// An archive under way.
pub struct Archive {
    /// `None` only while a thread has it, and after a failure.
    zip: Option<ZipWriter<File>>,
}

impl Archive {
    #[must_use]
    pub fn begin(file: File) -> Self {
        Self { zip: Some(ZipWriter::new(file)) }
    }

    /// Begins the next file in it. Those that are packed already are not packed again.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub async fn file(&mut self, name: String, is_packed: bool) -> Result<()> {
        let method = if is_packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        self.with(move |zip| zip.start_file(name, options).map_err(std::io::Error::other)).await
    }

    /// Adds to the file that was begun last.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        self.with(move |zip| zip.write_all(&bytes)).await
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub async fn end(mut self) -> Result<()> {
        let zip = self.zip.take().ok_or_else(lost)?;
        let ended = tokio::task::spawn_blocking(move || zip.finish().map_err(std::io::Error::other)?.sync_all());
        ended.await.map_err(Error::internal)?.map_err(full)
    }

    async fn with(
        &mut self,
        act: impl FnOnce(&mut ZipWriter<File>) -> std::io::Result<()> + Send + 'static,
    ) -> Result<()> {
        let mut zip = self.zip.take().ok_or_else(lost)?;
        let acted = tokio::task::spawn_blocking(move || {
            let done = act(&mut zip);
            (zip, done)
        });
        let (zip, done) = acted.await.map_err(Error::internal)?;
        self.zip = Some(zip);
        done.map_err(full)
    }
}

fn lost() -> Error {
    Error::internal("an archive is written to after its end")
}

fn full(error: std::io::Error) -> Error {
    Error::unavailable("The copy could not be written.").with_source(error)
}
