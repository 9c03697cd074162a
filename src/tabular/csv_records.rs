//! Values between delimiters as `csv-core` reads them, with the line that each record begins on: the `csv` crate above it counts
//! that from the end of the record before, which is another line behind an empty one, and behind `\r\n`.

use std::io::{BufRead as _, BufReader, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::dialect::Dialect;

/// What is read at once, in bytes.
const BLOCK: usize = 64 * 1024;

pub struct CsvRecords<R> {
    from: BufReader<R>,
    reader: Reader,
    /// Of what is read next, from 1.
    line: u64,
    values: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> CsvRecords<R> {
    /// Begins to read text in UTF-8.
    pub fn new(from: R, dialect: &Dialect) -> Self {
        let reader =
            ReaderBuilder::new().delimiter(byte(dialect.delimiter, b',')).quote(byte(dialect.quote, b'"')).build();
        let from = BufReader::with_capacity(BLOCK, from);
        Self { from, reader, line: 1, values: vec![0; BLOCK], ends: vec![0; 64] }
    }

    /// The next record and its line; nothing at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self) -> std::io::Result<Option<(u64, Vec<String>)>> {
        self.skip_empty_lines()?;
        let line = self.line;
        let (mut written, mut ended) = (0, 0);
        loop {
            let input = self.from.fill_buf()?;
            let (values, ends) = (self.values.get_mut(written..), self.ends.get_mut(ended..));
            let (result, read, wrote, closed) =
                self.reader.read_record(input, values.unwrap_or_default(), ends.unwrap_or_default());
            self.line += count(b'\n', input.get(..read).unwrap_or_default());
            self.from.consume(read);
            written += wrote;
            ended += closed;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.values.resize(self.values.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        let mut start = 0;
        let values = self.ends.iter().take(ended).map(|end| {
            let value = self.values.get(start..*end).unwrap_or_default();
            start = *end;
            String::from_utf8_lossy(value).into_owned()
        });
        Ok(Some((line, values.collect())))
    }

    /// Passes over ends of lines, that of the record before among them.
    fn skip_empty_lines(&mut self) -> std::io::Result<()> {
        loop {
            let input = self.from.fill_buf()?;
            let empty = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.line += count(b'\n', input.get(..empty).unwrap_or_default());
            let is_all = empty > 0 && empty == input.len();
            self.from.consume(empty);
            if !is_all {
                return Ok(());
            }
        }
    }
}

fn count(byte: u8, bytes: &[u8]) -> u64 {
    memchr::memchr_iter(byte, bytes).count() as u64
}

/// As the parser takes it; what is not ASCII was refused before.
fn byte(char: char, otherwise: u8) -> u8 {
    u8::try_from(char).ok().filter(u8::is_ascii).unwrap_or(otherwise)
}
