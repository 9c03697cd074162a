//! What a file is and how its values are set apart, by what it holds.

use std::io::{Read, Seek, SeekFrom};

use encoding_rs::Encoding;

use super::convert::truth;
use super::csv_records::CsvRecords;
use super::dialect::{DateOrder, DecimalMark, Dialect, FileFormat};
use super::encoding::Utf8;
use super::problem::TableError;
use super::{moment, number};

/// How much of a file is looked at, in bytes of UTF-8.
const HEAD: u64 = 256 * 1024;
/// Records that are compared.
const RECORDS: usize = 200;
/// What values stand between, the most usual first.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// The format of a file by its first bytes; a name that ends in one of the extensions decides where bytes do not.
///
/// # Errors
/// For a format that is not taken.
pub fn format(file: &mut (impl Read + Seek), filename: &str) -> Result<FileFormat, TableError> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(64 * 1024).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let accepted = "Accepted are CSV, TSV, JSON lines, XLSX and Parquet.";
    if head.starts_with(b"PAR1") {
        return Ok(FileFormat::Parquet);
    }
    if head.starts_with(b"PARE") {
        return Err(TableError::refused("This Parquet file is encrypted. Write it without encryption."));
    }
    if head.starts_with(b"PK\x03\x04") {
        return match packed(&head) {
            Some(refused) => Err(TableError::refused(refused)),
            None => Ok(FileFormat::Xlsx),
        };
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(TableError::refused(
            "This is a workbook of an old kind (XLS), or one with a password. Save it as XLSX without one.",
        ));
    }
    let is_utf16 = Encoding::for_bom(&head).is_some_and(|(encoding, _)| encoding != encoding_rs::UTF_8);
    if head.contains(&0) && !is_utf16 {
        return Err(TableError::refused(format!("This is no table. {accepted}")));
    }
    let text = Encoding::for_bom(&head).map(|(encoding, _)| encoding.decode(&head).0.into_owned().into_bytes());
    let first = text.as_deref().unwrap_or(&head).trim_ascii_start();
    let name = filename.to_ascii_lowercase();
    let is_named_json = [".jsonl", ".ndjson", ".json"].iter().any(|extension| name.ends_with(extension));
    match first.first() {
        Some(b'{') => Ok(FileFormat::JsonLines),
        Some(b'[') if is_named_json => Err(TableError::refused(
            "This is one JSON list. Write its objects one a line (JSON lines), without the list around them.",
        )),
        _ => Ok(FileFormat::Csv),
    }
}

/// Why a zip archive is no workbook of Excel, where its first entry says what else it is: `mimetype`, as ODS and EPUB have it.
fn packed(head: &[u8]) -> Option<&'static str> {
    let kind = head.get(30..).filter(|entry| entry.starts_with(b"mimetype"))?;
    if kind.starts_with(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet") {
        Some("This is a workbook of OpenDocument (ODS). Save it as XLSX.")
    } else {
        Some("This is a zip archive, and no workbook of Excel (XLSX).")
    }
}

