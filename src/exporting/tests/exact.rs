//! Every type in every format, byte for byte or cell by cell.

use calamine::{Data, DataType as _};
use parquet::basic::{LogicalType, TimeUnit};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::{Value, json};

use super::read_back::{column, options, parquet_rows, part, sheets, text, written, written_as};
use crate::exporting::format::Format;
use crate::exporting::rows::Options;
use crate::warehouse::cells::{CellColumn, CellType};

fn columns() -> Vec<CellColumn> {
    vec![
        column("flag", CellType::Boolean),
        column("n", CellType::Integer),
        column("net", CellType::Decimal),
        column("ratio", CellType::Float),
        column("day", CellType::Date),
        column("at", CellType::Time),
        column("seen", CellType::Timestamp),
        column("sent", CellType::TimestampTz),
        column("n", CellType::Text),
        column("Daten, \"roh\"", CellType::Json),
    ]
}

fn rows() -> Vec<Vec<Value>> {
    vec![
        vec![
            json!(true),
            json!(-7),
            json!(12.5),
            json!(0.1),
            json!("2026-12-31"),
            json!("10:00:00"),
            json!("2026-12-31T10:00:00"),
            json!("2026-12-31T10:00:00.25+00:00"),
            json!("Ünïcödé, \"quoted\"\r\nand more"),
            json!({"a": [1, "x"]}),
        ],
        vec![Value::Null; 10],
        vec![
            json!(false),
            json!("9007199254740993"),
            json!("-123456789012345678.25"),
            json!("NaN"),
            json!("1899-12-31"),
            json!("10:00:00.123456"),
            json!("2026-12-31T10:00:00.000001"),
            json!("2026-12-31T23:59:59+00:00"),
            json!(""),
            json!("=1"),
        ],
    ]
}

#[test]
fn csv_is_that_of_rfc_4180() {
    let expected = "flag,n,net,ratio,day,at,seen,sent,n,\"Daten, \"\"roh\"\"\"\r\n\
        true,-7,12.5,0.1,2026-12-31,10:00:00,2026-12-31T10:00:00,2026-12-31T10:00:00.25+00:00,\
        \"Ünïcödé, \"\"quoted\"\"\r\nand more\",\"{\"\"a\"\":[1,\"\"x\"\"]}\"\r\n\
        ,,,,,,,,,\r\n\
        false,9007199254740993,-123456789012345678.25,NaN,1899-12-31,10:00:00.123456,2026-12-31T10:00:00.000001,\
        2026-12-31T23:59:59+00:00,\"\",\"\"\"=1\"\"\"\r\n";
    assert_eq!(text(Format::Csv, &columns(), &rows()), expected);
    let marked = Options { has_mark: true, ..options() };
    let marked = written_as(Format::Csv, &columns(), &rows(), &marked).unwrap();
    assert_eq!(marked, [b"\xEF\xBB\xBF", expected.as_bytes()].concat());
    let alone = [column("a", CellType::Text)];
    let values = [vec![json!("x")], vec![Value::Null], vec![json!("y")]];
    assert_eq!(text(Format::Csv, &alone, &values), "a\r\nx\r\n\"\"\r\ny\r\n", "a line of its own for no value");
}

#[test]
fn json_has_the_values_as_the_api_gives_them() {
    let first = "{\"flag\":true,\"n\":-7,\"net\":12.5,\"ratio\":0.1,\"day\":\"2026-12-31\",\"at\":\"10:00:00\",\
        \"seen\":\"2026-12-31T10:00:00\",\"sent\":\"2026-12-31T10:00:00.25+00:00\",\
        \"n_2\":\"Ünïcödé, \\\"quoted\\\"\\r\\nand more\",\"Daten, \\\"roh\\\"\":{\"a\":[1,\"x\"]}}";
    let lines = text(Format::JsonLines, &columns(), &rows());
    assert_eq!(lines.lines().next(), Some(first));
    assert_eq!((lines.lines().count(), lines.ends_with('\n')), (3, true));
    let list = text(Format::Json, &columns(), &rows());
    assert!(list.starts_with(&format!("[\n{first},\n")) && list.ends_with("}\n]\n"), "{list}");
    let parsed: Vec<Value> = serde_json::from_str(&list).unwrap();
    let values: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parsed, values);
    assert_eq!(
        (&parsed[2]["n"], &parsed[2]["n_2"], &parsed[1]["flag"]),
        (&json!("9007199254740993"), &json!(""), &Value::Null)
    );
    assert_eq!(text(Format::Json, &columns(), &[]), "[\n]\n");
    assert_eq!(text(Format::JsonLines, &columns(), &[]), "");
}

