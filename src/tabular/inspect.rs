//! A whole file looked at: how it is written, which columns it has, what they hold, which lines do not fit.
//!
//! Workbooks and Parquet files are not read here: another process makes lists of them (`extraction/table`), and those are looked at.

use std::fs::File;
use std::io::Seek as _;

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::dialect::{Dialect, FileFormat, Hints};
use super::encoding::{self, Utf8};
use super::infer::{self, Candidates};
use super::json_rows::{self, JsonRows};
use super::problem::{Problem, Problems, TableError};
use super::record::{COLUMNS_MAX, Field};
use super::rows::Rows;
use super::{convert, csv_rows::CsvRows, names, sniff};

/// Records that are shown as they stand.
pub const SAMPLE: usize = 20;
/// Characters of a value that are shown.
const SHOWN: usize = 200;

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    pub dialect: Dialect,
    pub columns: Vec<Column>,
    /// Records, without those that are no record.
    pub rows: u64,
    /// The first [`SAMPLE`] records as they stand in the file, cut; `None` for no value.
    pub sample: Vec<Vec<Option<String>>>,
    /// Lines that are no record.
    pub problems: Problems,
    /// The sheets of a workbook, in their order; empty for other files.
    #[serde(default)]
    pub sheets: Vec<String>,
}

/// Looks at a whole file of text, or at the lists that were made of a workbook or a Parquet file.
///
/// # Errors
/// When it is no table, or cannot be read.
pub fn inspect(file: &mut File, format: FileFormat, hints: &Hints) -> Result<Inspection, TableError> {
    let mut dialect = described(file, format, hints)?;
    let mut rows = open(&mut *file, format, &dialect)?;
    let headers = rows.headers().to_vec();
    if headers.is_empty() {
        return Err(TableError::refused("The file holds no table: there is not one column in it."));
    }
    if headers.len() > COLUMNS_MAX {
        return Err(TableError::refused(format!("The table has {} columns; {COLUMNS_MAX} are taken.", headers.len())));
    }
    let told = rows.kinds().to_vec();
    let named = headers.iter().enumerate().map(|(place, header)| names::column(header, place)).collect();
    let named = names::distinct(named);
    let mut candidates = vec![Candidates::default(); headers.len()];
    let (mut count, mut sample, mut problems) = (0_u64, Vec::new(), Problems::default());
    while let Some(row) = rows.read()? {
        let record = match row {
            Ok(record) => record,
            Err(problem) => {
                problems.add(problem);
                continue;
            }
        };
        count += 1;
        for ((field, candidates), name) in record.fields.iter().zip(&mut candidates).zip(&named) {
            candidates.observe(field, &dialect);
            if let Field::Error(text) = field
                && !dialect.is_null_of_type(text)
            {
                problems.add(Problem::of_value(record.line, name, text, convert::error(text)));
            }
        }
        if sample.len() < SAMPLE {
            let shown = |text: &str| text.chars().take(SHOWN).collect::<String>();
            sample.push(record.fields.iter().map(|field| field.as_str().map(shown)).collect());
        }
    }
    dialect.decimal_mark = hints.decimal_mark.unwrap_or_else(|| infer::decimal_mark(&candidates, dialect.delimiter));
    dialect.date_order = hints.date_order.or_else(|| infer::date_order(&candidates));
    let told = told.into_iter().chain(std::iter::repeat(None));
    let columns = named.into_iter().zip(headers).zip(&candidates).zip(told);
    let columns = columns
        .map(|(((name, header), candidates), told)| infer::column(candidates, name, header, told, &dialect))
        .collect();
    Ok(Inspection { dialect, columns, rows: count, sample, problems, sheets: Vec::new() })
}

