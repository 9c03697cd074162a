//! The check of a text against a result.

use std::ops::Range;

use serde_json::Value;

use super::around::Around;
use super::report::{Checked, Report, Verdict};
use super::resolve::Named;
use super::{claims, offers};
use crate::insights::facts::field::Role;
use crate::insights::facts::scope::Scope;
use crate::insights::facts::search::Search;
use crate::insights::facts::view::View;
use crate::insights::figures::figure::{DecimalMark, Exactness, Figure, Kind};
use crate::insights::figures::find;
use crate::insights::reading::clauses::{Clause, clauses};
use crate::insights::reading::cues::{Cues, Direction};
use crate::insights::reading::mentions::Mentions;
use crate::insights::reading::sentences::sentences;
use crate::insights::reading::words::{Word, words};
use crate::warehouse::cells::CellColumn;

/// Rows and pairs that are looked at for one text.
const STEPS: u64 = 5_000_000;
/// Words with which a sentence goes on about what the one before it named.
pub(in crate::insights) const PRONOUNS: [&str; 8] = ["it", "its", "this", "that", "they", "their", "these", "both"];

/// How a text is read.
#[derive(Debug, Clone)]
pub struct Options {
    pub mark: DecimalMark,
    /// Texts whose figures may be quoted, as the question that was asked.
    pub given: Vec<String>,
    /// Rows and pairs that are looked at, at most. Where they run out, figures are unsupported.
    pub steps: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { mark: DecimalMark::Point, given: Vec::new(), steps: STEPS }
    }
}

/// Holds every figure of `text` against a result.
#[must_use]
pub fn check(text: &str, columns: &[CellColumn], rows: &[Vec<Value>], options: &Options) -> Report {
    check_view(text, &View::new(columns, rows), options)
}

/// The same for a result that was made ready.
#[must_use]
pub fn check_view(text: &str, view: &View, options: &Options) -> Report {
    let read = Read::new(text, view, options);
    let mut steps = options.steps;
    let mut report = Report::default();
    let mut before = Before::default();
    for clause in &read.clauses {
        let (named, cues) = read.context(clause, &mut before);
        let places = clause.moments.iter().chain(&clause.figures);
        for place in places {
            if let Some(figure) = read.figures.get(*place) {
                let verdict = read.judge(clause, figure, *place, &named, cues, before.direction, &mut steps, options);
                report.figures.push(Checked {
                    span: figure.span.clone(),
                    text: text.get(figure.span.clone()).unwrap_or("").to_owned(),
                    verdict,
                });
            }
        }
        report.claims.extend(claims::of(text, clause, &read.words, &read.figures, &named, &before.named.labels, view));
        before.close(clause, named, cues, &read.words);
    }
    report.figures.sort_by_key(|checked| checked.span.start);
    report.claims.sort_by_key(|checked| checked.span.start);
    report.sentences = read.sentences;
    report.is_complete = steps > 0;
    report
}

/// What the clause before named and said.
#[derive(Default)]
struct Before {
    sentence: usize,
    named: Named,
    cues: Cues,
    direction: Option<Direction>,
}

impl Before {
    fn close(&mut self, clause: &Clause, named: Named, cues: Cues, words: &[Word]) {
        let inside = |word: &&Word| clause.span.contains(&word.span.start);
        let last = words.iter().filter(inside).filter_map(|word| Direction::of(word.cues)).next_back();
        self.direction = last.or(self.direction);
        (self.sentence, self.named, self.cues) = (clause.sentence, named, cues);
    }
}

/// A text that was read.
struct Read<'a> {
    text: &'a str,
    view: &'a View,
    words: Vec<Word>,
    mentions: Mentions,
    figures: Vec<Figure>,
    clauses: Vec<Clause>,
    sentences: Vec<Range<usize>>,
}

