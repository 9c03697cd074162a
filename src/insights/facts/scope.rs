//! What a clause lets a figure be derived from: the rows and columns that it names, and the words around the figure.

use super::field::Role;
use super::stats::count;
use super::view::View;
use crate::insights::figures::figure::{Figure, Kind};
use crate::insights::figures::moment::{Moment, Step};
use crate::insights::reading::cues::Cues;

/// Rows that a clause names.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    pub name: String,
    pub rows: Vec<usize>,
    /// Where in the text it is named; what is named later may be what something is held against.
    pub at: usize,
    pub moment: Option<Moment>,
}

/// What is counted, by the words behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    Unknown,
    Rows,
    Column(usize),
    Time(Step),
}

/// Where the facts for one figure may come from.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that the words around a figure say")]
pub struct Scope<'a> {
    pub view: &'a View,
    /// What the clause names; empty when it names nothing.
    pub subjects: Vec<Subject>,
    /// What it names when less is put together: all of North, where North in March is meant.
    pub wider: Vec<Subject>,
    /// The measures that it names, or all.
    pub columns: Vec<usize>,
    pub has_columns: bool,
    /// What the words next to the figure say it is.
    pub local: Cues,
    /// What the whole clause says.
    pub cues: Cues,
    /// "of" or "out of" stands right before the figure.
    pub is_base: bool,
    /// "from" stands right before it.
    pub is_origin: bool,
    /// "from", "to" or "at" stands right before it: it is no difference.
    pub is_end: bool,
    pub noun: Noun,
    /// Right beside the figure stands a word such as "top": it says how many are looked at.
    pub is_choice: bool,
    /// Which way it went stands right beside the figure, and it is no part of anything.
    pub is_change: bool,
    /// Names that are listed right behind the figure.
    pub listed: Option<usize>,
    /// The other figures of the clause.
    pub others: Vec<Figure>,
    /// Labels that the clause names, by their columns.
    pub named: Vec<(usize, usize)>,
}

impl Scope<'_> {
    /// Every row, as a subject.
    #[must_use]
    pub fn everything(&self) -> Subject {
        Subject { name: "all rows".to_owned(), rows: self.view.all(), at: 0, moment: None }
    }

    /// The subjects, or everything when none is named.
    #[must_use]
    pub fn meant(&self) -> Vec<Subject> {
        if self.subjects.is_empty() { vec![self.everything()] } else { self.subjects.clone() }
    }

    /// Whether the words behind the figure say that rows, names or times are counted.
    #[must_use]
    pub fn is_count(&self) -> bool {
        match self.noun {
            Noun::Unknown => false,
            Noun::Rows | Noun::Time(_) => true,
            Noun::Column(column) => self.view.field(column).is_some_and(|field| field.role != Role::Measure),
        }
    }

    /// All that is named, once.
    #[must_use]
    pub fn union(&self) -> Option<Subject> {
        if self.subjects.len() < 2 {
            return None;
        }
        let mut rows: Vec<usize> = self.subjects.iter().flat_map(|subject| subject.rows.iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        let name = self.subjects.iter().map(|subject| subject.name.as_str()).collect::<Vec<_>>().join(" and ");
        Some(Subject { name, rows, at: 0, moment: None })
    }

    /// Two that are held against one another, the base second. Both ways where nothing says which is the base.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&Subject, &Subject)> {
        let mut pairs = Vec::new();
        for (place, one) in self.subjects.iter().enumerate() {
            for other in self.subjects.iter().skip(place + 1) {
                let pair = match (one.moment, other.moment) {
                    (Some(early), Some(late)) if early != late => {
                        if early < late {
                            (other, one)
                        } else {
                            (one, other)
                        }
                    }
                    _ if one.at <= other.at => (one, other),
                    _ => (other, one),
                };
                pairs.push(pair);
                if pair.0.moment == pair.1.moment && !self.cues.has(Cues::THAN) {
                    pairs.push((pair.1, pair.0));
                }
            }
        }
        pairs
    }

    /// How many of the greatest or least the clause is about, as in "the top 3".
    #[must_use]
    pub fn some(&self) -> Option<usize> {
        if !self.cues.has(Cues::TOP.with(Cues::BOTTOM)) && self.noun == Noun::Unknown && !self.counts_a_column() {
            return None;
        }
        let counts = self.others.iter().filter(|figure| figure.is_count() && figure.value >= 1.0);
        counts.map(|figure| figure.value).find_map(|value| (1..=self.view.rows).find(|k| count(*k) >= value))
    }

    fn counts_a_column(&self) -> bool {
        !self.named.is_empty() || !self.has_columns
    }

    /// The place in an order that the clause is about, as in "the second largest".
    #[must_use]
    pub fn place(&self) -> Option<usize> {
        let ordinal = self.others.iter().find(|figure| figure.kind == Kind::Ordinal)?;
        (1..=self.view.rows).find(|k| count(*k) >= ordinal.value)
    }
}
