//! Records into lines for `COPY … FROM STDIN` in its text format
//! (<https://www.postgresql.org/docs/current/sql-copy.html>), every value checked before Postgres sees it.

use std::borrow::Cow;

use super::column::{Column, ColumnType};
use super::dialect::{DateOrder, DecimalMark, Dialect};
use super::moment;
use super::number::{self, Sort};
use super::problem::Problem;
use super::record::{Field, Record};

/// How COPY writes that there is no value.
const NULL: &str = "\\N";

/// The truth that this says: `true`, `yes`, `t`, `y` and their opposites, in any case.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "t" | "y" => Some(true),
        "false" | "no" | "f" | "n" => Some(false),
        _ => None,
    }
}

/// Appends the line of a record. When a value does not fit, `into` is as it was, and every such value is told.
///
/// # Errors
/// A problem for each value that does not fit its column.
pub fn line(record: &Record, columns: &[Column], dialect: &Dialect, into: &mut Vec<u8>) -> Result<(), Vec<Problem>> {
    let start = into.len();
    let mut problems = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            into.push(b'\t');
        }
        let field = record.fields.get(place).unwrap_or(&Field::Null);
        match value(field, column, dialect) {
            Ok(None) => into.extend_from_slice(NULL.as_bytes()),
            Ok(Some(text)) => escape(&text, into),
            Err(message) => {
                let value = field.as_str().unwrap_or_default();
                problems.push(Problem::of_value(record.line, &column.name, value, message));
            }
        }
    }
    into.push(b'\n');
    if problems.is_empty() {
        return Ok(());
    }
    into.truncate(start);
    Err(problems)
}

/// A value as Postgres reads it; nothing for no value.
///
/// # Errors
/// A sentence that says what it should be.
pub fn value<'a>(field: &'a Field, column: &Column, dialect: &Dialect) -> Result<Option<Cow<'a, str>>, String> {
    let Some(text) = field.as_str() else { return Ok(None) };
    if let Field::Error(text) = field {
        return if dialect.is_null_of_type(text) { Ok(None) } else { Err(error(text).to_owned()) };
    }
    if column.kind == ColumnType::Text {
        if text.contains('\0') {
            return Err("The value holds the character U+0000, which cannot be stored.".to_owned());
        }
        return Ok((!dialect.is_null(text)).then_some(Cow::Borrowed(text)));
    }
    let text = text.trim();
    let is_null = if matches!(field, Field::Written(_) | Field::Cell(_)) {
        dialect.is_null_of_type(text)
    } else {
        dialect.is_null(text)
    };
    if is_null {
        return Ok(None);
    }
    let found = match column.kind {
        ColumnType::Boolean => truth(text).map(|is| if is { "true" } else { "false" }.to_owned()),
        ColumnType::Integer | ColumnType::Decimal | ColumnType::Float => number(field, text, column, dialect),
        ColumnType::Time => moment::time(text).map(|time| time.format("%H:%M:%S%.f").to_string()),
        ColumnType::Date | ColumnType::Timestamp | ColumnType::TimestampTz => {
            return moment(text, column.kind, dialect);
        }
        ColumnType::Json => json(field, text),
        ColumnType::Text => Some(text.to_owned()),
    };
    found.map(|text| Some(Cow::Owned(text))).ok_or_else(|| format!("This is not {}.", column.kind.word()))
}

/// What is wrong with a cell that holds this in place of a value.
#[must_use]
pub fn error(text: &str) -> &'static str {
    if text.starts_with('=') {
        "This formula has no result in the file: open it in its program and save it."
    } else {
        "This is an error in place of a value."
    }
}

fn number(field: &Field, text: &str, column: &Column, dialect: &Dialect) -> Option<String> {
    let mark = if matches!(field, Field::Literal(_)) { DecimalMark::Point } else { dialect.decimal_mark };
    let number = number::parse(text, mark).filter(|number| number.unit.is_none() || number.unit == column.unit)?;
    match column.kind {
        ColumnType::Integer if number.sort != Sort::Integer => None,
        _ => Some(number.text),
    }
}

fn moment(text: &str, kind: ColumnType, dialect: &Dialect) -> Result<Option<Cow<'static, str>>, String> {
    let order = dialect.date_order.unwrap_or(DateOrder::DayFirst);
    let wrong = || format!("This is not {}.", kind.word());
    let (text, needed_order) = if kind == ColumnType::Date {
        let date = moment::date(text, order).ok_or_else(wrong)?;
        (date.date.to_string(), date.needed_order)
    } else {
        let moment = moment::moment(text, order).ok_or_else(wrong)?;
        if moment.has_offset != (kind == ColumnType::TimestampTz) {
            return Err(wrong());
        }
        (moment.text, moment.needed_order)
    };
    if needed_order && dialect.date_order.is_none() {
        return Err("This date may begin with the day or with the month: say which.".to_owned());
    }
    Ok(Some(Cow::Owned(text)))
}

