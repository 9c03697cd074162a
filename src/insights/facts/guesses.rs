//! Facts that nothing in the sentence points to. They are believed only where a chance match is unlikely: many digits, few candidates.

use super::changes::pair;
use super::levels::factor;
use super::scope::Scope;
use super::search::Search;
use crate::insights::figures::figure::Kind;
use crate::insights::reading::cues::Cues;
use crate::insights::write::digits::number;

/// Rows up to which all pairs are looked at.
const ALL_PAIRS: usize = 200;

/// Looks further.
pub fn offer(scope: &Scope<'_>, search: &mut Search<'_>) {
    // What is called an average is no cell.
    let is_told = scope.local.has(Cues::AGGREGATES);
    search.guess(|search| {
        let rows: Vec<usize> = scope.meant().into_iter().flat_map(|subject| subject.rows).collect();
        for column in scope.columns.clone() {
            let (view, name) = (scope.view, scope.view.said(column));
            if let (Some(factor), false) = (factor(scope, search, column), is_told) {
                for row in &rows {
                    if let Some(fact) = view.number(*row, column) {
                        search.offer(fact * factor, || format!("{name} in row {}: {}", row + 1, number(fact * factor)));
                    }
                }
            }
            if is_told {
                continue;
            }
            let total = view.stats(column).filter(|stats| stats.min >= 0.0 && stats.sum > 0.0 && view.adds_up(column));
            if let (Kind::Percent, Some(total)) = (search.figure.kind, total) {
                for row in &rows {
                    if let Some(part) = view.number(*row, column) {
                        search.offer(100.0 * part / total.sum, || format!("row {} in the sum of {name}", row + 1));
                    }
                }
            }
            if (scope.cues.has(Cues::CHANGES) && !scope.is_end) || search.figure.kind == Kind::Multiple {
                pairs(scope, column, &rows, search);
            }
        }
        columns(scope, &rows, search);
    });
}

/// All pairs of few rows; of many only those next to one another.
fn pairs(scope: &Scope<'_>, column: usize, rows: &[usize], search: &mut Search<'_>) {
    let all = scope.view.rows;
    for one in rows {
        let others: Vec<usize> = if all <= ALL_PAIRS {
            (0..all).collect()
        } else {
            [one.checked_sub(1), Some(one + 1), Some(0), all.checked_sub(1)].into_iter().flatten().collect()
        };
        for other in others.into_iter().filter(|other| other != one) {
            if search.is_spent() {
                return;
            }
            if let (Some(value), Some(base)) = (scope.view.number(*one, column), scope.view.number(other, column)) {
                pair(scope, column, value, base, &format!("in rows {} and {}", one + 1, other + 1), search);
            }
        }
    }
}

/// One column by another within a row, and their sums.
fn columns(scope: &Scope<'_>, rows: &[usize], search: &mut Search<'_>) {
    let view = scope.view;
    let factor = match search.figure.kind {
        Kind::Percent => 100.0,
        Kind::Number | Kind::Money | Kind::Multiple => 1.0,
        _ => return,
    };
    for one in &scope.columns {
        for other in scope.columns.iter().filter(|other| *other != one) {
            let how = || format!("{} by {}", view.said(*one), view.said(*other));
            let mut offer = |part: Option<f64>, whole: Option<f64>| {
                if let (Some(part), Some(whole)) = (part, whole.filter(|whole| *whole != 0.0)) {
                    search.offer(factor * part / whole, how);
                }
            };
            offer(view.level(rows, *one), view.level(rows, *other));
            for row in rows.iter().filter(|_| rows.len() > 1) {
                offer(view.number(*row, *one), view.number(*row, *other));
            }
        }
    }
}
