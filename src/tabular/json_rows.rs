//! One JSON value a line: objects by their keys, or lists by their places when the first line is a list of names.
//!
//! Lists are what the reader of workbooks and Parquet files writes (`extraction/table`). Lines count from 1 behind the names, so that the
//! line of a list is the row that it was; a row without a list is an empty line.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader, Read};

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::column::ColumnType;
use super::problem::{Problem, TableError};
use super::record::{COLUMNS_MAX, Field, Record, VALUE_MAX};

/// Bytes of one line.
const LINE_MAX: u64 = 16 * 1024 * 1024;

/// Numbers are kept as they are written: a double would hold 17 digits of them.
type Raw<'a> = &'a RawValue;

pub struct JsonRows<R> {
    lines: BufReader<R>,
    line: u64,
    headers: Vec<String>,
    /// What the file says of its columns; empty for objects.
    kinds: Vec<Option<ColumnType>>,
    places: HashMap<String, usize>,
}

/// A name in the first line of a file of lists: alone, or before the type that all values of its column are of.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Heading {
    Name(String),
    Typed(String, ColumnType),
}

/// What stands in a cell in place of a value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrong {
    error: String,
}

/// The keys of one object, in their order.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeysOf)
    }
}

struct KeysOf;

impl<'de> Visitor<'de> for KeysOf {
    type Value = Keys;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Keys, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, IgnoredAny)) = object.next_entry()? {
            keys.push(key);
        }
        Ok(Keys(keys))
    }
}

/// Keys of all objects of a file, in the order in which they first come.
///
/// # Errors
/// When it cannot be read, or there are too many.
pub fn keys(from: impl Read) -> Result<Vec<String>, TableError> {
    let mut rows = JsonRows::new(from, Vec::new());
    let (mut keys, mut known) = (Vec::new(), std::collections::HashSet::new());
    while let Some(line) = rows.line()? {
        if let Ok(line) = line
            && let Ok(Keys(found)) = serde_json::from_slice(&line)
        {
            for key in found {
                if known.insert(key.clone()) {
                    keys.push(key);
                }
            }
        }
        if keys.len() > COLUMNS_MAX {
            return Err(TableError::refused(format!("The file has more than {COLUMNS_MAX} different keys.")));
        }
    }
    Ok(keys)
}

impl<R: Read> JsonRows<R> {
    /// Begins to read objects, for these keys.
    pub fn new(from: R, headers: Vec<String>) -> Self {
        let places = headers.iter().enumerate().map(|(place, header)| (header.clone(), place)).collect();
        Self { lines: BufReader::new(from), line: 0, headers, kinds: Vec::new(), places }
    }

    /// Begins to read lists, behind the names in the first line.
    ///
    /// # Errors
    /// When it cannot be read, or the first line is something else.
    pub fn lists(from: R) -> Result<Self, TableError> {
        let mut rows = Self::new(from, Vec::new());
        let names = rows.line()?.and_then(Result::ok);
        let names = names.and_then(|line| serde_json::from_slice::<Vec<Heading>>(&line).ok());
        let names = names.ok_or_else(|| TableError::refused("The first line is no list of names."))?;
        for heading in names {
            let (name, kind) = match heading {
                Heading::Name(name) => (name, None),
                Heading::Typed(name, kind) => (name, Some(kind)),
            };
            rows.headers.push(name);
            rows.kinds.push(kind);
        }
        rows.line = 0;
        Ok(rows)
    }

    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// What the file says of its columns, in their order; fewer where it says nothing of them.
    pub fn kinds(&self) -> &[Option<ColumnType>] {
        &self.kinds
    }

    /// See [`Rows::read`](super::rows::Rows::read).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self) -> std::io::Result<Option<Result<Record, Problem>>> {
        let Some(line) = self.line()? else { return Ok(None) };
        Ok(Some(line.and_then(|line| self.record(&line))))
    }

    fn record(&self, text: &[u8]) -> Result<Record, Problem> {
        let line = self.line;
        let unreadable = |error: serde_json::Error| {
            Problem::of_line(line, format!("The line is not JSON: see its character {}.", error.column()))
        };
        let half = |_| Problem::of_line(line, "A text of this line holds half a character.");
        let mut fields = vec![Field::Null; self.headers.len()];
        match text.trim_ascii_start().first() {
            Some(b'{') => {
                for (key, value) in serde_json::from_slice::<BTreeMap<String, Raw>>(text).map_err(unreadable)? {
                    if let Some(place) = self.places.get(&key).and_then(|place| fields.get_mut(*place)) {
                        *place = field(value).map_err(half)?;
                    }
                }
            }
            Some(b'[') if self.kinds.len() == fields.len() => {
                let values = serde_json::from_slice::<Vec<Raw>>(text).map_err(unreadable)?;
                if values.len() != fields.len() {
                    let (has, wanted) = (values.len(), fields.len());
                    return Err(Problem::of_line(line, format!("The row has {has} values in place of {wanted}.")));
                }
                let cells = values.into_iter().zip(&self.kinds).map(|(value, kind)| cell(value, *kind));
                fields = cells.collect::<serde_json::Result<_>>().map_err(half)?;
            }
            _ => {
                serde_json::from_slice::<Raw>(text).map_err(unreadable)?;
                return Err(Problem::of_line(line, "The line is not a JSON object."));
            }
        }
        if fields.iter().any(|field| field.as_str().is_some_and(|text| text.len() > VALUE_MAX)) {
            return Err(Problem::of_line(line, "A value is longer than 1 MiB."));
        }
        Ok(Record { line, fields })
    }

    /// The next line that is not empty.
    fn line(&mut self) -> std::io::Result<Option<Result<Vec<u8>, Problem>>> {
        loop {
            let mut line = Vec::new();
            let read = (&mut self.lines).take(LINE_MAX).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            if read as u64 == LINE_MAX && !line.ends_with(b"\n") {
                // The rest of the line belongs to it.
                self.lines.skip_until(b'\n')?;
                return Ok(Some(Err(Problem::of_line(self.line, "The line is longer than 16 MiB."))));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Ok(line)));
            }
        }
    }
}

