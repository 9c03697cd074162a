//! Times that a text names.

use super::scope::Scope;
use super::search::Search;
use crate::insights::figures::moment::Moment;
use crate::insights::reading::cues::Cues;

/// Looks for a time among the rows, or among the times that are missing where the clause says so.
pub fn offer(scope: &Scope<'_>, moment: Moment, search: &mut Search<'_>) {
    search.spend(scope.view.rows);
    if (0..scope.view.rows).any(|row| scope.view.moment(row).is_some_and(|at| moment.covers(at))) {
        let how = format!("there are rows of {moment}");
        if scope.cues.has(Cues::MISSING.with(Cues::NO)) && scope.cues.has(Cues::ROWS) && scope.others.is_empty() {
            search.contradict(how);
        } else {
            search.found(how);
        }
    } else if scope.cues.has(Cues::MISSING.with(Cues::NO)) && scope.view.gaps().contains(&moment) {
        search.found(format!("there is no row of {moment}"));
    }
}