/// The records of a file that was looked at; of a workbook or a Parquet file, the lists that were made of it.
///
/// # Errors
/// When the file cannot be read, or is not of this format.
pub fn open<'a>(
    file: &'a mut File,
    format: FileFormat,
    dialect: &Dialect,
) -> Result<Rows<Utf8<&'a mut File>>, TableError> {
    let encoding = encoding::named(&dialect.encoding)?;
    file.rewind()?;
    if format == FileFormat::Csv {
        return Ok(Rows::Csv(Box::new(CsvRows::new(Utf8::new(file, encoding), dialect)?)));
    }
    if format != FileFormat::JsonLines {
        return Ok(Rows::Json(Box::new(JsonRows::lists(Utf8::new(file, encoding))?)));
    }
    let headers = json_rows::keys(Utf8::new(&mut *file, encoding))?;
    file.rewind()?;
    Ok(Rows::Json(Box::new(JsonRows::new(Utf8::new(file, encoding), headers))))
}

/// What can be said of a file before its values are looked at.
fn described(file: &mut File, format: FileFormat, hints: &Hints) -> Result<Dialect, TableError> {
    let mut dialect = Dialect {
        quote: ascii(hints.quote, "quote")?.unwrap_or('"'),
        null_texts: hints.null_texts.clone(),
        sheet: hints.sheet.clone().filter(|_| format == FileFormat::Xlsx),
        decimal_mark: hints.decimal_mark.unwrap_or_default(),
        date_order: hints.date_order,
        has_header: hints.has_header.unwrap_or(true),
        ..Dialect::default()
    };
    // What was made of workbooks and Parquet files is UTF-8, whatever somebody says of these.
    if !matches!(format, FileFormat::Csv | FileFormat::JsonLines) {
        return Ok(dialect);
    }
    let encoding = match &hints.encoding {
        Some(label) => encoding::named(label)?,
        None => encoding::detect(file)?,
    };
    encoding.name().to_ascii_lowercase().clone_into(&mut dialect.encoding);
    if format == FileFormat::JsonLines {
        return Ok(dialect);
    }
    dialect.delimiter = match ascii(hints.delimiter, "delimiter")? {
        Some(delimiter) => delimiter,
        None => sniff::delimiter(file, encoding, dialect.quote)?,
    };
    if dialect.delimiter == dialect.quote {
        return Err(TableError::refused("The delimiter and the quotation mark are the same."));
    }
    if hints.has_header.is_none() {
        dialect.has_header = sniff::has_header(file, encoding, &dialect)?;
    }
    Ok(dialect)
}