/// The delimiter that cuts the most records into the same number of values, more than one; a comma when none does.
///
/// # Errors
/// When the file cannot be read.
pub fn delimiter(file: &mut (impl Read + Seek), encoding: &'static Encoding, quote: char) -> Result<char, TableError> {
    let head = head(file, encoding)?;
    let mut best = (0.0, ',');
    for delimiter in DELIMITERS {
        let score = consistency(&records(&head, &Dialect { delimiter, quote, ..Dialect::default() }));
        // A later one has to be better: two that are as good are told apart by what is more usual.
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    Ok(best.1)
}

/// Whether the first record names the columns: nothing in it is a number, a date or the like, and most of it is there and different.
///
/// # Errors
/// When the file cannot be read.
pub fn has_header(
    file: &mut (impl Read + Seek),
    encoding: &'static Encoding,
    dialect: &Dialect,
) -> Result<bool, TableError> {
    let records = records(&head(file, encoding)?, dialect);
    let Some(first) = records.first() else { return Ok(true) };
    let distinct: std::collections::HashSet<&str> = first.iter().map(|value| value.trim()).collect();
    let is_named = first.iter().filter(|value| !value.trim().is_empty()).count() * 2 > first.len()
        && distinct.len() * 2 > first.len();
    let looks_typed = first.iter().any(|value| is_typed(value.trim()));
    Ok(is_named && !looks_typed)
}

fn is_typed(value: &str) -> bool {
    let is_number = [DecimalMark::Point, DecimalMark::Comma].iter().any(|mark| number::parse(value, *mark).is_some());
    let is_moment =
        [DateOrder::DayFirst, DateOrder::MonthFirst].iter().any(|order| moment::moment(value, *order).is_some());
    is_number || is_moment || moment::time(value).is_some() || truth(value).is_some_and(|_| value.len() > 1)
}

/// The first part of the file, without the line that it breaks off in.
fn head(file: &mut (impl Read + Seek), encoding: &'static Encoding) -> Result<String, TableError> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    Utf8::new(&mut *file, encoding).take(HEAD).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(0))?;
    let is_cut = bytes.len() as u64 == HEAD;
    if is_cut && let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') {
        bytes.truncate(end + 1);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn records(text: &str, dialect: &Dialect) -> Vec<Vec<String>> {
    let mut records = CsvRecords::new(text.as_bytes(), dialect);
    std::iter::from_fn(|| records.read().ok().flatten()).take(RECORDS).map(|(_, values)| values).collect()
}

/// From 0 to 1 for how many records agree, more for more values.
fn consistency(records: &[Vec<String>]) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for record in records {
        *counts.entry(record.len()).or_insert(0_u32) += 1;
    }
    let Some((values, agreeing)) = counts.iter().max_by_key(|(values, count)| (**count, **values)) else { return 0.0 };
    if *values < 2 {
        return 0.0;
    }
    let all = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let more = f64::from(u32::try_from(*values).unwrap_or(u32::MAX)).ln_1p() / 100.0;
    f64::from(*agreeing) / f64::from(all) + more
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use encoding_rs::UTF_8;

    use super::*;

    fn delimiter_of(text: &str) -> char {
        delimiter(&mut Cursor::new(text.as_bytes()), UTF_8, '"').unwrap()
    }

    fn header_of(text: &str) -> bool {
        let dialect = Dialect { delimiter: delimiter_of(text), ..Dialect::default() };
        has_header(&mut Cursor::new(text.as_bytes()), UTF_8, &dialect).unwrap()
    }

    #[test]
    fn delimiters_are_found() {
        assert_eq!(delimiter_of("a,b\n1,2\n"), ',');
        assert_eq!(delimiter_of("a;b\n1,5;2,5\n3,5;4,5\n"), ';');
        assert_eq!(delimiter_of("a\tb, c\n1\t2\n3\t4\n"), '\t');
        assert_eq!(delimiter_of("a|b|c\n1|\"x|y\"|2\n"), '|');
        assert_eq!(delimiter_of("name\nOne, two\nThree\n"), ',', "one column");
        assert_eq!(delimiter_of(""), ',');
        assert_eq!(delimiter_of("text;n\n\"a, b; c\";1\n\"d, e, f\";2\n"), ';', "quotes count");
    }

    #[test]
    fn headers_are_told_from_values() {
        assert!(header_of("name,age\nAda,36\n"));
        assert!(header_of("name,city\nAda,London\n"));
        assert!(header_of("name,city\n"));
        assert!(!header_of("Ada,36\nAlan,41\n"));
        assert!(!header_of("2026-01-01,5\n2026-01-02,6\n"));
        assert!(header_of(""));
    }

    #[test]
    fn formats_are_told_by_their_bytes() {
        let of = |bytes: &[u8], name: &str| {
            format(&mut Cursor::new(bytes.to_vec()), name).map_err(|error| error.to_string())
        };
        assert_eq!(of(b"a,b\n", "x.xlsx"), Ok(FileFormat::Csv));
        assert_eq!(of(b"PAR1....", "x.csv"), Ok(FileFormat::Parquet));
        assert_eq!(of(b"PK\x03\x04...", "x"), Ok(FileFormat::Xlsx));
        let mut ods = [b"PK\x03\x04".as_slice(), &[0; 26]].concat();
        ods.extend_from_slice(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK");
        assert!(of(&ods, "x.ods").unwrap_err().contains("(ODS)"));
        assert!(of(b"PARE....", "x").unwrap_err().contains("encrypted"));
        assert_eq!(of(b"\xef\xbb\xbf {\"a\": 1}\n", "x.txt"), Ok(FileFormat::JsonLines));
        assert_eq!(of(b"\xff\xfea\0,\0b\0", "x.csv"), Ok(FileFormat::Csv));
        assert_eq!(of(b"[note],x\n", "x.csv"), Ok(FileFormat::Csv));
        assert!(of(b"[{}]", "x.json").unwrap_err().contains("one a line"));
        assert!(of(b"\x89PNG\r\n\x1a\n\0\0", "x.csv").unwrap_err().starts_with("This is no table."));
        assert!(of(b"\xd0\xcf\x11\xe0", "x.xls").unwrap_err().contains("as XLSX"));
    }
}