#[test]
fn a_workbook_has_types_where_they_are_exact() {
    let bytes = written(Format::Xlsx, &columns(), &rows());
    let sheet = part(bytes.clone(), "xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"),
        "{sheet}"
    );
    assert!(sheet.contains("<cols>") && sheet.contains("<row r=\"1\""), "{sheet}");
    let fonts = part(bytes.clone(), "xl/styles.xml");
    assert!(fonts.contains("<b/>"), "{fonts}");
    assert!(part(bytes.clone(), "docProps/core.xml").contains("2026-03-01T12:00:00Z"));
    let book = sheets(bytes);
    assert_eq!((book.len(), book[0].0.as_str(), book[0].1.len()), (1, "Result", 4));
    let rows = &book[0].1;
    let header: Vec<&str> = rows[0].iter().map(|cell| cell.get_string().unwrap()).collect();
    assert_eq!(header, ["flag", "n", "net", "ratio", "day", "at", "seen", "sent", "n", "Daten, \"roh\""]);
    let of = |row: usize, column: usize| rows[row][column].clone();
    let moment = |row: usize, column: usize| rows[row][column].as_datetime().unwrap().to_string();
    let string = |text: &str| Data::String(text.to_owned());
    assert_eq!(of(1, 0), Data::Bool(true));
    assert_eq!((of(1, 1), of(1, 2), of(1, 3)), (Data::Float(-7.0), Data::Float(12.5), Data::Float(0.1)));
    assert_eq!(moment(1, 4), "2026-12-31 00:00:00");
    assert_eq!(rows[1][5].as_time().unwrap().to_string(), "10:00:00");
    assert_eq!((moment(1, 6), moment(1, 7)), ("2026-12-31 10:00:00".to_owned(), "2026-12-31 10:00:00.250".to_owned()));
    assert_eq!(of(1, 8), string("Ünïcödé, \"quoted\"\r\nand more"));
    assert_eq!(of(1, 9), string("{\"a\":[1,\"x\"]}"));
    assert!(rows[2].iter().all(|cell| *cell == Data::Empty));
    let last = [
        Data::Bool(false),
        string("9007199254740993"),
        string("-123456789012345678.25"),
        string("NaN"),
        string("1899-12-31"),
        string("10:00:00.123456"),
        string("2026-12-31T10:00:00.000001"),
    ];
    assert_eq!(rows[3][..7], last);
    assert_eq!(moment(3, 7), "2026-12-31 23:59:59");
    assert_eq!((of(3, 8), of(3, 9)), (Data::Empty, string("\"=1\"")));
}

#[test]
fn parquet_has_types_of_its_own() {
    let bytes = written(Format::Parquet, &columns(), &rows());
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
    let schema = reader.metadata().file_metadata().schema_descr();
    let types: Vec<_> = schema.columns().iter().map(|column| column.logical_type_ref().cloned()).collect();
    let expected = [
        None,
        None,
        Some(LogicalType::decimal(2, 20)),
        None,
        Some(LogicalType::Date),
        Some(LogicalType::time(false, TimeUnit::MICROS)),
        Some(LogicalType::timestamp(false, TimeUnit::MICROS)),
        Some(LogicalType::timestamp(true, TimeUnit::MICROS)),
        Some(LogicalType::String),
        Some(LogicalType::Json),
    ];
    assert_eq!(types, expected);
    let rows = parquet_rows(bytes);
    let shown = |row: usize| rows[row].iter().map(|(name, field)| format!("{name}={field}")).collect::<Vec<_>>();
    let first = [
        "flag=true",
        "n=-7",
        "net=12.50",
        "ratio=0.1",
        "day=2026-12-31",
        "at=10:00:00",
        "seen=2026-12-31 10:00:00 +00:00",
        "sent=2026-12-31 10:00:00.250 +00:00",
        "n_2=\"Ünïcödé, \"quoted\"\r\nand more\"",
        "Daten, \"roh\"=\"{\"a\":[1,\"x\"]}\"",
    ];
    assert_eq!(shown(0)[..5], first[..5]);
    assert_eq!(shown(0)[8..], first[8..]);
    assert!(rows[1].iter().all(|(_, field)| *field == parquet::record::Field::Null));
    assert_eq!(shown(2)[1..3], ["n=9007199254740993", "net=-123456789012345678.25"]);
    assert_eq!(shown(2)[4], "day=1899-12-31");
}
