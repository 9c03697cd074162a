//! Sentences cut into clauses, so that "North rose by 12 % and South fell by 5 %" is two claims.

use std::ops::Range;

use super::cues::Cues;
use super::mentions::Mentions;
use super::words::Word;
use crate::insights::figures::figure::{Figure, Kind};

/// A part of a sentence with what it names itself.
#[derive(Debug, Clone)]
pub struct Clause {
    pub span: Range<usize>,
    /// Which sentence it is of.
    pub sentence: usize,
    /// Places of labels in [`Mentions`].
    pub labels: Vec<usize>,
    /// Columns that it names.
    pub columns: Vec<usize>,
    /// Places of the figures that are times.
    pub moments: Vec<usize>,
    /// Places of the other figures.
    pub figures: Vec<usize>,
    pub cues: Cues,
}

const CONNECTORS: [&str; 7] = ["and", "but", "while", "whereas", "although", "then", "with"];
/// A piece with one of these belongs to what stands before it.
const BOUND: [&str; 17] = [
    "than",
    "versus",
    "vs",
    "compared",
    "relative",
    "against",
    "behind",
    "ahead",
    "from",
    "respectively",
    "together",
    "combined",
    "between",
    "both",
    "each",
    "through",
    "as",
];

/// The clauses of one sentence.
#[must_use]
pub fn clauses(
    text: &str,
    span: &Range<usize>,
    sentence: usize,
    words: &[Word],
    mentions: &Mentions,
    figures: &[Figure],
) -> Vec<Clause> {
    let inside = |at: &Range<usize>, of: &Range<usize>| of.start <= at.start && at.start < of.end;
    let piece = |span: Range<usize>| {
        let places = |is_moment: bool| -> Vec<usize> {
            let all = figures.iter().enumerate();
            all.filter(|(_, figure)| inside(&figure.span, &span) && figure.moment().is_some() == is_moment)
                .map(|(place, _)| place)
                .collect()
        };
        let labels = mentions.labels.iter().enumerate().filter(|(_, label)| inside(&label.span, &span));
        let columns = mentions.columns.iter().filter(|(named, _)| inside(named, &span));
        let words = words.iter().filter(|word| inside(&word.span, &span));
        Clause {
            sentence,
            labels: labels.map(|(place, _)| place).collect(),
            columns: columns.map(|(_, column)| *column).collect(),
            moments: places(true),
            figures: places(false),
            cues: words.fold(Cues::NONE, |cues, word| cues.with(word.cues)),
            span,
        }
    };
    let mut joined: Vec<Clause> = Vec::new();
    let cuts = cuts(text, span, words, mentions, figures);
    let sides = std::iter::once(span.start).chain(cuts.iter().copied()).zip(cuts.iter().copied().chain([span.end]));
    for (start, end) in sides {
        let next = piece(start..end);
        let is_bound =
            words.iter().filter(|word| inside(&word.span, &next.span)).any(|word| BOUND.contains(&word.text.as_str()));
        let opening = words.iter().find(|word| inside(&word.span, &next.span)).map_or("", |word| word.text.as_str());
        let is_apart = matches!(opening, "while" | "whereas" | "but")
            && joined.last().is_some_and(|last| !last.labels.is_empty())
            && !next.labels.is_empty();
        match joined.last_mut() {
            Some(_) if is_apart => joined.push(next),
            Some(last) if is_bound || !(names(last) && !claims(last, figures).is_empty() && names(&next)) => {
                *last = piece(last.span.start..end);
            }
            _ => joined.push(next),
        }
    }
    joined
}

fn names(clause: &Clause) -> bool {
    !clause.labels.is_empty() || !clause.moments.is_empty()
}

fn claims(clause: &Clause, figures: &[Figure]) -> Vec<usize> {
    let is_claim = |place: &&usize| figures.get(**place).is_some_and(|figure| figure.kind != Kind::Ordinal);
    clause.figures.iter().filter(is_claim).copied().collect()
}

/// Where a sentence may be cut.
fn cuts(text: &str, span: &Range<usize>, words: &[Word], mentions: &Mentions, figures: &[Figure]) -> Vec<usize> {
    let is_taken = |at: usize| {
        let labels = mentions.labels.iter().map(|label| &label.span);
        let mut taken = labels.chain(figures.iter().map(|figure| &figure.span));
        taken.any(|span| span.start < at && at < span.end)
    };
    let moments = figures.iter().filter(|figure| figure.moment().is_some()).map(|figure| &figure.span);
    let named: Vec<&Range<usize>> = mentions.labels.iter().map(|label| &label.span).chain(moments).collect();
    // "North, South and East" is one list of names.
    let joins = |at: usize| {
        let before = named.iter().filter(|name| name.end <= at).map(|name| name.end).max();
        let after = named.iter().filter(|name| name.start >= at).map(|name| name.start).min();
        let between = before.zip(after).and_then(|(from, to)| text.get(from..to));
        between.is_some_and(|between| {
            between.split(|c: char| c == ',' || c.is_whitespace()).all(|word| matches!(word, "" | "and" | "&"))
        })
    };
    let piece = text.get(span.clone()).unwrap_or("");
    let marks = piece.char_indices().filter(|(_, c)| matches!(c, ',' | ';' | ':' | '\u{2013}' | '\u{2014}'));
    let marks = marks.map(|(at, c)| span.start + at + c.len_utf8());
    let connectors = words.iter().filter(|word| CONNECTORS.contains(&word.text.as_str())).map(|word| word.span.start);
    let mut cuts: Vec<usize> = marks
        .chain(connectors)
        .filter(|at| span.start < *at && *at < span.end && !is_taken(*at) && !joins(*at))
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
