//! Labels and columns of a result that a text names.

use std::collections::HashMap;
use std::ops::Range;

use super::words::{Word, singular};
use crate::insights::facts::field::Role;
use crate::insights::facts::view::View;

/// Ends of words that are tried for one name.
const NAME_WORDS: usize = 16;
/// Bytes of the longest name that is looked for.
const NAME_BYTES: usize = 200;
/// Labels that are everyday words: they are names only when something says so.
const COMMON: [&str; 40] = [
    "a", "i", "an", "in", "on", "at", "no", "yes", "or", "us", "it", "is", "he", "the", "all", "other", "others",
    "total", "none", "true", "false", "high", "low", "new", "old", "may", "and", "of", "to", "as", "by", "be", "we",
    "not", "for", "with", "up", "down", "more", "less",
];
/// Words that may follow a name that is an everyday word.
const VERBS: [&str; 18] = [
    "is", "was", "has", "had", "sold", "made", "makes", "leads", "accounts", "rose", "fell", "and", "with", "grew",
    "ranks", "stands", "led", "follows",
];
/// Words of columns that tell nothing apart.
const GENERIC: [&str; 22] = [
    "id", "name", "total", "sum", "count", "number", "average", "max", "min", "amount", "value", "pct", "percent",
    "rate", "of", "in", "per", "by", "the", "share", "change", "median",
];

/// A value of a label within a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    pub span: Range<usize>,
    pub column: usize,
    pub name: String,
    pub rows: Vec<usize>,
}

/// What a text names.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    pub labels: Vec<Label>,
    /// Columns, of any role.
    pub columns: Vec<(Range<usize>, usize)>,
    /// Where a column may be meant: by one word of several, or behind "per".
    pub weak: Vec<Range<usize>>,
}

#[derive(Default)]
struct Entry {
    labels: Vec<(usize, String, Vec<usize>)>,
    columns: Vec<usize>,
}

impl Mentions {
    /// What `text` names of `view`.
    #[must_use]
    pub fn read(text: &str, words: &[Word], view: &View) -> Self {
        let index = index(view);
        let mut found = Self::default();
        let mut at = 0;
        while let Some(start) = next_start(text, at) {
            at = match longest(text, start, &index, &found, view) {
                Some((end, entry)) => {
                    for (column, name, rows) in &entry.labels {
                        found.labels.push(Label {
                            span: start..end,
                            column: *column,
                            name: name.clone(),
                            rows: rows.clone(),
                        });
                    }
                    found.columns.extend(entry.columns.iter().map(|column| (start..end, *column)));
                    end
                }
                None => text
                    .get(start..)
                    .and_then(|rest| rest.find(|c: char| !c.is_alphanumeric()))
                    .map_or(text.len(), |length| start + length),
            };
        }
        found.loosely(words, view);
        found
    }

    /// Spans in which no figure and no hint is looked for.
    #[must_use]
    pub fn masks(&self) -> Vec<Range<usize>> {
        let labels = self.labels.iter().map(|label| label.span.clone());
        labels.chain(self.columns.iter().map(|(span, _)| span.clone())).collect()
    }

    /// Columns named in other words: in the plural, by some of their words, or by one that no other column has.
    fn loosely(&mut self, words: &[Word], view: &View) {
        let masks = self.masks();
        let is_free = |word: &Word| !masks.iter().any(|mask| mask.start < word.span.end && word.span.start < mask.end);
        let singles: Vec<Option<String>> = words.iter().map(|word| is_free(word).then(|| normal(&word.text))).collect();
        let mut place = 0;
        while place < singles.len() {
            let rest = singles.get(place..).unwrap_or(&[]);
            let whole = view.fields.iter().enumerate().filter_map(|(column, field)| {
                let length = field.words.len();
                let is_named = length > 0
                    && rest.len() >= length
                    && field.words.iter().zip(rest).all(|(one, other)| other.as_ref() == Some(one));
                is_named.then_some((length, column))
            });
            let found = whole.max_by_key(|(length, _)| *length).or_else(|| alone(rest.first()?.as_deref()?, view));
            match found {
                Some((length, column)) => {
                    let (first, last) = (words.get(place), words.get(place + length - 1));
                    if let (Some(first), Some(last)) = (first, last) {
                        let span = first.span.start..last.span.end;
                        let is_whole = view.field(column).is_some_and(|field| field.words.len() == length);
                        let before = place.checked_sub(1).and_then(|place| words.get(place));
                        if !is_whole || before.is_some_and(|word| word.text == "per") {
                            self.weak.push(span.clone());
                        }
                        self.columns.push((span, column));
                    }
                    place += length;
                }
                None => place += 1,
            }
        }
        self.columns.sort_by_key(|(span, _)| span.start);
    }
}