/// JSON that Postgres takes: its texts hold no U+0000.
fn json(field: &Field, text: &str) -> Option<String> {
    let json = match field {
        Field::Text(text) => serde_json::Value::String(text.clone()).to_string(),
        _ => serde_json::from_str::<serde_json::Value>(text).ok()?.to_string(),
    };
    (!json.contains("\\u0000")).then_some(json)
}

fn escape(text: &str, into: &mut Vec<u8>) {
    for byte in text.bytes() {
        match byte {
            b'\\' => into.extend_from_slice(b"\\\\"),
            b'\t' => into.extend_from_slice(b"\\t"),
            b'\n' => into.extend_from_slice(b"\\n"),
            b'\r' => into.extend_from_slice(b"\\r"),
            byte => into.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: ColumnType) -> Column {
        Column { name: "c".into(), header: "C".into(), kind, unit: None, note: None }
    }

    fn converted(text: &str, kind: ColumnType) -> Result<Option<String>, String> {
        let field = Field::Written(text.to_owned());
        value(&field, &column(kind), &Dialect::default()).map(|value| value.map(Cow::into_owned))
    }

    #[test]
    fn values_are_checked_by_their_type() {
        let is = |text: &str, kind, value: &str| assert_eq!(converted(text, kind), Ok(Some(value.into())), "{text}");
        is(" Yes ", ColumnType::Boolean, "true");
        is("1,234", ColumnType::Integer, "1234");
        is("5", ColumnType::Float, "5");
        is("31 Dec 2026", ColumnType::Date, "2026-12-31");
        is("9:05 pm", ColumnType::Time, "21:05:00");
        is("2026-12-31", ColumnType::Timestamp, "2026-12-31 00:00:00");
        is(" kept as it is ", ColumnType::Text, " kept as it is ");
        is("NA", ColumnType::Text, "NA");
        is("{\"a\": 1}", ColumnType::Json, "{\"a\":1}");
        for (text, kind) in
            [("NA", ColumnType::Integer), ("-", ColumnType::Date), ("\\N", ColumnType::Text), ("", ColumnType::Text)]
        {
            assert_eq!(converted(text, kind), Ok(None), "{text}");
        }
        let refused =
            |text: &str, kind, message: &str| assert_eq!(converted(text, kind), Err(message.into()), "{text}");
        refused("1.5", ColumnType::Integer, "This is not a whole number.");
        refused("2", ColumnType::Boolean, "This is not yes or no.");
        refused("$5", ColumnType::Decimal, "This is not a number.");
        refused("2026-02-30", ColumnType::Date, "This is not a date.");
        refused("1/2/2026", ColumnType::Date, "This date may begin with the day or with the month: say which.");
        refused("2026-12-31T10:00Z", ColumnType::Timestamp, "This is not a date with a time.");
        refused("a\0b", ColumnType::Text, "The value holds the character U+0000, which cannot be stored.");
        refused("\"\\u0000\"", ColumnType::Json, "This is not JSON.");
    }

    #[test]
    fn cells_and_their_errors_are_told_apart() {
        let of = |field: &Field, kind, dialect: &Dialect| {
            value(field, &column(kind), dialect).map(|it| it.map(Cow::into_owned))
        };
        let (plain, told) =
            (Dialect::default(), Dialect { null_texts: Some(vec!["#DIV/0!".into()]), ..Dialect::default() });
        assert_eq!(of(&Field::Cell("-".into()), ColumnType::Integer, &plain), Ok(None));
        assert_eq!(of(&Field::Cell("-".into()), ColumnType::Text, &plain), Ok(Some("-".into())));
        assert_eq!(of(&Field::Error("#N/A".into()), ColumnType::Text, &plain), Ok(None));
        let error = Field::Error("#DIV/0!".into());
        assert_eq!(of(&error, ColumnType::Text, &plain), Err("This is an error in place of a value.".into()));
        assert_eq!(of(&error, ColumnType::Integer, &told), Ok(None));
        let formula = of(&Field::Error("=A1".into()), ColumnType::Integer, &plain).unwrap_err();
        assert!(formula.contains("no result"), "{formula}");
    }

    #[test]
    fn lines_are_escaped_and_whole() {
        let columns = [column(ColumnType::Text), column(ColumnType::Integer)];
        let mut into = b"before\n".to_vec();
        let record =
            |fields: [&str; 2]| Record { line: 7, fields: fields.map(|text| Field::Written(text.into())).to_vec() };
        line(&record(["a\tb\\c\r\nd\\N", ""]), &columns, &Dialect::default(), &mut into).unwrap();
        assert_eq!(into, b"before\na\\tb\\\\c\\r\\nd\\\\N\t\\N\n");
        let problems = line(&record(["ok", "x"]), &columns, &Dialect::default(), &mut into).unwrap_err();
        assert_eq!(problems, [Problem::of_value(7, "c", "x", "This is not a whole number.")]);
        assert!(into.ends_with(b"\\N\n"), "nothing of the line is left");
    }
}
