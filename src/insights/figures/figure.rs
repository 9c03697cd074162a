//! What a figure says, and which facts it admits.

use std::ops::Range;

use super::moment::Moment;

/// How far "about" reaches, as a part of the value.
const ABOUT: f64 = 0.05;
/// How far a fact may be beyond "more than" or below "less than" before that misleads.
const BEYOND: f64 = 0.2;
/// The same for multiples: nobody says "more than doubled" of what tripled.
const BEYOND_MULTIPLE: f64 = 0.5;
/// What sums of doubles may be off, as a part of the value.
const NOISE: f64 = 1e-9;

/// How decimals are written; the other mark groups thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DecimalMark {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

/// What a figure is a figure of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    /// With a sign or a word for a currency.
    Money,
    /// In percent: 50 is a half.
    Percent,
    /// Percentage points.
    Points,
    /// Times something: `2x`, "doubled", "halved".
    Multiple,
    /// A place in an order, from 1.
    Ordinal,
    Moment(Moment),
}

/// What stands before a figure and takes something from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hedge {
    None,
    About,
    /// A little less.
    Nearly,
    MoreThan,
    AtLeast,
    LessThan,
    AtMost,
}

/// How well a fact bears a figure out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exactness {
    Exact,
    /// To the digits that are given.
    Rounded,
    /// As far as a word such as "about" or "half" claims.
    Approximate,
}

/// A figure in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// In bytes, without the words that hedge it.
    pub span: Range<usize>,
    /// Where the words that hedge it begin; the start of the span without any.
    pub from: usize,
    pub kind: Kind,
    /// With its sign; 0 for times.
    pub value: f64,
    /// Half of the last digit's worth: 12.3 claims 0.05 to either side.
    pub tolerance: f64,
    pub hedge: Hedge,
    /// Whether a sign is written.
    pub is_signed: bool,
    /// Whether it is a word, as "half" or "four".
    pub is_word: bool,
}

impl Figure {
    /// The time, if it is one.
    #[must_use]
    pub fn moment(&self) -> Option<Moment> {
        match self.kind {
            Kind::Moment(moment) => Some(moment),
            _ => None,
        }
    }

    /// Whether it may be a count: whole, not negative, of nothing but things.
    #[must_use]
    pub fn is_count(&self) -> bool {
        // "3.0" is measured, not counted.
        let is_whole = self.value.fract().abs() < f64::EPSILON && self.tolerance >= 0.5;
        self.kind == Kind::Number && self.value >= 0.0 && is_whole
    }

    /// How well `fact` bears it out, if it does. Signs count.
    #[must_use]
    pub fn admits(&self, fact: f64) -> Option<Exactness> {
        if !fact.is_finite() {
            return None;
        }
        let noise = NOISE * self.value.abs().max(fact.abs());
        let off = (fact - self.value).abs();
        let beyond = if self.kind == Kind::Multiple { BEYOND_MULTIPLE } else { BEYOND };
        // By magnitude: "more than -5 %" does not occur.
        let (size, fact_size) = (self.value.abs(), if self.value < 0.0 { -fact } else { fact });
        let reach = (self.tolerance).max(size * ABOUT);
        let is_so = match self.hedge {
            Hedge::None => off <= self.tolerance + noise,
            Hedge::About => off <= reach + noise,
            Hedge::Nearly => fact_size <= size + noise && off <= reach + noise,
            Hedge::MoreThan => fact_size > size + noise && off <= size * beyond + noise,
            Hedge::AtLeast => fact_size >= size - noise && off <= size * beyond + noise,
            Hedge::LessThan => fact_size < size - noise && off <= size * beyond + noise,
            Hedge::AtMost => fact_size <= size + noise && off <= size * beyond + noise,
        };
        let fuzzy = self.hedge != Hedge::None || (self.is_word && off > noise);
        is_so.then_some(match off <= noise {
            _ if fuzzy => Exactness::Approximate,
            true => Exactness::Exact,
            false => Exactness::Rounded,
        })
    }

    /// How likely one fact of this size would bear it out by chance, from 0 to 1.
    #[must_use]
    pub fn chance(&self) -> f64 {
        let size = self.value.abs();
        let width = match self.hedge {
            Hedge::None => 2.0 * self.tolerance,
            Hedge::About => 2.0 * size * ABOUT,
            Hedge::Nearly => size * ABOUT,
            _ => size * BEYOND,
        };
        if size > 0.0 { (width / size).min(1.0) } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, tolerance: f64, hedge: Hedge) -> Figure {
        let (kind, is_signed, is_word) = (Kind::Number, false, false);
        Figure { span: 0..1, from: 0, kind, value, tolerance, hedge, is_signed, is_word }
    }

    #[test]
    fn a_figure_claims_its_digits() {
        let plain = figure(12.3, 0.05, Hedge::None);
        assert_eq!(plain.admits(12.3), Some(Exactness::Exact));
        assert_eq!(plain.admits(12.349), Some(Exactness::Rounded));
        assert_eq!(plain.admits(12.25), Some(Exactness::Rounded));
        assert_eq!(plain.admits(12.36), None);
        assert_eq!(plain.admits(-12.3), None);
        assert_eq!(plain.admits(f64::NAN), None);
    }

    #[test]
    fn hedges_reach_one_way_or_both() {
        let hedged = |hedge, fact| figure(100.0, 0.5, hedge).admits(fact).is_some();
        assert!(hedged(Hedge::About, 104.0) && hedged(Hedge::About, 96.0) && !hedged(Hedge::About, 106.0));
        assert!(hedged(Hedge::Nearly, 97.0) && !hedged(Hedge::Nearly, 101.0));
        assert!(hedged(Hedge::MoreThan, 104.0) && !hedged(Hedge::MoreThan, 100.0) && !hedged(Hedge::MoreThan, 130.0));
        assert!(hedged(Hedge::AtLeast, 100.0) && hedged(Hedge::AtMost, 100.0) && !hedged(Hedge::LessThan, 100.0));
    }
}
