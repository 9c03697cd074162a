//! Claims without a figure of their own: "highest", "fell".

use super::report::{Checked, Verdict};
use super::resolve::Named;
use crate::insights::facts::field::Role;
use crate::insights::facts::scope::Subject;
use crate::insights::facts::view::View;
use crate::insights::figures::figure::{Exactness, Figure, Kind};
use crate::insights::reading::clauses::Clause;
use crate::insights::reading::cues::{Cues, Direction};
use crate::insights::reading::mentions::Label;
use crate::insights::reading::words::Word;
use crate::insights::write::digits::number;

/// Rows up to which claims are looked at; above, only figures are.
const ROWS: usize = 20_000;
/// Words that put one thing above all others.
const GREATEST: [&str; 12] = [
    "highest",
    "largest",
    "biggest",
    "greatest",
    "maximum",
    "peaked",
    "strongest",
    "most",
    "leads",
    "led",
    "tops",
    "topped",
];
const LEAST: [&str; 7] = ["lowest", "smallest", "fewest", "least", "minimum", "weakest", "bottomed"];
/// Words that say which way something went in all.
const VERBS: [&str; 18] = [
    "rose",
    "rises",
    "grew",
    "grows",
    "increased",
    "increases",
    "climbed",
    "gained",
    "jumped",
    "surged",
    "fell",
    "falls",
    "declined",
    "declines",
    "decreased",
    "decreases",
    "dropped",
    "shrank",
];

/// The claims of a clause that the result can speak to.
pub fn of(
    text: &str,
    clause: &Clause,
    words: &[Word],
    figures: &[Figure],
    named: &Named,
    earlier: &[Label],
    view: &View,
) -> Vec<Checked> {
    let within: Vec<&Word> = words.iter().filter(|word| clause.span.contains(&word.span.start)).collect();
    if view.rows > ROWS || within.iter().any(|word| word.cues.has(Cues::NOT)) {
        return Vec::new();
    }
    let columns = if named.columns.is_empty() { view.measures() } else { named.columns.clone() };
    let has_ordinal =
        clause.figures.iter().filter_map(|place| figures.get(*place)).any(|figure| figure.kind == Kind::Ordinal);
    let mut claims = Vec::new();
    for (place, word) in within.iter().enumerate().filter(|(_, word)| word.cues != Cues::NONE) {
        let before = place.checked_sub(1).and_then(|place| within.get(place)).map_or("", |word| word.text.as_str());
        let after = within.get(place + 1).map_or("", |word| word.text.as_str());
        let verdict = if GREATEST.contains(&word.text.as_str()) || LEAST.contains(&word.text.as_str()) {
            // "One of the largest", "the 3 largest", "among the lowest", "most of it" put several there.
            let is_vague = has_ordinal
                || within.iter().any(|word| matches!(word.text.as_str(), "among" | "one" | "than" | "next"))
                || clause.figures.iter().filter_map(|place| figures.get(*place)).any(|figure| {
                    figure.is_count() && figure.span.end + 1 == word.span.start
                        || word.span.end + 1 == figure.span.start
                })
                || (word.text == "most"
                    && matches!(after, "likely" | "common" | "important" | "recent" | "notable" | "of"));
            if is_vague || clause.labels.is_empty() && clause.moments.is_empty() {
                None
            } else {
                greatest(GREATEST.contains(&word.text.as_str()), named, &columns, view).filter(|verdict| {
                    // "North (120) and South (80) have the most" puts both on top.
                    let is_joined = within.first().is_some_and(|word| word.text == "and") && !earlier.is_empty();
                    !(is_joined && matches!(verdict, Verdict::Contradicted { .. }))
                })
            }
        } else if VERBS.contains(&word.text.as_str()) && before != "to" {
            went(word, clause, figures, named, &columns, view)
        } else {
            None
        };
        if let Some(verdict) = verdict {
            claims.push(Checked {
                span: word.span.clone(),
                text: text.get(word.span.clone()).unwrap_or("").to_owned(),
                verdict,
            });
        }
    }
    claims
}

fn grounded(how: String) -> Verdict {
    Verdict::Grounded { how, exactness: Exactness::Exact }
}

