//! Values between delimiters (RFC 4180), as lenient as files are and no more: a record of another length is a problem, not a guess.

use std::io::Read;

use super::csv_records::CsvRecords;
use super::dialect::Dialect;
use super::problem::Problem;
use super::record::{Field, Record, VALUE_MAX};

pub struct CsvRows<R> {
    records: CsvRecords<R>,
    headers: Vec<String>,
    /// The first record, when it is no header.
    first: Option<(u64, Vec<String>)>,
}

impl<R: Read> CsvRows<R> {
    /// Begins to read text in UTF-8.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn new(from: R, dialect: &Dialect) -> std::io::Result<Self> {
        let mut records = CsvRecords::new(from, dialect);
        let (line, first) = records.read()?.unwrap_or_default();
        if dialect.has_header {
            let headers = first.iter().map(|header| header.trim().to_owned()).collect();
            return Ok(Self { records, headers, first: None });
        }
        let headers = vec![String::new(); first.len()];
        let first = Some((line, first)).filter(|(_, first)| !first.is_empty());
        Ok(Self { records, headers, first })
    }

    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// See [`Rows::read`](super::rows::Rows::read).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&mut self) -> std::io::Result<Option<Result<Record, Problem>>> {
        let next = match self.first.take() {
            Some(first) => Some(first),
            None => self.records.read()?,
        };
        let Some((line, values)) = next else { return Ok(None) };
        let wanted = self.headers.len();
        // What programs write that end every line with a delimiter.
        let surplus_is_empty = values.iter().skip(wanted).all(String::is_empty);
        if values.len() < wanted || !surplus_is_empty {
            let (has, wanted) = (count(values.len()), count(wanted));
            return Ok(Some(Err(Problem::of_line(line, format!("The line has {has} where the first has {wanted}.")))));
        }
        if values.iter().any(|value| value.len() > VALUE_MAX) {
            let message = "A value is longer than 1 MiB: a quotation mark that begins here may not be closed.";
            return Ok(Some(Err(Problem::of_line(line, message))));
        }
        let fields = values
            .into_iter()
            .take(wanted)
            .map(|value| if value.is_empty() { Field::Null } else { Field::Written(value) });
        Ok(Some(Ok(Record { line, fields: fields.collect() })))
    }
}

fn count(values: usize) -> String {
    if values == 1 { "1 value".to_owned() } else { format!("{values} values") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of a record and its values, or of a problem and what it is.
    type Seen = Result<(u64, Vec<Option<String>>), (u64, String)>;

    fn rows(text: &str, dialect: &Dialect) -> (Vec<String>, Vec<Seen>) {
        let mut rows = CsvRows::new(text.as_bytes(), dialect).unwrap();
        let headers = rows.headers().to_vec();
        let mut all = Vec::new();
        while let Some(row) = rows.read().unwrap() {
            all.push(match row {
                Ok(record) => {
                    Ok((record.line, record.fields.iter().map(|it| it.as_str().map(str::to_owned)).collect()))
                }
                Err(problem) => Err((problem.line, problem.message)),
            });
        }
        (headers, all)
    }

    fn row(line: u64, values: [&str; 2]) -> Seen {
        let problem = || (line, String::new());
        let values = values.map(|value| Some(value.to_owned()).filter(|value| !value.is_empty()));
        Some((line, values.to_vec())).ok_or_else(problem)
    }

    #[test]
    fn records_know_their_lines() {
        let (headers, all) = rows("a, b \r\n1,\"two\r\nlines \"\"quoted\"\"\"\r\n\r\n3,\n4,5,\n", &Dialect::default());
        assert_eq!(headers, ["a", "b"]);
        assert_eq!(all, [row(2, ["1", "two\r\nlines \"quoted\""]), row(5, ["3", ""]), row(6, ["4", "5"])]);
    }

    #[test]
    fn records_of_another_length_are_problems() {
        let (_, all) = rows("a;b\n1;2\n3\n4;5;6\n", &Dialect { delimiter: ';', ..Dialect::default() });
        let problem = |line, message: &str| Err((line, message.to_owned()));
        let short = problem(3, "The line has 1 value where the first has 2 values.");
        let long = problem(4, "The line has 3 values where the first has 2 values.");
        assert_eq!(all, [row(2, ["1", "2"]), short, long]);
    }

    #[test]
    fn without_a_header_the_first_record_counts() {
        let (headers, all) = rows("1,2\n3,4\n", &Dialect { has_header: false, ..Dialect::default() });
        assert_eq!((headers.as_slice(), all.len()), ([String::new(), String::new()].as_slice(), 2));
        assert_eq!(all.first(), Some(&row(1, ["1", "2"])));
        assert_eq!(rows("", &Dialect::default()), (vec![], vec![]));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named() {
        let text = format!("a,b\n1,\"{}", "x,\n".repeat(VALUE_MAX / 2));
        let (_, all) = rows(&text, &Dialect::default());
        assert!(matches!(&all[..], [Err((2, message))] if message.contains("may not be closed")));
    }
}
