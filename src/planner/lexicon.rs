//! What the words of a table and of the glossary mean.

use std::collections::{HashMap, HashSet};

use super::forms::{forms, may_stand_for, stems};
use super::schema::{Column, Table, Term};
use super::terms;
use super::times::is_of_time_or_number;
use super::vocabulary;
use super::words::{Word, is_plain, split};
use crate::tabular::column::ColumnType;

/// Words of the longest phrase that is looked for.
const LONGEST: usize = 6;

/// How directly a phrase names something; the lower, the better. Only what is named best counts.
pub(super) mod rank {
    /// Its name or its header.
    pub const NAME: u8 = 0;
    /// A term of the glossary.
    pub const TERM: u8 = 1;
    /// A form of its name: `hired` for `hired_on`.
    pub const FORM: u8 = 2;
    /// One of its values.
    pub const VALUE: u8 = 3;
    /// A word of its name.
    pub const PART: u8 = 4;
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Meaning {
    Table,
    Column(usize),
    Value(usize, String),
    /// An expression.
    Term(usize),
    /// A term that cannot be computed.
    Undefined(usize),
}

#[derive(Debug)]
struct Phrase {
    stems: Vec<String>,
    /// In small letters, with single spaces.
    low: String,
    meaning: Meaning,
    rank: u8,
}

/// All that some words may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Thing {
    pub is_table: bool,
    /// All named equally well.
    pub columns: Vec<usize>,
    /// How well.
    pub rank: u8,
    /// Columns and their values.
    pub values: Vec<(usize, String)>,
    pub term: Option<usize>,
    pub undefined: Option<usize>,
}

/// What some words mean, how many they are, and values that they may only mean beside the name of their column.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub thing: Option<Thing>,
    pub weak: Vec<(usize, String)>,
    pub words: usize,
}

/// The phrases of a table.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    by_first: HashMap<String, Vec<Phrase>>,
    stems: HashSet<String>,
    /// The stems of values.
    of_values: HashSet<String>,
    /// What is there already, and how well it is named.
    known: HashMap<(Vec<String>, Meaning), u8>,
}

impl Lexicon {
    pub fn new(table: &Table, glossary: &[Term]) -> Self {
        let mut lexicon = Self::default();
        let named = stems(&table.name);
        lexicon.add(named.clone(), Meaning::Table, rank::NAME);
        if named.len() > 1 {
            lexicon.add(named.last().cloned().into_iter().collect(), Meaning::Table, rank::FORM);
        }
        for word in ["row", "record"] {
            lexicon.add(vec![word.to_owned()], Meaning::Table, rank::VALUE);
        }
        for (index, column) in table.columns.iter().enumerate() {
            lexicon.add_column(index, column, &named);
        }
        let columns: Vec<Vec<String>> = table.columns.iter().map(|column| stems(&column.name)).collect();
        for (index, term) in glossary.iter().enumerate() {
            lexicon.add_term(index, term, table, &named, &columns);
        }
        lexicon
    }

    fn add_column(&mut self, index: usize, column: &Column, table: &[String]) {
        let meaning = Meaning::Column(index);
        let named = stems(&column.name);
        let headed = stems(&column.header);
        for form in forms(&named, column.kind, table) {
            self.add(form, meaning.clone(), rank::FORM);
        }
        for name in [&named, &headed] {
            for part in name.iter().filter(|part| name.len() > 1 && may_stand_for(part)) {
                self.add(vec![part.clone()], meaning.clone(), rank::PART);
            }
        }
        self.add(named, meaning.clone(), rank::NAME);
        self.add(headed, meaning, rank::NAME);
        if column.kind == ColumnType::Text {
            for value in column.samples.iter().filter(|value| is_plain(value)) {
                let words = split(value);
                self.of_values.extend(words.iter().map(|word| word.stem.clone()));
                let low = words.iter().map(|word| word.low.as_str()).collect::<Vec<_>>().join(" ");
                let stems = words.into_iter().map(|word| word.stem).collect();
                self.push(Phrase { stems, low, meaning: Meaning::Value(index, value.clone()), rank: rank::VALUE });
            }
        }
    }

    /// A term that is another name for a column or the table means that; one without an expression may be such a name itself.
    fn add_term(&mut self, index: usize, term: &Term, table: &Table, named: &[String], columns: &[Vec<String>]) {
        let wanted = term.expression.as_deref().unwrap_or(&term.term).trim();
        let is_name = !wanted.contains(['(', '*', '/', '+', ' ']);
        let wanted = if is_name { stems(wanted) } else { Vec::new() };
        let meaning = if let Some(column) = columns.iter().position(|column| is_name && *column == wanted) {
            Meaning::Column(column)
        } else if is_name && named == wanted {
            Meaning::Table
        } else {
            match &term.expression {
                None => Meaning::Undefined(index),
                Some(expression) if terms::fits(expression, table) => Meaning::Term(index),
                Some(_) => return,
            }
        };
        for name in [&term.term].into_iter().chain(&term.synonyms) {
            self.add(stems(name), meaning.clone(), rank::TERM);
        }
    }

