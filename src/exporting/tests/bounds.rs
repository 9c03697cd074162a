//! Where formats end.

use serde_json::{Value, json};

use super::read_back::{column, options, parquet_rows, sheets, written, written_as};
use crate::exporting::format::Format;
use crate::exporting::rows::Rows as _;
use crate::exporting::xlsx_file::XlsxFile;
use crate::warehouse::cells::CellType;

#[test]
fn a_cell_that_is_too_long_is_refused_and_never_cut() {
    let columns = [column("a", CellType::Integer), column("note", CellType::Text)];
    let with = |text: String| [vec![json!(1), json!("x")], vec![json!(2), json!(text)]];
    let longest = "x".repeat(32_767);
    let book = sheets(written(Format::Xlsx, &columns, &with(longest.clone())));
    assert_eq!(book[0].1[2][1], calamine::Data::String(longest));
    // Two units of UTF-16 each, as Excel counts.
    let refused = written_as(Format::Xlsx, &columns, &with("😀".repeat(16_384)), &options()).unwrap_err();
    let message = "The value of column note in row 2 has 32768 characters, and a cell of a workbook holds 32767. Take another format.";
    assert_eq!(refused.to_string(), message);
    for format in [Format::Csv, Format::Json, Format::JsonLines, Format::Parquet] {
        assert!(written_as(format, &columns, &with("x".repeat(100_000)), &options()).is_ok(), "{format:?}");
    }
}

#[test]
fn what_has_too_many_columns_or_none_is_refused() {
    let many = vec![column("a", CellType::Text); 16_385];
    let refused = written_as(Format::Xlsx, &many, &[], &options()).unwrap_err();
    assert_eq!(refused.to_string(), "A workbook has at most 16384 columns.");
    for format in Format::ALL {
        let refused = written_as(format, &[], &[], &options()).unwrap_err();
        assert_eq!(refused.to_string(), "The result has no columns, so there is nothing to write.");
    }
    let two = [column("a", CellType::Text), column("b", CellType::Text)];
    assert!(written_as(Format::Csv, &two, &[vec![json!("x")]], &options()).is_err(), "a row of another table");
}

#[test]
fn a_sheet_that_is_full_goes_on_in_the_next() {
    let columns = [column("n", CellType::Integer)];
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut xlsx = XlsxFile::with(&columns, &options(), file.reopen().unwrap(), 4).unwrap();
    let rows: Vec<Vec<Value>> = (0..7).map(|n| vec![json!(n)]).collect();
    xlsx.add(&rows).unwrap();
    Box::new(xlsx).end().unwrap();
    let book = sheets(std::fs::read(file.path()).unwrap());
    let texts: Vec<(String, Vec<String>)> =
        book.into_iter().map(|(name, rows)| (name, rows.iter().map(|row| row[0].to_string()).collect())).collect();
    let sheet = |name: &str, cells: &[&str]| (name.to_owned(), cells.iter().map(|cell| (*cell).to_owned()).collect());
    let expected = [
        sheet("Result", &["n", "0", "1", "2"]),
        sheet("Result 2", &["n", "3", "4", "5"]),
        sheet("Result 3", &["n", "6"]),
    ];
    assert_eq!(texts, expected);
}

#[test]
fn many_rows_are_several_groups_and_all_there() {
    let columns = [column("n", CellType::Integer), column("text", CellType::Text)];
    let rows: Vec<Vec<Value>> = (0..100_003).map(|n| vec![json!(n), json!(format!("row {n}"))]).collect();
    let read = parquet_rows(written(Format::Parquet, &columns, &rows));
    assert_eq!(read.len(), 100_003);
    let last = format!("{:?}", read.last().unwrap());
    assert_eq!(last, "[(\"n\", Long(100002)), (\"text\", Str(\"row 100002\"))]");
}
