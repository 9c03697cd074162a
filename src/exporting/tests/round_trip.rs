//! Any values, there and back again.

use std::str::FromStr as _;

use bigdecimal::BigDecimal;
use calamine::{Data, DataType as _};
use parquet::record::Field;
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

use super::read_back::{column, options, parquet_rows, records, sheets, written, written_as};
use crate::exporting::format::Format;
use crate::exporting::formula::neutralised;
use crate::exporting::rows::Options;
use crate::exporting::text;
use crate::warehouse::cells::{CellColumn, CellType};

const KINDS: [CellType; 10] = [
    CellType::Boolean,
    CellType::Integer,
    CellType::Decimal,
    CellType::Float,
    CellType::Date,
    CellType::Time,
    CellType::Timestamp,
    CellType::TimestampTz,
    CellType::Text,
    CellType::Json,
];

/// Any text that Postgres can hold.
fn any_text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",", "'", "_x0041_", " ", "\u{FEFF}", "＝",
    ]);
    prop_oneof![
        any::<String>(),
        (prop::collection::vec(nasty, 0..6), any::<String>()).prop_map(|(marks, rest)| marks.concat() + &rest)
    ]
    .prop_map(|text| text.replace('\0', ""))
}

fn any_decimal() -> impl Strategy<Value = String> {
    ("-?", prop_oneof!["0", "[1-9][0-9]{0,24}"], prop::option::of("[0-9]{1,12}")).prop_map(|(sign, whole, fraction)| {
        fraction.map_or(format!("{sign}{whole}"), |it| format!("{sign}{whole}.{it}"))
    })
}

fn any_value(kind: CellType) -> BoxedStrategy<Value> {
    let day = || (1_i32..=9999, 1_u32..=12, 1_u32..=28).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"));
    let time = || {
        let parts = (0_u32..24, 0_u32..60, 0_u32..60, prop::option::of(1_u32..1_000_000));
        parts.prop_map(|(h, m, s, micros)| {
            let fraction = micros.map_or(String::new(), |it| format!(".{it:06}").trim_end_matches('0').to_owned());
            format!("{h:02}:{m:02}:{s:02}{fraction}")
        })
    };
    let text: BoxedStrategy<String> = match kind {
        CellType::Boolean => any::<bool>().prop_map(|it| it.to_string()).boxed(),
        CellType::Integer => any::<i64>().prop_map(|it| it.to_string()).boxed(),
        CellType::Decimal => any_decimal().boxed(),
        CellType::Float => prop_oneof![
            any::<f64>().prop_filter("no number", |it| it.is_finite()).prop_map(|it| format!("{it:e}")),
            Just("Infinity".to_owned())
        ]
        .boxed(),
        CellType::Date => prop_oneof![9 => day(), 1 => Just("infinity".to_owned())].boxed(),
        CellType::Time => prop_oneof![9 => time(), 1 => Just("24:00:00".to_owned())].boxed(),
        CellType::Timestamp => (day(), time()).prop_map(|(day, time)| format!("{day}T{time}")).boxed(),
        CellType::TimestampTz => (day(), time()).prop_map(|(day, time)| format!("{day}T{time}+00:00")).boxed(),
        CellType::Text => any_text().boxed(),
        CellType::Json => any_text().prop_map(|text| json!({ "a": [text, 1, null] }).to_string()).boxed(),
    };
    prop_oneof![1 => Just(Value::Null), 9 => text.prop_map(move |text| kind.value(&text))].boxed()
}

/// A result with columns of any types.
fn any_result() -> impl Strategy<Value = (Vec<CellColumn>, Vec<Vec<Value>>)> {
    let kinds = prop::collection::vec(prop::sample::select(KINDS.to_vec()), 1..6);
    (kinds, 0_usize..8).prop_flat_map(|(kinds, height)| {
        let names =
            prop::collection::vec(prop_oneof!["[ab]{1,2}", any_text().prop_map(|it| format!("x{it}"))], kinds.len());
        let row: Vec<_> = kinds.iter().map(|kind| any_value(*kind)).collect();
        let rows = prop::collection::vec(row, height);
        (names, rows).prop_map(move |(names, rows)| {
            let columns = names.iter().zip(&kinds).map(|(name, kind)| column(name, *kind)).collect();
            (columns, rows)
        })
    })
}

fn same_number(one: &str, other: &str) -> bool {
    let number = |text: &str| BigDecimal::from_str(text).map(|it| it.normalized());
    number(one).is_ok_and(|one| number(other) == Ok(one))
}