    fn add(&mut self, stems: Vec<String>, meaning: Meaning, rank: u8) {
        let low = stems.join(" ");
        self.push(Phrase { stems, low, meaning, rank });
    }

    fn push(&mut self, phrase: Phrase) {
        let Some(first) = phrase.stems.first() else { return };
        if phrase.stems.len() > LONGEST {
            return;
        }
        self.stems.extend(phrase.stems.iter().cloned());
        let best = self.known.entry((phrase.stems.clone(), phrase.meaning.clone())).or_insert(u8::MAX);
        if phrase.rank < *best {
            *best = phrase.rank;
            self.by_first.entry(first.clone()).or_default().push(phrase);
        }
    }

    /// Whether some phrase has the word.
    pub fn has(&self, stem: &str) -> bool {
        self.stems.contains(stem)
    }

    /// All words of phrases, or of values alone.
    pub fn stems(&self, of_values: bool) -> impl Iterator<Item = &str> {
        let stems = if of_values { &self.of_values } else { &self.stems };
        stems.iter().map(String::as_str)
    }

    /// The most words from `at` on that mean something.
    pub fn find(&self, words: &[Word], at: usize) -> Found {
        let Some(first) = words.get(at) else { return Found::default() };
        if first.is_quoted {
            return self.quoted(&first.low);
        }
        let fits = |phrase: &&Phrase| {
            let here = words.iter().skip(at).take(phrase.stems.len());
            here.len() == phrase.stems.len()
                && here.zip(&phrase.stems).all(|(word, stem)| !word.is_quoted && word.stem == *stem)
        };
        let fitting: Vec<&Phrase> = self.by_first.get(&first.stem).into_iter().flatten().filter(fits).collect();
        let Some(length) = fitting.iter().map(|phrase| phrase.stems.len()).max() else { return Found::default() };
        let low = words.iter().skip(at).take(length).map(|word| word.low.as_str()).collect::<Vec<_>>().join(" ");
        found(fitting.into_iter().filter(|phrase| phrase.stems.len() == length), &low, length)
    }

    /// What stands in quotes is a value, whatever else its words mean.
    fn quoted(&self, low: &str) -> Found {
        let words = split(low);
        let first = words.first().map_or("", |word| word.stem.as_str());
        let low = words.iter().map(|word| word.low.as_str()).collect::<Vec<_>>().join(" ");
        let values: Vec<(usize, String)> = self
            .by_first
            .get(first)
            .into_iter()
            .flatten()
            .filter(|phrase| phrase.low == low)
            .filter_map(|phrase| match &phrase.meaning {
                Meaning::Value(column, value) => Some((*column, value.clone())),
                _ => None,
            })
            .collect();
        let thing = (!values.is_empty()).then(|| Thing { values, rank: rank::VALUE, ..Thing::default() });
        Found { thing, weak: Vec::new(), words: 1 }
    }
}

/// What phrases of the same words mean together.
fn found<'a>(phrases: impl Iterator<Item = &'a Phrase>, low: &str, length: usize) -> Found {
    let phrases: Vec<&Phrase> = phrases.collect();
    let best = phrases.iter().map(|phrase| phrase.rank).min().unwrap_or(rank::PART);
    let mut thing = Thing { rank: best, ..Thing::default() };
    let mut values: Vec<(usize, String, bool)> = Vec::new();
    for phrase in phrases {
        match &phrase.meaning {
            Meaning::Value(column, value) => values.push((*column, value.clone(), phrase.low == low)),
            _ if phrase.rank > best => {}
            Meaning::Table => thing.is_table = true,
            Meaning::Column(column) if !thing.columns.contains(column) => thing.columns.push(*column),
            Meaning::Column(_) => {}
            Meaning::Term(term) => thing.term = Some(*term),
            Meaning::Undefined(term) => thing.undefined = Some(*term),
        }
    }
    // A value as it is written leaves those out that are alike in the singular.
    if values.iter().any(|(.., is_exact)| *is_exact) {
        values.retain(|(.., is_exact)| *is_exact);
    }
    let values: Vec<(usize, String)> = values.into_iter().map(|(column, value, _)| (column, value)).collect();
    let is_word = length == 1 && (vocabulary::knows(low) || is_of_time_or_number(low));
    if best < rank::VALUE || is_word {
        let is_nothing = best >= rank::VALUE && !thing.is_table;
        return Found { thing: (!is_nothing).then_some(thing), weak: values, words: length };
    }
    Found { thing: Some(Thing { values, ..thing }), weak: Vec::new(), words: length }
}
