//! The words around a figure.

use std::ops::Range;

use crate::insights::facts::scope::Noun;
use crate::insights::figures::figure::Figure;
use crate::insights::figures::moment::Step;
use crate::insights::reading::cues::{Cues, Direction};
use crate::insights::reading::words::{Word, singular};

/// Words that end the look for what is counted.
const PREPOSITIONS: [&str; 20] = [
    "per", "in", "for", "by", "from", "at", "on", "to", "than", "above", "below", "and", "each", "with", "over",
    "against", "while", "a", "an", "is",
];
/// Words behind a figure in which what is counted is looked for.
const NOUN_WORDS: usize = 3;

/// The neighbourhood of one figure within its clause.
pub struct Around<'a> {
    pub text: &'a str,
    /// Of the clause.
    pub clause: Range<usize>,
    pub figure: &'a Figure,
    /// All words of the text; those of names, figures and hedges have no cues.
    pub words: &'a [Word],
    /// Where the figure before it ends and the one behind it begins.
    pub between: Range<usize>,
}

impl<'a> Around<'a> {
    fn cues(&self, span: Range<usize>) -> Cues {
        let within = self.words.iter().filter(|word| span.start <= word.span.start && word.span.end <= span.end);
        within.fold(Cues::NONE, |cues, word| cues.with(word.cues))
    }

    /// What the words next to the figure say it is: those before it up to a comma, then those behind it, then those further on.
    pub fn local(&self) -> Cues {
        let (start, from, end) = (self.between.start, self.figure.from, self.between.end);
        let before = self.text.get(start..from).unwrap_or("");
        let near = before.rfind([',', ';', ':', '(']).map_or(start, |at| start + at);
        let after = self.text.get(self.figure.span.end..end).unwrap_or("");
        let far = after.find([',', ';', ':', ')']).map_or(end, |at| self.figure.span.end + at);
        let windows = [near..from, self.figure.span.end..far, start..from, self.figure.span.end..end];
        let found = windows.into_iter().map(|window| self.cues(window).only(Cues::AGGREGATES));
        found.into_iter().find(|cues| *cues != Cues::NONE).unwrap_or(Cues::NONE)
    }

    /// Which way it went: by the last word before the figure that says so, or one right behind it.
    pub fn direction(&self) -> Option<Direction> {
        let ways = |word: &&Word| Direction::of(word.cues).is_some();
        let mut before =
            self.words.iter().filter(|word| self.clause.start <= word.span.start && word.span.end <= self.figure.from);
        let after = self.behind().take(NOUN_WORDS);
        // "12 % lower" says it more clearly than what came before.
        let comparing = after.clone().find(|word| word.cues.has(Cues::CHANGES) && ways(word));
        let word = comparing.or_else(|| before.rfind(ways))?;
        Direction::of(word.cues)
    }

    fn behind(&self) -> impl Iterator<Item = &'a Word> + Clone {
        let (words, end) = (self.words, self.between.end);
        let rest = self.text.get(self.figure.span.end..end).unwrap_or("");
        let end = rest.find([',', ';', ':', '.', '(']).map_or(end, |at| self.figure.span.end + at);
        let start = self.figure.span.end;
        words.iter().filter(move |word| start <= word.span.start && word.span.end <= end)
    }

    /// Whether "rose", "fell" or the like stands between the figure before and this one or right behind it, and no "of" makes it a part.
    pub fn is_change(&self) -> bool {
        let is_part = self.behind().next().is_some_and(|word| word.text == "of");
        let before = self.cues(self.between.start..self.figure.from);
        let after = self.behind().take(NOUN_WORDS).fold(Cues::NONE, |cues, word| cues.with(word.cues));
        !is_part && !before.has(Cues::SHARE) && before.with(after).has(Cues::UP.with(Cues::DOWN))
    }

    /// What the figure counts.
    pub fn noun(&self, columns: &[(Range<usize>, usize)]) -> Noun {
        // In "2 of the 3 rows" both count rows.
        let start = self.figure.span.end;
        let far = self.words.iter().filter(|word| start <= word.span.start && word.span.end <= self.clause.end);
        let far: Vec<&Word> = far.take(NOUN_WORDS + 2).collect();
        let rest = self.text.get(start..).unwrap_or("");
        let is_part = rest.starts_with(" of ") || rest.starts_with(" out of ");
        let near: Vec<&Word> = self.behind().take(NOUN_WORDS).collect();
        for word in if is_part && near.len() <= 3 { far } else { near } {
            if PREPOSITIONS.contains(&word.text.as_str()) {
                break;
            }
            match singular(&word.text).as_str() {
                "month" => return Noun::Time(Step::Month),
                "year" => return Noun::Time(Step::Year),
                "quarter" => return Noun::Time(Step::Quarter),
                "day" => return Noun::Time(Step::Day),
                _ => {}
            }
            if word.cues.has(Cues::ROWS) {
                return Noun::Rows;
            }
            let named = columns.iter().find(|(span, _)| span.start <= word.span.start && word.span.end <= span.end);
            if let Some((_, column)) = named {
                return Noun::Column(*column);
            }
        }
        Noun::Unknown
    }

    /// Whether "top" or the like stands right beside it.
    pub fn is_choice(&self) -> bool {
        let chooses = |word: Option<&Word>, gap: Range<usize>| {
            word.is_some_and(|word| word.cues.has(Cues::TOP.with(Cues::BOTTOM)))
                && self.text.get(gap).is_some_and(|gap| gap.trim().is_empty())
        };
        let place = self.words.partition_point(|word| word.span.end <= self.figure.from);
        let before = place.checked_sub(1).and_then(|place| self.words.get(place));
        let after = self.behind().next();
        before.is_some_and(|word| chooses(Some(word), word.span.end..self.figure.span.start))
            || after.is_some_and(|word| chooses(Some(word), self.figure.span.end..word.span.start))
    }

    /// Whether it is a whole of which a part was given: "3 of 12", "out of 12", "of the 12 …".
    pub fn is_base(&self, figures: &[Figure]) -> bool {
        let head = self.text.get(..self.figure.from).unwrap_or("").trim_end();
        let head = head.strip_suffix(" the").unwrap_or(head);
        let head = head.strip_suffix(" all").unwrap_or(head);
        let opens = |head: &str| head.trim_end().len() <= self.clause.start;
        if let Some(head) = head.strip_suffix("Of").or_else(|| head.strip_suffix("of")) {
            let head = head.trim_end();
            return opens(head) || head.ends_with("out") || figures.iter().any(|figure| figure.span.end == head.len());
        }
        false
    }

    /// Whether a word stands right before it.
    pub fn follows(&self, word: &str) -> bool {
        let head = self.text.get(..self.figure.from).unwrap_or("").trim_end();
        let head = head.strip_suffix(" the").unwrap_or(head);
        head.strip_suffix(word).is_some_and(|rest| rest.ends_with(|c: char| !c.is_alphanumeric()))
    }
}