fn normal(word: &str) -> String {
    match singular(word).as_str() {
        "avg" => "average".to_owned(),
        "qty" => "quantity".to_owned(),
        word => word.to_owned(),
    }
}

/// A word that one column alone has.
fn alone(word: &str, view: &View) -> Option<(usize, usize)> {
    if word.len() < 3 || GENERIC.contains(&word) {
        return None;
    }
    let mut having = view.fields.iter().enumerate().filter(|(_, field)| field.words.iter().any(|other| other == word));
    let (column, _) = having.next()?;
    having.next().is_none().then_some((1, column))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn index(view: &View) -> HashMap<String, Entry> {
    let mut index: HashMap<String, Entry> = HashMap::new();
    for (column, field) in view.fields.iter().enumerate() {
        if field.role == Role::Label {
            for (name, rows) in view.groups(column) {
                let core = name.trim_matches(|c: char| !c.is_alphanumeric());
                if !core.is_empty() && core.len() <= NAME_BYTES {
                    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                    index.entry(folded(core)).or_default().labels.push((column, name, rows));
                }
            }
        }
        // `is_active` is true of what is "active".
        if let Some((first, rest)) = field.words.split_first() {
            let rows =
                view.groups(column).into_iter().find(|(name, _)| name == "true" && first == "is" && !rest.is_empty());
            if let Some((_, rows)) = rows {
                index.entry(rest.join(" ")).or_default().labels.push((column, rest.join(" "), rows));
            }
        }
        // Names with figures in them are read here; those in words are found word by word.
        if field.name.contains(|c: char| c.is_ascii_digit()) {
            for said in [field.said(), field.name.clone()] {
                let entry = index.entry(folded(&said)).or_default();
                if !entry.columns.contains(&column) {
                    entry.columns.push(column);
                }
            }
        }
    }
    index
}

/// Where the next word or number begins.
fn next_start(text: &str, from: usize) -> Option<usize> {
    let mut before = text.get(..from)?.chars().next_back();
    for (at, c) in text.get(from..)?.char_indices() {
        if c.is_alphanumeric() && !before.is_some_and(char::is_alphanumeric) {
            return Some(from + at);
        }
        before = Some(c);
    }
    None
}

/// The longest name that begins here.
fn longest<'a>(
    text: &str,
    start: usize,
    index: &'a HashMap<String, Entry>,
    found: &Mentions,
    view: &View,
) -> Option<(usize, &'a Entry)> {
    let rest = text.get(start..)?;
    let mut ends = Vec::new();
    let mut before = false;
    for (at, c) in rest.char_indices().chain([(rest.len(), ' ')]) {
        if before && !c.is_alphanumeric() {
            ends.push(at);
        }
        before = c.is_alphanumeric();
        if ends.len() == NAME_WORDS || at > NAME_BYTES {
            break;
        }
    }
    ends.into_iter().rev().find_map(|end| {
        let name = rest.get(..end)?;
        let entry = index.get(&folded(name))?;
        is_meant(text, start, name, entry, found, view).then_some((start + end, entry))
    })
}

/// Whether a name is meant, where it could be an everyday word or a number.
fn is_meant(text: &str, start: usize, name: &str, entry: &Entry, found: &Mentions, view: &View) -> bool {
    if entry.labels.is_empty() {
        return true;
    }
    let before: String = text.get(..start).unwrap_or("").to_lowercase();
    let before = before.trim_end_matches([' ', '#', '"', '“', '\'', '\u{a0}']);
    let introduced = || {
        let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
        let fields = entry.labels.iter().filter_map(|(column, _, _)| view.field(*column));
        let mut words = fields.flat_map(|field| field.words.iter());
        words.any(|own| *own == normal(word)) || word == "no"
    };
    if !name.contains(char::is_alphabetic) {
        // `store 101`; more of the kind may follow: `stores 101 and 102`.
        let follows = found.labels.last().is_some_and(|last| {
            let between = text.get(last.span.end..start).unwrap_or("").trim();
            !last.name.contains(char::is_alphabetic) && matches!(between, "," | "and" | "or" | ", and")
        });
        return introduced() || follows;
    }
    if name.chars().count() > 1 && !COMMON.contains(&name.to_lowercase().as_str()) {
        return true;
    }
    let is_exact = entry.labels.iter().any(|(_, label, _)| label.trim_matches(|c: char| !c.is_alphanumeric()) == name);
    let rest = text.get(start + name.len()..).unwrap_or("");
    let next = rest.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    let opens = rest.trim_start().starts_with(['(', ',', ':', '"', '”']) || VERBS.contains(&next);
    let quoted = text.get(..start).is_some_and(|head| head.ends_with(['"', '“']));
    is_exact && (introduced() || quoted || (name.starts_with(char::is_uppercase) && opens))
}