impl<'a> Read<'a> {
    fn new(text: &'a str, view: &'a View, options: &Options) -> Self {
        let mut words = words(text);
        let mentions = Mentions::read(text, &words, view);
        let masks = mentions.masks();
        // "The third quarter" is a time although a column is called so.
        let has_digits = |span: &Range<usize>| {
            text.get(span.clone()).is_some_and(|name| name.contains(|c: char| c.is_ascii_digit()))
        };
        let labels = mentions.labels.iter().map(|label| label.span.clone());
        let columns = mentions.columns.iter().map(|(span, _)| span.clone()).filter(has_digits);
        let figures = find::figures(text, &labels.chain(columns).collect::<Vec<_>>(), options.mark);
        let is_in = |word: &Word, span: &Range<usize>| span.start < word.span.end && word.span.start < span.end;
        for word in &mut words {
            let hedged = figures.iter().any(|figure| is_in(word, &(figure.from..figure.span.end)));
            // "Doubled" is a figure, and says which way.
            let says = figures
                .iter()
                .any(|figure| figure.kind == Kind::Multiple && figure.is_word && is_in(word, &figure.span));
            if (hedged && !says) || masks.iter().any(|mask| is_in(word, mask)) {
                word.cues = Cues::NONE;
            }
        }
        // "From January" is where something began.
        for word in words.iter_mut().filter(|word| word.text == "from") {
            let begins = |figure: &Figure| figure.moment().is_some() && figure.span.start == word.span.end + 1;
            if figures.iter().any(begins) {
                word.cues = word.cues.with(Cues::SINCE);
            }
        }
        let labels: Vec<Range<usize>> = mentions.labels.iter().map(|label| label.span.clone()).collect();
        let spans = sentences(text, &labels);
        let cut = |(place, span)| clauses(text, span, place, &words, &mentions, &figures);
        let clauses = spans.iter().enumerate().flat_map(cut).collect();
        Self { text, view, words, mentions, figures, clauses, sentences: spans }
    }