/// What a value is in Parquet, as text: the type is the survey's business.
fn is_in_parquet(kind: CellType, value: &Value, field: &Field) -> bool {
    let Some(text) = text::text(kind, value) else { return *field == Field::Null };
    let moment = |micros: i64| chrono::DateTime::from_timestamp_micros(micros).unwrap().naive_utc();
    match field {
        Field::Bool(truth) => truth.to_string() == text,
        Field::Long(number) => same_number(&number.to_string(), &text),
        Field::Double(number) if number.is_infinite() => text == "Infinity",
        Field::Double(number) => text.parse() == Ok(*number),
        Field::Decimal(_) => same_number(&field.to_string(), &text),
        Field::Date(_) => field.to_string() == text,
        Field::TimeMicros(micros) => moment(*micros).time() == chrono::NaiveTime::from_str(&text).unwrap(),
        Field::TimestampMicros(micros) => {
            moment(*micros) == chrono::NaiveDateTime::from_str(text.trim_end_matches("+00:00")).unwrap()
        }
        Field::Str(found) => *found == text,
        _ => false,
    }
}

fn is_in_workbook(kind: CellType, value: &Value, cell: &Data) -> bool {
    let Some(text) = text::text(kind, value).filter(|text| !text.is_empty()) else { return *cell == Data::Empty };
    match cell {
        Data::Bool(truth) => truth.to_string() == text,
        Data::Float(number) if kind == CellType::Float => text.parse() == Ok(*number),
        Data::Float(number) => same_number(&format!("{number:e}"), &text),
        Data::DateTime(_) => match kind {
            CellType::Date => cell.as_date().is_some_and(|day| day.to_string() == text),
            CellType::Time => cell.as_time() == chrono::NaiveTime::from_str(&text).ok(),
            _ => cell.as_datetime() == chrono::NaiveDateTime::from_str(text.trim_end_matches("+00:00")).ok(),
        },
        Data::String(found) => *found == text,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_holds_every_text((columns, rows) in any_result()) {
        for neutralises in [true, false] {
            let bytes = written_as(Format::Csv, &columns, &rows, &Options { neutralises, ..options() }).unwrap();
            let read = records(&bytes);
            prop_assert_eq!(read.len(), rows.len() + 1);
            for (record, row) in read[1..].iter().zip(&rows) {
                for ((field, value), column) in record.iter().zip(row).zip(&columns) {
                    let expected = text::text(column.kind, value).unwrap_or_default();
                    let is_number = text::is_number(column.kind, value);
                    let expected = if neutralises && !is_number { neutralised(expected) } else { expected };
                    prop_assert_eq!(field, &expected);
                }
            }
        }
    }

    #[test]
    fn json_holds_every_value((columns, rows) in any_result()) {
        let list: Vec<Map<String, Value>> = serde_json::from_slice(&written(Format::Json, &columns, &rows)).unwrap();
        let lines = String::from_utf8(written(Format::JsonLines, &columns, &rows)).unwrap();
        let lines: Vec<Map<String, Value>> = lines.split_terminator('\n').map(|it| serde_json::from_str(it).unwrap()).collect();
        prop_assert_eq!(&list, &lines);
        prop_assert_eq!(list.len(), rows.len());
        let names = crate::exporting::names::unique(&columns);
        for (object, row) in list.iter().zip(&rows) {
            prop_assert_eq!(object.len(), row.len());
            for (name, value) in names.iter().zip(row) {
                prop_assert_eq!(&object[name], value);
            }
        }
    }

    #[test]
    fn parquet_holds_every_value((columns, rows) in any_result()) {
        let read = parquet_rows(written(Format::Parquet, &columns, &rows));
        prop_assert_eq!(read.len(), rows.len());
        for (fields, row) in read.iter().zip(&rows) {
            prop_assert_eq!(fields.len(), row.len());
            for (((_, field), value), column) in fields.iter().zip(row).zip(&columns) {
                prop_assert!(is_in_parquet(column.kind, value, field), "{:?} of {:?} is {:?}", value, column.kind, field);
            }
        }
    }

    #[test]
    fn a_workbook_holds_every_value((columns, rows) in any_result()) {
        let book = sheets(written(Format::Xlsx, &columns, &rows));
        let cells = &book[0].1;
        for (place, row) in rows.iter().enumerate() {
            for (at, (value, column)) in row.iter().zip(&columns).enumerate() {
                let cell = cells.get(place + 1).and_then(|row| row.get(at)).unwrap_or(&Data::Empty);
                prop_assert!(is_in_workbook(column.kind, value, cell), "{:?} of {:?} is {:?}", value, column.kind, cell);
            }
        }
    }

    #[test]
    fn numbers_come_back_from_what_is_stored(number in any::<f64>().prop_filter("no number", |it| it.is_finite())) {
        let value = Value::Number(Number::from_f64(number).unwrap());
        prop_assert_eq!(crate::exporting::number::double(&value), Some(number));
    }
}