/// # Errors
/// For a text with half a character in it, which JSON can write and UTF-8 cannot.
fn field(value: &RawValue) -> serde_json::Result<Field> {
    let text = value.get();
    Ok(match text.as_bytes().first() {
        Some(b'n') | None => Field::Null,
        Some(b'"') => Field::Text(serde_json::from_str(text)?),
        Some(b'{' | b'[') => Field::Json(text.to_owned()),
        Some(_) => Field::Literal(text.to_owned()),
    })
}

/// A value of a list. Where its column has no type by its format, it is the cell of a sheet.
fn cell(value: &RawValue, kind: Option<ColumnType>) -> serde_json::Result<Field> {
    Ok(match (kind, field(value)?) {
        (None, Field::Text(text)) => Field::Cell(text),
        (None, Field::Json(text)) => match serde_json::from_str::<Wrong>(&text) {
            Ok(wrong) => Field::Error(wrong.error),
            Err(_) => Field::Json(text),
        },
        (Some(ColumnType::Json), Field::Text(text)) => Field::Json(text),
        (Some(ColumnType::Integer | ColumnType::Decimal | ColumnType::Float), Field::Text(text)) => {
            Field::Literal(text)
        }
        (_, field) => field,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_by_their_keys() {
        let text = "{\"a\": 1, \"b\": \"x\"}\n\n{\"c\": [1], \"a\": null, \"b\": true}\n{\"a\": 1,}\n7\n{\"a\": \"\\ud800\"}\n";
        let keys = keys(text.as_bytes()).unwrap();
        assert_eq!(keys, ["a", "b", "c"]);
        let mut rows = JsonRows::new(text.as_bytes(), keys);
        let mut next = || rows.read().unwrap();
        let first = [Field::Literal("1".into()), Field::Text("x".into()), Field::Null];
        assert_eq!(next(), Some(Ok(Record { line: 1, fields: first.into() })));
        let second = [Field::Null, Field::Literal("true".into()), Field::Json("[1]".into())];
        assert_eq!(next(), Some(Ok(Record { line: 3, fields: second.into() })));
        assert_eq!(next(), Some(Err(Problem::of_line(4, "The line is not JSON: see its character 9."))));
        assert_eq!(next(), Some(Err(Problem::of_line(5, "The line is not a JSON object."))));
        assert_eq!(next(), Some(Err(Problem::of_line(6, "A text of this line holds half a character."))));
        assert_eq!(next(), None);
    }

    #[test]
    fn keys_are_in_the_order_in_which_they_come() {
        let text = "{\"when\": 1, \"amount\": {\"z\": 1}, \"when\": 2}\n{\"by\": 1, \"amount\": 2, \"a\": []}\n";
        assert_eq!(keys(text.as_bytes()).unwrap(), ["when", "amount", "by", "a"]);
    }

    #[test]
    fn numbers_keep_all_their_digits() {
        let text = "{\"a\": 12345678901234567890.123456789012345678, \"b\": 2.50}\n";
        let mut rows = JsonRows::new(text.as_bytes(), vec!["a".into(), "b".into()]);
        let fields = [Field::Literal("12345678901234567890.123456789012345678".into()), Field::Literal("2.50".into())];
        assert_eq!(rows.read().unwrap(), Some(Ok(Record { line: 1, fields: fields.into() })));
    }

    #[test]
    fn lists_are_read_by_their_places_and_their_lines_are_rows() {
        let text = "[\"a\",[\"b\",\"DECIMAL\"],[\"c\",\"JSON\"]]\n\n\n[\"x\",\"1.50\",\"{}\"]\n\n[{\"error\":\"#DIV/0!\"},null,[1]]\n[1]\n{\"a\":1}\n";
        let mut rows = JsonRows::lists(text.as_bytes()).unwrap();
        assert_eq!(rows.headers(), ["a", "b", "c"]);
        assert_eq!(rows.kinds(), [None, Some(ColumnType::Decimal), Some(ColumnType::Json)]);
        let mut next = || rows.read().unwrap();
        let first = [Field::Cell("x".into()), Field::Literal("1.50".into()), Field::Json("{}".into())];
        assert_eq!(next(), Some(Ok(Record { line: 3, fields: first.into() })));
        let second = [Field::Error("#DIV/0!".into()), Field::Null, Field::Json("[1]".into())];
        assert_eq!(next(), Some(Ok(Record { line: 5, fields: second.into() })));
        assert_eq!(next(), Some(Err(Problem::of_line(6, "The row has 1 values in place of 3."))));
        assert!(JsonRows::lists(b"{}\n".as_slice()).is_err() && JsonRows::lists(b"".as_slice()).is_err());
    }
}
