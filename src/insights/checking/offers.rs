//! Which facts a figure can be.

use crate::insights::facts::scope::Scope;
use crate::insights::facts::search::Search;
use crate::insights::facts::{changes, counts, guesses, levels, moments, ranks, shares};
use crate::insights::figures::figure::{DecimalMark, Figure, Kind};
use crate::insights::figures::find;

/// Offers a figure the facts that it can be, by what sort of figure it is.
pub fn all(scope: &Scope<'_>, search: &mut Search<'_>) {
    let figure = search.figure;
    match figure.kind {
        Kind::Moment(moment) => {
            moments::offer(scope, moment, search);
            // Four digits may be a number after all.
            if moment.is_year_alone() {
                let number = Figure { kind: Kind::Number, ..figure.clone() };
                let found = search.with(&number, |search| of_number(scope, search));
                if let Some(hit) = found {
                    search.found(hit);
                }
            }
        }
        Kind::Ordinal => ranks::offer(scope, search),
        Kind::Percent => {
            levels::offer(scope, search);
            shares::offer(scope, search);
            changes::offer(scope, search);
            guesses::offer(scope, search);
        }
        Kind::Points | Kind::Multiple => {
            changes::offer(scope, search);
            guesses::offer(scope, search);
        }
        Kind::Number | Kind::Money => of_number(scope, search),
    }
}

fn of_number(scope: &Scope<'_>, search: &mut Search<'_>) {
    counts::offer(scope, search);
    // So many cities are no amount of anything.
    if scope.is_count() {
        return;
    }
    levels::offer(scope, search);
    changes::offer(scope, search);
    guesses::offer(scope, search);
}

/// Whether the figure stands in a text that may be quoted.
pub fn is_given(figure: &Figure, given: &[String], mark: DecimalMark) -> bool {
    let given = given.iter().flat_map(|text| find::figures(text, &[], mark));
    given.into_iter().any(|given| {
        given.kind == figure.kind && (given.value - figure.value).abs() <= f64::EPSILON * figure.value.abs()
    })
}
