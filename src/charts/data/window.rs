//! Values out of the rows around a row: ranks and running totals.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::super::failure::RenderError;
use super::super::figures::figure;
use super::super::spec::sort::Order;
use super::super::spec::transform::{SortField, WindowOp, Windowed};
use super::datum::Datum;
use super::key::Key;
use super::table::{Table, at};

/// Rows that moving frames may look at in all: what is above would keep the server busy.
const MOST_LOOKS: usize = 20_000_000;

/// Adds the columns of a window, and leaves the rows in the order of `sort`, group by group.
///
/// # Errors
///
/// A column that there is not, or a frame that takes too long.
pub fn window(
    table: &mut Table,
    ops: &[Windowed],
    frame: Option<(Option<i64>, Option<i64>)>,
    groupby: &[String],
    sort: &[SortField],
) -> Result<(), RenderError> {
    let group_indexes = groupby.iter().map(|field| table.index(field)).collect::<Result<Vec<_>, _>>()?;
    let orders =
        sort.iter().map(|sort| Ok((table.index(&sort.field)?, sort.order))).collect::<Result<Vec<_>, RenderError>>()?;
    let fields = ops
        .iter()
        .map(|op| op.field.as_deref().map(|field| table.index(field)).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    let compare = |one: &[Datum], other: &[Datum]| {
        orders.iter().fold(Ordering::Equal, |so_far, (index, order)| {
            so_far.then_with(|| {
                let ordering = at(one, *index).order(at(other, *index));
                if *order == Order::Descending { ordering.reverse() } else { ordering }
            })
        })
    };
    let mut groups: Vec<Vec<Vec<Datum>>> = Vec::new();
    let mut places: HashMap<Vec<Key>, usize> = HashMap::new();
    for row in std::mem::take(&mut table.rows) {
        let key: Vec<Key> = group_indexes.iter().map(|index| Key::of(at(&row, *index))).collect();
        let place = *places.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(row);
        }
    }
    let (before, after) = frame.unwrap_or((None, Some(0)));
    let mut looks = 0_usize;
    let mut columns: Vec<Vec<Datum>> = vec![Vec::new(); ops.len()];
    for group in &mut groups {
        group.sort_by(|one, other| compare(one, other));
        for ((op, field), column) in ops.iter().zip(&fields).zip(&mut columns) {
            if matches!(op.op, WindowOp::RowNumber | WindowOp::Rank | WindowOp::DenseRank) {
                column.extend(ranks(group, op.op, |one, other| compare(one, other).is_eq()));
                continue;
            }
            let values: Vec<Option<f64>> =
                group.iter().map(|row| field.map_or(Some(1.0), |index| at(row, index).as_number())).collect();
            let (results, looked) = framed(&values, op.op, before, after, MOST_LOOKS - looks)?;
            looks += looked;
            column.extend(results);
        }
    }
    table.rows = groups.into_iter().flatten().collect();
    for (op, column) in ops.iter().zip(columns) {
        table.put(&op.name, column);
    }
    Ok(())
}

fn ranks(rows: &[Vec<Datum>], op: WindowOp, alike: impl Fn(&[Datum], &[Datum]) -> bool) -> Vec<Datum> {
    let mut dense = 0;
    let mut rank = 0;
    let mut previous: Option<&Vec<Datum>> = None;
    rows.iter()
        .enumerate()
        .map(|(index, row)| {
            if previous.is_none_or(|previous| !alike(previous, row)) {
                rank = index + 1;
                dense += 1;
            }
            previous = Some(row);
            Datum::Number(figure(match op {
                WindowOp::Rank => rank,
                WindowOp::DenseRank => dense,
                _ => index + 1,
            }))
        })
        .collect()
}

/// The values of a moving frame, and how many rows were looked at.
fn framed(
    values: &[Option<f64>],
    op: WindowOp,
    before: Option<i64>,
    after: Option<i64>,
    allowed: usize,
) -> Result<(Vec<Datum>, usize), RenderError> {
    let clamped = |index: usize, by: i64| {
        let by_size = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX);
        if by < 0 { index.saturating_sub(by_size) } else { index.saturating_add(by_size) }
    };
    let mut running = Running::default();
    let mut results = Vec::with_capacity(values.len());
    let mut looked = 0_usize;
    for index in 0..values.len() {
        let end = after.map_or(values.len(), |after| clamped(index + 1, after)).min(values.len());
        if before.is_none() {
            // The frame only grows.
            for value in values.get(running.rows..end).unwrap_or_default() {
                running.add(*value);
            }
        } else {
            let start = before.map_or(0, |before| clamped(index, before)).min(end);
            looked = looked.saturating_add(end - start);
            if looked > allowed {
                let message = "The window's frame looks at too many rows: compute it in the statement.";
                return Err(RenderError::NotDrawn(message.to_owned()));
            }
            running = Running::default();
            for value in values.get(start..end).unwrap_or_default() {
                running.add(*value);
            }
        }
        results.push(running.result(op));
    }
    Ok((results, looked))
}

#[derive(Default)]
struct Running {
    rows: usize,
    numbers: usize,
    sum: f64,
    least: Option<f64>,
    greatest: Option<f64>,
}

impl Running {
    fn add(&mut self, value: Option<f64>) {
        self.rows += 1;
        if let Some(number) = value {
            self.numbers += 1;
            self.sum += number;
            self.least = Some(self.least.map_or(number, |least| least.min(number)));
            self.greatest = Some(self.greatest.map_or(number, |greatest| greatest.max(number)));
        }
    }

    fn result(&self, op: WindowOp) -> Datum {
        match op {
            WindowOp::Sum => Datum::number(self.sum),
            WindowOp::Mean if self.numbers > 0 => Datum::number(self.sum / figure(self.numbers)),
            WindowOp::Min => self.least.map_or(Datum::Null, Datum::number),
            WindowOp::Max => self.greatest.map_or(Datum::Null, Datum::number),
            WindowOp::Mean => Datum::Null,
            _ => Datum::Number(figure(self.rows)),
        }
    }
}
