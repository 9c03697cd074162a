//! Rows of a result as a picture shows them: as many columns and rows as there is room for, and how many are left out.

use serde_json::Value;

use crate::charts::render::text;
use crate::warehouse::cells::{CellColumn, CellType};

/// Of letters, in pixels.
pub const LETTERS: f64 = 11.0;
/// Of a row.
pub const ROW: f64 = 18.0;
/// Left and right of a value.
const SPACE: f64 = 6.0;
/// How wide a column is, space included.
const WIDTHS: std::ops::RangeInclusive<f64> = 48.0..=260.0;
/// What adding and taking away space may lose of a width: the widest value fits.
const LOST: f64 = 0.01;
/// Rows that are looked at for how wide their values are.
const LOOKED_AT: usize = 50;
/// What stands for no value.
const NONE: &str = "–";

/// A column that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// From the left, where its texts begin or, when they are numbers, end.
    pub x: f64,
    pub is_number: bool,
    pub header: String,
    pub cells: Vec<String>,
}

/// What fits, and what does not.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    pub columns: Vec<Shown>,
    /// Columns that are left out.
    pub columns_left: usize,
    /// Rows that are left out, of those that were given.
    pub rows_left: usize,
}

/// What of these rows fits into this width, in at most so many lines, the header among them.
#[must_use]
pub fn fit(columns: &[CellColumn], rows: &[Vec<Value>], width: f64, lines: usize) -> Grid {
    let shown = rows.len().min(lines.saturating_sub(1));
    let mut grid = Grid { columns: Vec::new(), columns_left: columns.len(), rows_left: rows.len() - shown };
    let mut left = 0.0;
    for (place, column) in columns.iter().enumerate() {
        let cells: Vec<String> =
            rows.iter().take(shown).map(|row| row.get(place).map_or_else(String::new, written)).collect();
        let widest = cells
            .iter()
            .take(LOOKED_AT)
            .map(|cell| text::width(cell, LETTERS, false))
            .fold(text::width(&column.name, LETTERS, true), f64::max);
        let wide = (widest + 2.0 * SPACE).clamp(*WIDTHS.start(), *WIDTHS.end());
        let wide = if grid.columns.is_empty() { wide.min(width) } else { wide };
        if left + wide > width {
            break;
        }
        let most = wide - 2.0 * SPACE + LOST;
        let is_number = matches!(column.kind, CellType::Integer | CellType::Decimal | CellType::Float);
        grid.columns.push(Shown {
            x: if is_number { left + wide - SPACE } else { left + SPACE },
            is_number,
            header: text::cut(&column.name, LETTERS, true, most),
            cells: cells.iter().map(|cell| text::cut(cell, LETTERS, false, most)).collect(),
        });
        grid.columns_left -= 1;
        left += wide;
    }
    grid
}

/// A value as people read it.
fn written(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn column(name: &str, kind: CellType) -> CellColumn {
        CellColumn { name: name.to_owned(), kind }
    }

    #[test]
    fn numbers_stand_right_and_what_does_not_fit_is_counted() {
        let columns =
            [column("region", CellType::Text), column("net", CellType::Decimal), column("more", CellType::Json)];
        let rows = [
            vec![json!("north"), json!("9007199254740993"), json!({ "a": 1 })],
            vec![json!("x".repeat(300)), json!(-4.5), json!(true)],
            vec![json!(null), json!(null), json!(null)],
        ];
        let grid = fit(&columns, &rows, 400.0, 3);
        assert_eq!((grid.columns.len(), grid.columns_left, grid.rows_left), (2, 1, 1));
        assert_eq!((grid.columns[0].is_number, grid.columns[1].is_number), (false, true));
        assert_eq!(grid.columns[0].cells[0], "north");
        assert!(grid.columns[0].cells[1].ends_with("x…"));
        assert_eq!(grid.columns[1].cells, ["9007199254740993", "-4.5"]);
        assert!((grid.columns[0].x - 6.0).abs() < 1e-9 && grid.columns[1].x < 400.0);
        let wide = fit(&columns, &rows, 1000.0, 9);
        assert_eq!((wide.columns_left, wide.rows_left), (0, 0));
        assert_eq!(wide.columns[2].cells, ["{\"a\":1}", "yes", "–"]);
        for name in ["items_sold", "net_revenue", "refunds", "return_rate_percent", "months_on_target", "Northgate"] {
            let grid = fit(&[column(name, CellType::Text)], &[vec![json!(name)]], 1000.0, 9);
            assert_eq!((grid.columns[0].header.as_str(), grid.columns[0].cells[0].as_str()), (name, name));
        }
        let narrow = fit(&columns, &rows, 30.0, 1);
        assert_eq!((narrow.columns.len(), narrow.rows_left), (1, 3));
    }
}
