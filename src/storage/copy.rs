//! A file that has arrived, copied to where the store takes it from: what is looked at afterwards is that very copy.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

/// Bytes copied at once.
const BLOCK: usize = 64 * 1024;

/// A copy, which is gone when this is dropped.
pub struct Copied {
    /// At its start.
    pub file: NamedTempFile,
    pub sha256: Vec<u8>,
    /// Of a file that is too large, one more than was allowed.
    pub byte_size: u64,
}

/// Copies `from`, from its start, into `folder`, and no more than one byte over `most`.
///
/// # Errors
/// When the disk is full or fails.
pub fn copy(from: &mut File, folder: &Path, most: u64) -> std::io::Result<Copied> {
    from.seek(SeekFrom::Start(0))?;
    let mut from = from.take(most.saturating_add(1));
    let mut file = NamedTempFile::new_in(folder)?;
    let (mut hash, mut byte_size, mut block) = (Sha256::new(), 0_u64, vec![0; BLOCK]);
    loop {
        let read = from.read(&mut block)?;
        let Some(part) = block.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        file.write_all(part)?;
        byte_size = byte_size.saturating_add(part.len() as u64);
    }
    file.flush()?;
    file.as_file_mut().seek(SeekFrom::Start(0))?;
    Ok(Copied { file, sha256: hash.finalize().to_vec(), byte_size })
}