    /// What a clause names and says, with what it takes over.
    fn context(&self, clause: &Clause, before: &mut Before) -> (Named, Cues) {
        let measures = |columns: &[usize]| -> Vec<usize> {
            let is_measure =
                |column: &&usize| self.view.field(**column).is_some_and(|field| field.role == Role::Measure);
            // In the order of the text: a part stands before its whole.
            columns.iter().filter(is_measure).copied().fold(Vec::new(), |mut once, column| {
                if !once.contains(&column) {
                    once.push(column);
                }
                once
            })
        };
        let moment = |place: &usize| {
            let figure = self.figures.get(*place)?;
            figure.moment().map(|moment| (moment, figure.span.start))
        };
        let mut named = Named {
            labels: clause.labels.iter().filter_map(|place| self.mentions.labels.get(*place)).cloned().collect(),
            moments: clause.moments.iter().filter_map(moment).collect(),
            columns: measures(&clause.columns),
        };
        let opening = self.words.iter().find(|word| clause.span.contains(&word.span.start));
        let is_first = clause.sentence != before.sentence;
        let goes_on = opening.is_some_and(|word| PRONOUNS.contains(&word.text.as_str()));
        if is_first && !goes_on {
            *before = Before { sentence: clause.sentence, ..Before::default() };
        }
        named.inherit(&before.named);
        let says = Cues::CHANGES.with(Cues::SHARE).with(Cues::AGGREGATES);
        let cues = if clause.cues.has(says) || is_first { clause.cues } else { clause.cues.with(before.cues) };
        (named, cues)
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is what surrounds one figure")]
    fn judge(
        &self,
        clause: &Clause,
        figure: &Figure,
        place: usize,
        named: &Named,
        cues: Cues,
        inherited: Option<Direction>,
        steps: &mut u64,
        options: &Options,
    ) -> Verdict {
        if *steps == 0 {
            return Verdict::Unsupported { nearest: None };
        }
        let end_before =
            place.checked_sub(1).and_then(|place| self.figures.get(place)).map_or(0, |other| other.span.end);
        let next = self.figures.get(place + 1).map_or(self.text.len(), |other| other.from);
        let around = Around {
            text: self.text,
            clause: clause.span.clone(),
            figure,
            words: &self.words,
            between: end_before.max(clause.span.start)..next.min(clause.span.end),
        };
        let direction = around.direction().or(inherited);
        let scope = self.scope(clause, place, named, cues, &around);
        let mut search = Search::new(figure, direction, steps);
        offers::all(&scope, &mut search);
        // "Events cost €15,000" may be about another column than `cost_per_lead`.
        if scope.has_columns && !search.has_hit() && self.is_weak(clause) {
            let columns = self.view.measures();
            offers::all(&Scope { columns, has_columns: false, ..scope }, &mut search);
        }
        if search.is_spent() {
            return Verdict::Unsupported { nearest: None };
        }
        let (hit, contrary, nearest) = search.end();
        if let Some(hit) = hit {
            return Verdict::Grounded { how: hit.how, exactness: hit.exactness };
        }
        if offers::is_given(figure, &options.given, options.mark) {
            return Verdict::Grounded { how: "as it was given".to_owned(), exactness: Exactness::Exact };
        }
        contrary.map_or(Verdict::Unsupported { nearest }, |fact| Verdict::Contradicted { fact })
    }

    fn scope(&self, clause: &Clause, place: usize, named: &Named, cues: Cues, around: &Around<'_>) -> Scope<'a> {
        let (mut subjects, wider) = named.subjects(self.view);
        if let Some(subject) = self.respectively(clause, place, named) {
            subjects = vec![subject];
        }
        let mut by_column: Vec<(usize, usize)> = Vec::new();
        for label in clause.labels.iter().filter_map(|place| self.mentions.labels.get(*place)) {
            match by_column.iter_mut().find(|(column, _)| *column == label.column) {
                Some((_, count)) => *count += 1,
                None => by_column.push((label.column, 1)),
            }
        }
        let others = clause.figures.iter().filter(|other| **other != place);
        let columns = self.columns(clause, place, named);
        Scope {
            view: self.view,
            subjects,
            wider,
            has_columns: !columns.is_empty(),
            columns: if columns.is_empty() { self.view.measures() } else { columns },
            local: around.local(),
            cues,
            is_base: around.is_base(&self.figures),
            is_origin: around.follows("from"),
            is_end: ["from", "to", "at"].iter().any(|word| around.follows(word)),
            noun: around.noun(&self.mentions.columns),
            is_choice: around.is_choice(),
            is_change: around.is_change(),
            listed: self.listed(clause, place),
            others: others.filter_map(|other| self.figures.get(*other)).cloned().collect(),
            named: by_column,
        }
    }

    /// Whether no column is surely named in the sentence.
    fn is_weak(&self, clause: &Clause) -> bool {
        let sentence = self.sentences.get(clause.sentence).cloned().unwrap_or(0..0);
        let is_measure = |column: usize| self.view.field(column).is_some_and(|field| field.role == Role::Measure);
        let mut named =
            self.mentions.columns.iter().filter(|(span, column)| sentence.contains(&span.start) && is_measure(*column));
        named.all(|(span, _)| self.mentions.weak.contains(span))
    }

    /// The measures that are meant: the one right behind the figure, or those of the clause that stand behind no other figure.
    fn columns(&self, clause: &Clause, place: usize, named: &Named) -> Vec<usize> {
        // A share is of what another figure counts: "90 returns, 6 % of orders".
        if self.figures.get(place).is_some_and(|figure| figure.kind == Kind::Percent) {
            return named.columns.clone();
        }
        let behind = |place: usize| -> Option<usize> {
            let end = self.figures.get(place)?.span.end;
            let (span, column) = self.mentions.columns.iter().find(|(span, _)| span.start >= end)?;
            let gap = self.text.get(end..span.start)?;
            (gap.trim().is_empty() && named.columns.contains(column)).then_some(*column)
        };
        if let Some(own) = behind(place) {
            return vec![own];
        }
        let taken: Vec<usize> = clause.figures.iter().filter_map(|other| behind(*other)).collect();
        named.columns.iter().filter(|column| !taken.contains(column)).copied().collect()
    }

    /// How many names are listed right behind a figure: "the three largest, North, South and East".
    fn listed(&self, clause: &Clause, place: usize) -> Option<usize> {
        let end = self.figures.get(place)?.span.end;
        let mut labels = clause.labels.iter().filter_map(|place| self.mentions.labels.get(*place)).peekable();
        while labels.next_if(|label| label.span.start < end).is_some() {}
        let first = labels.next()?;
        let gap = self.text.get(end..first.span.start)?.trim_end();
        if !gap.ends_with([',', ':', '(']) || gap.split_whitespace().count() > 4 {
            return None;
        }
        let (mut count, mut at) = (1, first.span.end);
        for label in labels.filter(|label| label.column == first.column) {
            let between = self.text.get(at..label.span.start)?;
            if !between.split(|c: char| c == ',' || c.is_whitespace()).all(|word| matches!(word, "" | "and" | "&")) {
                break;
            }
            (count, at) = (count + 1, label.span.end);
        }
        Some(count).filter(|count| *count > 1)
    }

    /// "North and South sold 120 and 80 respectively".
    fn respectively(
        &self,
        clause: &Clause,
        place: usize,
        named: &Named,
    ) -> Option<crate::insights::facts::scope::Subject> {
        let said = self.words.iter().any(|word| clause.span.contains(&word.span.start) && word.text == "respectively");
        let (subjects, _) = named.subjects(self.view);
        let at = clause.figures.iter().position(|other| *other == place)?;
        (said && subjects.len() == clause.figures.len()).then(|| subjects.get(at).cloned()).flatten()
    }
}
