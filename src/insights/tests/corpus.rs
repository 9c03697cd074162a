//! The corpus, read from its file.

use serde_json::Value;

use crate::insights::checking::check::Options;
use crate::insights::figures::figure::DecimalMark;
use crate::warehouse::cells::{CellColumn, CellType};

/// A text over a result, with the verdicts that it must get.
pub struct Case {
    pub result: String,
    pub columns: Vec<CellColumn>,
    pub rows: Vec<Vec<Value>>,
    pub text: String,
    pub verdicts: String,
    pub options: Options,
}

impl Case {
    pub fn is_true(&self) -> bool {
        !self.verdicts.contains(['U', 'C'])
    }
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for block in include_str!("corpus.txt").split("\n== ").skip(1) {
        let (result, texts) = block.split_once("\n---\n").unwrap();
        let mut lines = result.lines();
        let name = lines.next().unwrap();
        let columns: Vec<CellColumn> = lines.next().unwrap().split(' ').map(column).collect();
        let rows: Vec<Vec<Value>> = lines.map(|line| line.split('|').zip(&columns).map(cell).collect()).collect();
        for line in texts.lines().filter(|line| !line.trim().is_empty()) {
            let (verdicts, text) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
            let verdicts = verdicts.strip_prefix("? ").unwrap_or(verdicts);
            let (verdicts, mark) = match verdicts.strip_prefix(", ") {
                Some(verdicts) => (verdicts, DecimalMark::Comma),
                None => (verdicts, DecimalMark::Point),
            };
            cases.push(Case {
                result: name.to_owned(),
                columns: columns.clone(),
                rows: rows.clone(),
                text: text.to_owned(),
                verdicts: verdicts.trim().to_owned(),
                options: Options { mark, ..Options::default() },
            });
        }
    }
    cases
}

fn column(written: &str) -> CellColumn {
    let (name, kind) = written.split_once(':').unwrap();
    let kind: CellType = serde_json::from_value(Value::from(kind)).unwrap();
    CellColumn { name: name.to_owned(), kind }
}

fn cell((text, column): (&str, &CellColumn)) -> Value {
    match column.kind {
        _ if text == "null" => Value::Null,
        CellType::Integer => Value::from(text.parse::<i64>().unwrap()),
        CellType::Decimal | CellType::Float => Value::from(text.parse::<f64>().unwrap()),
        CellType::Boolean => Value::from(text == "true"),
        _ => Value::from(text),
    }
}
