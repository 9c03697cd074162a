//! One JSON value a line: objects by their keys, or lists by their places when the first line is a list of names.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read};

use serde_json::Value;

use super::problem::{Problem, TableError};
use super::record::{COLUMNS_MAX, Field, Record, VALUE_MAX};

/// Bytes of one line.
const LINE_MAX: u64 = 16 * 1024 * 1024;

pub struct JsonRows<R> {
    lines: BufReader<R>,
    line: u64,
    headers: Vec<String>,
    places: HashMap<String, usize>,
}

/// Keys of all objects of a file, in the order in which they first come.
///
/// # Errors
/// When it cannot be read, or there are too many.
pub fn keys(from: impl Read) -> Result<Vec<String>, TableError> {
    let mut rows = JsonRows::new(from, Vec::new());
    let (mut keys, mut known) = (Vec::new(), std::collections::HashSet::new());
    while let Some(line) = rows.line()? {
        if let Ok(Value::Object(object)) = line {
            for key in object.keys().filter(|key| !known.contains(*key)).cloned().collect::<Vec<_>>() {
                known.insert(key.clone());
                keys.push(key);
            }
        }
        if keys.len() > COLUMNS_MAX {
            return Err(TableError::refused(format!("The file has more than {COLUMNS_MAX} different keys.")));
        }
    }
    Ok(keys)
}

/// The list of names in the first line of a file of lists.
///
/// # Errors
/// When it cannot be read, or is something else.
pub fn names(from: impl Read) -> Result<Vec<String>, TableError> {
    let mut rows = JsonRows::new(from, Vec::new());
    let Some(Ok(Value::Array(names))) = rows.line()? else {
        return Err(TableError::refused("The first line is no list of names."));
    };
    Ok(names.into_iter().map(|name| name.as_str().unwrap_or_default().to_owned()).collect())
}

impl<R: Read> JsonRows<R> {
    /// Begins to read, for these keys.
    pub fn new(from: R, headers: Vec<String>) -> Self {
        let places = headers.iter().enumerate().map(|(place, header)| (header.clone(), place)).collect();
        Self { lines: BufReader::new(from), line: 0, headers, places }
    }

    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Passes over the first line, which holds the names.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn skip_names(&mut self) -> std::io::Result<()> {
        self.line().map(drop)
    }

    /// See [`Rows::read`](super::rows::Rows::read).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self) -> std::io::Result<Option<Result<Record, Problem>>> {
        let Some(value) = self.line()? else { return Ok(None) };
        Ok(Some(value.and_then(|value| self.record(value))))
    }

    fn record(&self, value: Value) -> Result<Record, Problem> {
        let line = self.line;
        let mut fields = vec![Field::Null; self.headers.len()];
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    if let Some(place) = self.places.get(&key).and_then(|place| fields.get_mut(*place)) {
                        *place = field(value);
                    }
                }
            }
            Value::Array(values) if values.len() == fields.len() => {
                fields = values.into_iter().map(field).collect();
            }
            _ => return Err(Problem::of_line(line, "The line is not a JSON object.")),
        }
        if fields.iter().any(|field| field.as_str().is_some_and(|text| text.len() > VALUE_MAX)) {
            return Err(Problem::of_line(line, "A value is longer than 1 MiB."));
        }
        Ok(Record { line, fields })
    }

    /// The value of the next line that is not empty.
    fn line(&mut self) -> std::io::Result<Option<Result<Value, Problem>>> {
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
            if line.trim_ascii().is_empty() {
                continue;
            }
            let value = serde_json::from_slice(&line).map_err(|error| {
                let message = format!("The line is not JSON: see its character {}.", error.column());
                Problem::of_line(self.line, message)
            });
            return Ok(Some(value));
        }
    }
}

fn field(value: Value) -> Field {
    match value {
        Value::Null => Field::Null,
        Value::String(text) => Field::Text(text),
        Value::Bool(is) => Field::Literal(is.to_string()),
        Value::Number(number) => Field::Literal(number.to_string()),
        nested => Field::Json(nested.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_by_their_keys() {
        let text = "{\"a\": 1, \"b\": \"x\"}\n\n{\"c\": [1], \"a\": null, \"b\": true}\n{\"a\": 1,}\n7\n";
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
        assert_eq!(next(), None);
    }

    #[test]
    fn lists_are_read_by_their_places() {
        let text = "[\"a\", null]\n[1, \"x\"]\n";
        assert_eq!(names(text.as_bytes()).unwrap(), ["a", ""]);
        assert!(names(b"{}".as_slice()).is_err());
    }
}