/// Whether one of the subjects is the greatest or least in some reading: of its label, of its times, of single rows, within what else is
/// named, by any of the columns.
fn greatest(is_greatest: bool, named: &Named, columns: &[usize], view: &View) -> Option<Verdict> {
    let (subjects, wider) = named.subjects(view);
    let end = if is_greatest { "greatest" } else { "least" };
    let mut truth = None;
    for column in columns {
        for universe in std::iter::once(view.all()).chain(wider.iter().map(|subject| subject.rows.clone())) {
            for rivals in rivals(view, &universe) {
                let level = |rows: &[usize]| view.level(rows, *column);
                let levels = rivals.iter().filter_map(|rival| Some((rival, level(&rival.rows)?)));
                let best =
                    levels.max_by(
                        |one, other| if is_greatest { one.1.total_cmp(&other.1) } else { other.1.total_cmp(&one.1) },
                    );
                let Some((best, most)) = best else { continue };
                for subject in subjects.iter().chain(&wider) {
                    let rows: Vec<usize> =
                        subject.rows.iter().copied().filter(|row| universe.binary_search(row).is_ok()).collect();
                    let is_rival = rivals.iter().any(|rival| rival.rows == rows);
                    let same = level(&rows).is_some_and(|level| (level - most).abs() <= 1e-9 * most.abs());
                    let holds =
                        best.rows.len() == 1 && rows.len() > 1 && best.rows.iter().all(|row| rows.contains(row));
                    let fact = || format!("{} of {} is the {end}: {}", view.said(*column), best.name, number(most));
                    if (is_rival && same) || holds {
                        return Some(grounded(fact()));
                    }
                    if is_rival {
                        truth.get_or_insert_with(fact);
                    }
                }
            }
        }
    }
    truth.map(|fact| Verdict::Contradicted { fact })
}

/// What may be compared among some rows: the values of each label, the times, the rows.
fn rivals(view: &View, universe: &[usize]) -> Vec<Vec<Subject>> {
    let within = |rows: Vec<usize>| -> Vec<usize> {
        rows.into_iter().filter(|row| universe.binary_search(row).is_ok()).collect()
    };
    let subject = |name: String, rows: Vec<usize>| Subject { name, rows, at: 0, moment: None };
    let mut all: Vec<Vec<Subject>> = Vec::new();
    for label in view.of(Role::Label) {
        let groups = view.groups(label).into_iter().map(|(name, rows)| subject(name, within(rows)));
        all.push(groups.filter(|group| !group.rows.is_empty()).collect());
    }
    let mut times: std::collections::BTreeMap<_, Vec<usize>> = std::collections::BTreeMap::new();
    for row in universe {
        if let Some(moment) = view.moment(*row) {
            times.entry(moment).or_default().push(*row);
        }
    }
    all.push(times.into_iter().map(|(moment, rows)| subject(moment.to_string(), rows)).collect());
    all.push(universe.iter().map(|row| subject(format!("row {}", row + 1), vec![*row])).collect());
    all.retain(|rivals| rivals.len() > 1);
    all
}

/// Whether something went the way that is said, where two times, or the first and the last, can tell.
fn went(
    word: &Word,
    clause: &Clause,
    figures: &[Figure],
    named: &Named,
    columns: &[usize],
    view: &View,
) -> Option<Verdict> {
    let direction = Direction::of(word.cues)?;
    let [column] = *columns else { return None };
    let claims =
        clause.figures.iter().filter_map(|place| figures.get(*place)).any(|figure| figure.kind != Kind::Ordinal);
    let (subjects, _) = named.subjects(view);
    let mut times: Vec<_> = subjects.iter().filter_map(|subject| Some((subject.moment?, subject))).collect();
    times.sort_by_key(|(moment, _)| *moment);
    let labels: std::collections::BTreeSet<&str> = named.labels.iter().map(|label| label.name.as_str()).collect();
    let (from, to, who) = match times.as_slice() {
        [(early, first), (late, last)] => {
            (view.level(&first.rows, column)?, view.level(&last.rows, column)?, format!("from {early} to {late}"))
        }
        // Figures say themselves which way they went.
        [] if !claims && labels.len() <= 1 => {
            let rows = subjects.first().map_or_else(|| view.all(), |subject| subject.rows.clone());
            let series = view.series(&rows, column);
            let ((early, from), (late, to)) = (*series.first()?, *series.last()?);
            (from, to, format!("from {early} to {late}"))
        }
        _ => return None,
    };
    let fact = format!("{} went {who} from {} to {}", view.said(column), number(from), number(to));
    Some(if direction.is_of(to - from) { grounded(fact) } else { Verdict::Contradicted { fact } })
}
