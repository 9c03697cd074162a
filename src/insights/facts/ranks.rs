//! Places in an order.

use super::field::Role;
use super::scope::Scope;
use super::search::Search;
use super::stats::count;
use crate::insights::reading::cues::Cues;

/// Offers the places that an ordinal can be.
pub fn offer(scope: &Scope<'_>, search: &mut Search<'_>) {
    let view = scope.view;
    if scope.subjects.is_empty() {
        // "The second largest is 900" chooses a place.
        if search.figure.value >= 1.0 && search.figure.value <= count(view.rows) {
            search.found("that place was chosen".to_owned());
        }
        return;
    }
    let ascending = scope.cues.has(Cues::BOTTOM) && !scope.cues.has(Cues::TOP);
    let mut truth = None;
    for subject in &scope.subjects {
        for column in &scope.columns {
            let Some(value) = view.level(&subject.rows, *column) else { continue };
            let mut lists = vec![view.numbers(&view.all(), *column)];
            for label in view.of(Role::Label) {
                let groups = view.groups(label);
                if groups.len() < view.rows && groups.iter().any(|(_, rows)| *rows == subject.rows) {
                    lists = vec![groups.iter().filter_map(|(_, rows)| view.level(rows, *column)).collect()];
                }
            }
            for list in lists {
                search.spend(list.len());
                let before =
                    list.iter().filter(|other| if ascending { **other < value } else { **other > value }).count();
                let same = list.iter().filter(|other| (**other - value).abs() <= 0.0).count();
                let end = if ascending { "smallest" } else { "largest" };
                let how =
                    format!("{} has place {} by {}, from the {end}", subject.name, before + 1, view.said(*column));
                if (before + 1..=before + same.max(1)).any(|place| (count(place) - search.figure.value).abs() < 0.5) {
                    search.found(how);
                    return;
                }
                truth.get_or_insert(how);
            }
        }
    }
    if let Some(truth) = truth {
        search.contradict(truth);
    }
}
