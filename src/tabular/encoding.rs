//! The characters of a file: which encoding it is in, and the file as UTF-8.

use std::io::{Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

use super::problem::TableError;

/// Bytes read at once.
const BLOCK: usize = 64 * 1024;

/// The encoding of a whole file, which is read from its start and left there: UTF-8 when all of it is, what its byte order mark says, or
/// the likeliest of the others.
///
/// # Errors
/// When the file cannot be read.
pub fn detect(file: &mut (impl Read + Seek)) -> Result<&'static Encoding, TableError> {
    file.seek(SeekFrom::Start(0))?;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut validator = UTF_8.new_decoder_without_bom_handling();
    let (mut block, mut sink) = (vec![0; BLOCK], vec![0; BLOCK * 3 + 16]);
    let (mut is_utf8, mut is_start) = (true, true);
    let found = loop {
        let read = fill(file, &mut block)?;
        let bytes = block.get(..read).unwrap_or_default();
        if is_start && let Some((encoding, _)) = Encoding::for_bom(bytes) {
            break encoding;
        }
        is_start = false;
        let is_last = bytes.len() < BLOCK;
        detector.feed(bytes, is_last);
        if is_utf8 {
            let (result, _, _) = validator.decode_to_utf8_without_replacement(bytes, &mut sink, is_last);
            is_utf8 = result == encoding_rs::DecoderResult::InputEmpty;
        }
        if is_last {
            break if is_utf8 { UTF_8 } else { detector.guess(None, Utf8Detection::Deny) };
        }
    };
    file.seek(SeekFrom::Start(0))?;
    Ok(found)
}

/// The encoding of this label.
///
/// # Errors
/// When there is none of that name.
pub fn named(label: &str) -> Result<&'static Encoding, TableError> {
    let unknown = || {
        TableError::refused(format!(
            "There is no encoding \"{label}\". Known are utf-8, windows-1252, utf-16le and the like."
        ))
    };
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(unknown)
}

/// A file as UTF-8, without a byte order mark. What is no character of its encoding becomes U+FFFD.
pub struct Utf8<R> {
    from: R,
    decoder: Decoder,
    block: Vec<u8>,
    /// What of the block is still to be decoded.
    rest: std::ops::Range<usize>,
    is_last: bool,
    is_done: bool,
    /// Decoded, and not fetched yet.
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf8<R> {
    pub fn new(from: R, encoding: &'static Encoding) -> Self {
        Self {
            from,
            decoder: encoding.new_decoder(),
            block: vec![0; BLOCK],
            rest: 0..0,
            is_last: false,
            is_done: false,
            ready: Vec::new(),
            given: 0,
        }
    }

    fn decode(&mut self) -> std::io::Result<()> {
        if self.rest.is_empty() && !self.is_last {
            let read = fill(&mut self.from, &mut self.block)?;
            self.is_last = read < BLOCK;
            self.rest = 0..read;
        }
        let bytes = self.block.get(self.rest.clone()).unwrap_or_default();
        self.ready.resize(BLOCK, 0);
        let (result, read, written, _) = self.decoder.decode_to_utf8(bytes, &mut self.ready, self.is_last);
        self.rest.start += read;
        self.ready.truncate(written);
        self.given = 0;
        self.is_done = self.is_last && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.given == self.ready.len() {
            if self.is_done {
                return Ok(0);
            }
            self.decode()?;
        }
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let taken = rest.len().min(into.len());
        if let (Some(into), Some(rest)) = (into.get_mut(..taken), rest.get(..taken)) {
            into.copy_from_slice(rest);
        }
        self.given += taken;
        Ok(taken)
    }
}

/// Reads until the block is full or the file ends.
fn fill(file: &mut impl Read, block: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(bytes: &[u8]) -> (String, String) {
        let mut file = Cursor::new(bytes.to_vec());
        let encoding = detect(&mut file).unwrap();
        let mut text = String::new();
        Utf8::new(file, encoding).read_to_string(&mut text).unwrap();
        (encoding.name().to_ascii_lowercase(), text)
    }

    #[test]
    fn files_are_read_as_they_were_written() {
        assert_eq!(read(b"a,b\n1,2\n"), ("utf-8".into(), "a,b\n1,2\n".into()));
        assert_eq!(read("\u{feff}Größe\n".as_bytes()), ("utf-8".into(), "Größe\n".into()), "without its mark");
        assert_eq!(
            read(b"Stra\xdfe,Gr\xf6\xdfe\nM\xfcnchen,1\n"),
            ("windows-1252".into(), "Straße,Größe\nMünchen,1\n".into())
        );
        let utf16: Vec<u8> = "\u{feff}a,ä\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16), ("utf-16le".into(), "a,ä\n".into()));
        assert_eq!(read(b""), ("utf-8".into(), String::new()));
    }

    #[test]
    fn characters_between_blocks_stay_whole() {
        let text = "é".repeat(BLOCK) + "x";
        assert_eq!(read(text.as_bytes()), ("utf-8".into(), text.clone()));
        let shifted = format!("x{text}");
        assert_eq!(read(shifted.as_bytes()).1, shifted);
        let mut late = vec![b'a'; BLOCK + 10];
        late.extend_from_slice(b"\xe9t\xe9");
        assert_eq!(read(&late).0, "windows-1252", "not UTF-8 far behind the beginning");
    }
}
