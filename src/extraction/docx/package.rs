//! The zip around a Word document, read within limits. Names in it are only ever compared, never used as paths.

use std::fs::File;
use std::io::{BufReader, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::extraction::report::{ExtractCode, ExtractError};

/// More than the most entries of an honest document, which has one for each picture.
const MAX_ENTRIES: usize = 10_000;
/// Largest part, unpacked.
const MAX_ENTRY_BYTES: u64 = 64 * 1024 * 1024;
/// All parts that are read together, unpacked.
const MAX_TOTAL_BYTES: u64 = 128 * 1024 * 1024;
/// XML packs well, but not as well as a bomb, which reaches 1,000.
const MAX_RATIO: u64 = 200;
/// Below this size the ratio does no harm.
const RATIO_MATTERS_FROM: u64 = 4 * 1024 * 1024;

pub(super) struct Package<'a> {
    zip: ZipArchive<BufReader<&'a File>>,
    left: u64,
}

impl<'a> Package<'a> {
    pub(super) fn open(file: &'a File) -> Result<Self, ExtractError> {
        let zip = ZipArchive::new(BufReader::new(file)).map_err(explain)?;
        if zip.len() > MAX_ENTRIES {
            return Err(ExtractError::too_large(format!(
                "This Word document holds {} parts; at most {MAX_ENTRIES} are read.",
                zip.len()
            )));
        }
        Ok(Self { zip, left: MAX_TOTAL_BYTES })
    }

    /// The bytes of a part; `None` when there is none of that name. Sizes are what is unpacked, not what is claimed.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        let entry = match self.zip.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(explain(error)),
        };
        let packed = entry.compressed_size().max(1);
        let limit = MAX_ENTRY_BYTES.min(self.left);
        let mut bytes = Vec::new();
        entry.take(limit + 1).read_to_end(&mut bytes).map_err(|error| ExtractError::corrupt("Word document", error))?;
        let size = bytes.len() as u64;
        if size > limit {
            return Err(ExtractError::too_large("A part of this Word document is larger than 64 MiB."));
        }
        if size > RATIO_MATTERS_FROM && size / packed > MAX_RATIO {
            return Err(ExtractError::too_large("This Word document unpacks to more than 200 times its size."));
        }
        self.left -= size;
        Ok(Some(bytes))
    }
}

fn explain(error: ZipError) -> ExtractError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ExtractError::encrypted()
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => ExtractError::new(
            ExtractCode::Unsupported,
            format!("This Word document is packed in a way that is not read ({error})."),
        ),
        error => ExtractError::corrupt("Word document", error),
    }
}