fn ascii(char: Option<char>, what: &str) -> Result<Option<char>, TableError> {
    match char {
        Some(char) if !char.is_ascii() || matches!(char, '\r' | '\n' | '\0') => {
            Err(TableError::refused(format!("The {what} has to be one ASCII character, and no end of a line.")))
        }
        char => Ok(char),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;
    use crate::tabular::column::{ColumnType, Note};
    use crate::tabular::dialect::{DateOrder, DecimalMark};

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn inspected(text: &str) -> Inspection {
        inspect(&mut file(text.as_bytes()), FileFormat::Csv, &Hints::default()).unwrap()
    }

    fn kinds(text: &str) -> Vec<ColumnType> {
        inspected(text).columns.iter().map(|column| column.kind).collect()
    }

    /// The lines for COPY, and how many values do not fit.
    fn converted(file: &mut File, format: FileFormat, found: &Inspection) -> (String, usize) {
        let mut rows = open(file, format, &found.dialect).unwrap();
        let (mut lines, mut wrong) = (Vec::new(), 0);
        while let Some(row) = rows.read().unwrap() {
            let Ok(record) = row else { continue };
            if let Err(problems) = convert::line(&record, &found.columns, &found.dialect, &mut lines) {
                wrong += problems.len();
            }
        }
        (String::from_utf8(lines).unwrap(), wrong)
    }

    #[test]
    fn a_table_is_found_as_people_mean_it() {
        use ColumnType::{Boolean, Date, Decimal, Integer, Text, Timestamp};
        let text = "Order No;Customer;Paid;Net (EUR);Ordered;Shipped at;Postcode\n\
                    1;\"Müller, Söhne\";yes;1.234,50 €;31.12.2026;2026-12-31 10:00;01067\n\
                    2;NA;no;5,00 €;01.02.2026;;80331\n";
        let found = inspected(text);
        assert_eq!((found.dialect.delimiter, found.dialect.decimal_mark), (';', DecimalMark::Comma));
        assert_eq!(found.dialect.date_order, Some(DateOrder::DayFirst));
        let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["order_no", "customer", "paid", "net_eur", "ordered", "shipped_at", "postcode"]);
        let kinds: Vec<_> = found.columns.iter().map(|column| column.kind).collect();
        assert_eq!(kinds, [Integer, Text, Boolean, Decimal, Date, Timestamp, Text]);
        assert_eq!((found.columns[3].unit, found.columns[6].note), (Some('€'), Some(Note::LeadingZeros)));
        assert_eq!((found.rows, found.problems.count), (2, 0));
        let (lines, wrong) = converted(&mut file(text.as_bytes()), FileFormat::Csv, &found);
        let expected = "1\tMüller, Söhne\ttrue\t1234.50\t2026-12-31\t2026-12-31 10:00:00\t01067\n\
                        2\tNA\tfalse\t5.00\t2026-02-01\t\\N\t80331\n";
        assert_eq!((lines.as_str(), wrong), (expected, 0));
    }

    #[test]
    fn one_value_decides_for_a_column() {
        use ColumnType::{Boolean, Date, Decimal, Float, Integer, Text, Time, Timestamp, TimestampTz};
        let of = |values: &[&str]| kinds(&format!("a,b\n\"{}\",x\n", values.join("\",x\n\"")))[0];
        assert_eq!(of(&["1", "2", "NULL", "3"]), Integer);
        assert_eq!(of(&["1", "2.5"]), Decimal);
        assert_eq!(of(&["1", "2.5", "3e4"]), Float);
        assert_eq!(of(&["1", "2", "x"]), Text);
        assert_eq!(of(&["$1", "2"]), Text, "with a unit and without");
        assert_eq!(of(&["$1", "€2"]), Text);
        assert_eq!(of(&["1,000", "2,500,000"]), Integer);
        assert_eq!(of(&["y", "n"]), Boolean);
        assert_eq!(of(&["y", "y"]), Text, "may be anything");
        assert_eq!(of(&["true"]), Boolean);
        assert_eq!(of(&["2026-01-02", "2026-01-03 10:00"]), Timestamp);
        assert_eq!(of(&["2026-01-02T00:00Z"]), TimestampTz);
        assert_eq!(of(&["2026-01-02T00:00Z", "2026-01-02T00:00"]), Text);
        assert_eq!(of(&["10:00", "9:15 PM"]), Time);
        assert_eq!(of(&["12/31/2026", "1/2/2026"]), Date);
        assert_eq!(of(&["1/2/2026", "3/4/2026"]), Text);
    }

    #[test]
    fn a_file_has_one_order_of_day_and_month() {
        use ColumnType::{Date, Text};
        assert_eq!(kinds("a,b\n1/2/2026,13/2/2026\n"), [Date, Date], "one column says it for the other");
        let torn = inspected("a,b\n13/2/2026,2/13/2026\n");
        assert_eq!((torn.dialect.date_order, torn.columns[0].kind, torn.columns[1].kind), (None, Text, Text));
        let open = inspected("a,b\n1/2/2026,x\n");
        assert_eq!((open.columns[0].kind, open.columns[0].note), (Text, Some(Note::AmbiguousDates)));
        let told = Hints { date_order: Some(DateOrder::MonthFirst), ..Hints::default() };
        let told = inspect(&mut file(b"a,b\n1/2/2026,x\n"), FileFormat::Csv, &told).unwrap();
        assert_eq!(told.columns[0].kind, Date);
    }

    #[test]
    fn lines_that_are_no_record_are_counted_with_their_numbers() {
        let found = inspected("a,b\n1,2\n3\n4,5,6\n7,8\n");
        assert_eq!((found.rows, found.problems.count), (2, 2));
        assert_eq!(found.problems.first.iter().map(|it| it.line).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(found.columns[0].kind, ColumnType::Integer, "they have no say");
    }

    #[test]
    fn objects_become_columns() {
        use ColumnType::{Boolean, Date, Decimal, Json, Text};
        let text = "{\"id\": \"007\", \"n\": 1.5, \"on\": \"2026-01-02\"}\n{\"n\": 2, \"ok\": true, \"tags\": [1, \"a\\tb\"]}\n";
        let found = inspect(&mut file(text.as_bytes()), FileFormat::JsonLines, &Hints::default()).unwrap();
        let kinds: Vec<_> = found.columns.iter().map(|column| column.kind).collect();
        assert_eq!(kinds, [Text, Decimal, Date, Boolean, Json], "{:?}", found.columns);
        let (lines, wrong) = converted(&mut file(text.as_bytes()), FileFormat::JsonLines, &found);
        assert_eq!(
            (lines.as_str(), wrong),
            ("007\t1.5\t2026-01-02\t\\N\t\\N\n\\N\t2\t\\N\ttrue\t[1,\"a\\\\tb\"]\n", 0)
        );
    }

    #[test]
    fn lists_that_were_made_of_other_files_become_columns() {
        use ColumnType::{Date, Decimal, Integer, Text};
        let text = "[\"Day\",\"N\",\"Note\"]\n\n[\"2026-01-02\",3,\"x\"]\n\n[\"-\",\"NA\",\"-\"]\n[null,{\"error\":\"#REF!\"},{\"error\":\"#N/A\"}]\n";
        let found = inspect(&mut file(text.as_bytes()), FileFormat::Xlsx, &Hints::default()).unwrap();
        let kinds: Vec<_> = found.columns.iter().map(|column| column.kind).collect();
        assert_eq!((kinds, found.rows), (vec![Date, Integer, Text], 3));
        let problem = Problem::of_value(5, "n", "#REF!", "This is an error in place of a value.");
        assert_eq!((found.problems.first.as_slice(), found.problems.count), ([problem].as_slice(), 1));
        let told = Hints {
            null_texts: Some(vec!["#REF!".into(), "#N/A".into(), "-".into(), "NA".into()]),
            ..Hints::default()
        };
        let found = inspect(&mut file(text.as_bytes()), FileFormat::Xlsx, &told).unwrap();
        let (lines, wrong) = converted(&mut file(text.as_bytes()), FileFormat::Xlsx, &found);
        let expected = "2026-01-02\t3\tx\n\\N\t\\N\t\\N\n\\N\t\\N\t\\N\n";
        assert_eq!((lines.as_str(), wrong, found.problems.count), (expected, 0, 0));
        let text = "[[\"code\",\"TEXT\"],[\"day\",\"TEXT\"],[\"n\",\"DECIMAL\"]]\n[\"007\",\"2026-01-02\",\"1.10\"]\n[\"8\",null,null]\n";
        let found = inspect(&mut file(text.as_bytes()), FileFormat::Parquet, &Hints::default()).unwrap();
        let kinds: Vec<_> = found.columns.iter().map(|column| (column.kind, column.note)).collect();
        assert_eq!(kinds, [(Text, None), (Text, None), (Decimal, None)], "as the file says");
        let (lines, wrong) = converted(&mut file(text.as_bytes()), FileFormat::Parquet, &found);
        assert_eq!((lines.as_str(), wrong), ("007\t2026-01-02\t1.10\n8\t\\N\t\\N\n", 0));
    }

    #[test]
    fn what_is_no_table_is_refused_in_words() {
        let refused = |text: &str, hints: Hints| {
            inspect(&mut file(text.as_bytes()), FileFormat::Csv, &hints).unwrap_err().to_string()
        };
        assert!(refused("", Hints::default()).contains("not one column"));
        assert!(refused(&"a,".repeat(1001), Hints::default()).contains("1000 are taken"));
        assert!(refused("a", Hints { encoding: Some("klingon".into()), ..Hints::default() }).contains("klingon"));
        assert!(refused("a", Hints { delimiter: Some('→'), ..Hints::default() }).contains("one ASCII character"));
        assert!(refused("a", Hints { delimiter: Some('"'), ..Hints::default() }).contains("the same"));
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f64>().prop_map(|number| number.to_string()),
            "[0-9]{1,3}(,[0-9]{3}){0,2}(\\.[0-9]{1,2})?",
            "[0-3]?[0-9][/.-][01]?[0-9][/.-](20)?[0-9]{2}( [0-2]?[0-9]:[0-5][0-9](:[0-5][0-9])?)?( ?[AP]M|Z|\\+[01][0-9]:?[0-9]{0,2})?",
            "(yes|no|y|n|NULL|NA|\\\\N|-|true)",
            "[$€-]{0,2}[0-9]{1,4}[%.]?",
            "\\PC{0,12}",
        ]
    }

    #[test]
    fn json_lines_are_read_in_any_encoding() {
        let text = "{\"zone\": \"Zürich\", \"only first\": 1}\n{\"zone\": \"Köln\"}\n";
        let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "utf-8"),
            (["\u{feff}", text].concat().into_bytes(), "utf-8"),
            (encoding_rs::WINDOWS_1252.encode(text).0.into_owned(), "windows-1252"),
            (utf16, "utf-16le"),
        ] {
            let mut file = file(&bytes);
            assert_eq!(sniff::format(&mut file, "cities.jsonl").unwrap(), FileFormat::JsonLines, "{encoding}");
            let found = inspect(&mut file, FileFormat::JsonLines, &Hints::default()).unwrap();
            assert_eq!((found.dialect.encoding.as_str(), found.problems.count), (encoding, 0));
            let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
            assert_eq!(names, ["zone", "only_first"], "{encoding}");
            let lines = converted(&mut file, FileFormat::JsonLines, &found).0;
            assert_eq!(lines, "Zürich\t1\nKöln\t\\N\n", "{encoding}");
        }
        let hints = Hints { encoding: Some("windows-1252".to_owned()), ..Hints::default() };
        let found = inspect(&mut file(text.as_bytes()), FileFormat::JsonLines, &hints).unwrap();
        assert_eq!(found.sample[0][0].as_deref(), Some("ZÃ¼rich"), "as was said");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        /// What a column is found to be, all of its values are.
        #[test]
        fn whatever_is_found_can_be_loaded(table in prop::collection::vec(prop::collection::vec(value(), 3), 1..12)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["one", "two", "three"]).unwrap();
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let hints = Hints { has_header: Some(true), delimiter: Some(','), encoding: Some("utf-8".into()), ..Hints::default() };
            let found = inspect(&mut file(&bytes), FileFormat::Csv, &hints).unwrap();
            prop_assert_eq!(found.problems.count, 0);
            let (lines, wrong) = converted(&mut file(&bytes), FileFormat::Csv, &found);
            prop_assert_eq!((wrong, lines.lines().count() as u64), (0, found.rows), "{:?}", found.columns);
        }

        #[test]
        fn any_bytes_are_a_table_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), json: bool) {
            let format = if json { FileFormat::JsonLines } else { FileFormat::Csv };
            let mut file = file(&bytes);
            if let Ok(found) = inspect(&mut file, format, &Hints::default()) {
                let (_, wrong) = converted(&mut file, format, &found);
                // A character that Postgres does not store is all that may be left.
                prop_assert!(wrong == 0 || bytes.contains(&0) || json);
            }
        }
    }
}
