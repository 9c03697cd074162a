//! The search for a fact that bears one figure out.

use crate::insights::figures::figure::{Exactness, Figure};
use crate::insights::reading::cues::Direction;

/// Likelihood of a chance match up to which a fact is believed that nothing in the sentence points to.
const CHANCE: f64 = 0.02;

/// A fact that bears the figure out.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub how: String,
    pub exactness: Exactness,
}

/// One figure, and what has been found for it.
pub struct Search<'a> {
    pub figure: &'a Figure,
    pub direction: Option<Direction>,
    /// Rows and pairs that may still be looked at, for all figures of a text.
    steps: &'a mut u64,
    tried: u64,
    hit: Option<Hit>,
    /// The fact that says the opposite.
    contrary: Option<String>,
    /// How far off the nearest fact is, as a part of the figure.
    nearest: Option<(f64, String)>,
}

impl<'a> Search<'a> {
    #[must_use]
    pub fn new(figure: &'a Figure, direction: Option<Direction>, steps: &'a mut u64) -> Self {
        Self { figure, direction, steps, tried: 0, hit: None, contrary: None, nearest: None }
    }

    /// Whether too much was looked at.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        *self.steps == 0
    }

    /// Whether a fact was found.
    #[must_use]
    pub fn has_hit(&self) -> bool {
        self.hit.is_some()
    }

    /// Takes so many steps; `false` when there are none left.
    pub fn spend(&mut self, steps: usize) -> bool {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        *self.steps = self.steps.saturating_sub(steps);
        *self.steps > 0
    }

    /// An amount, with its sign.
    pub fn offer(&mut self, fact: f64, how: impl FnOnce() -> String) {
        // What was found does not make the others less likely.
        self.count();
        if self.hit.is_some() || !fact.is_finite() {
            return;
        }
        match self.figure.admits(fact) {
            Some(exactness) => self.hit = Some(Hit { how: how(), exactness }),
            None => self.note(fact, how),
        }
    }

    /// A change: its sign is held against the figure's own, or else against what the sentence says.
    pub fn offer_change(&mut self, fact: f64, how: impl FnOnce() -> String) {
        self.count();
        if self.hit.is_some() || !fact.is_finite() {
            return;
        }
        if self.figure.is_signed {
            // "Fell by -12 %" says it twice.
            match self.figure.admits(fact) {
                Some(exactness) => self.hit = Some(Hit { how: how(), exactness }),
                None if self.figure.admits(-fact).is_some() => self.contrary = Some(how()),
                None => self.note(fact, how),
            }
            return;
        }
        match self.figure.admits(fact.abs()) {
            Some(_) if self.direction.is_some_and(|direction| fact != 0.0 && !direction.is_of(fact)) => {
                self.contrary = Some(how());
            }
            Some(exactness) => self.hit = Some(Hit { how: how(), exactness }),
            None => self.note(fact, how),
        }
    }

    /// Found without numbers.
    pub fn found(&mut self, how: String) {
        if self.hit.is_none() {
            self.hit = Some(Hit { how, exactness: Exactness::Exact });
        }
    }

    /// The opposite is so.
    pub fn contradict(&mut self, fact: String) {
        self.contrary.get_or_insert(fact);
    }

    /// Looks with another reading of the figure, and says what bears that out.
    pub fn with(&mut self, figure: &Figure, look: impl FnOnce(&mut Search<'_>)) -> Option<String> {
        let mut search = Search::new(figure, self.direction, &mut *self.steps);
        look(&mut search);
        search.hit.map(|hit| hit.how)
    }

    fn count(&mut self) {
        self.tried += 1;
        *self.steps = self.steps.saturating_sub(1);
    }

    fn note(&mut self, fact: f64, how: impl FnOnce() -> String) {
        let off = (fact - self.figure.value).abs() / self.figure.value.abs().max(f64::MIN_POSITIVE);
        if self.nearest.as_ref().is_none_or(|(nearest, _)| off < *nearest) {
            self.nearest = Some((off, how()));
        }
    }

    /// Begins with facts that the sentence does not point to: what was found before stays, and what is near does not count.
    pub fn guess(&mut self, look: impl FnOnce(&mut Search<'_>)) {
        let mut guesses = Search::new(self.figure, self.direction, &mut *self.steps);
        // Nothing nearer than this is worth a sentence.
        guesses.nearest = Some((-1.0, String::new()));
        look(&mut guesses);
        let (hit, tried) = (guesses.hit, guesses.tried);
        let chance = self.figure.chance() * f64::from(u32::try_from(tried).unwrap_or(u32::MAX));
        if self.hit.is_none() && self.contrary.is_none() && chance <= CHANCE {
            self.hit = hit;
        }
    }

    /// What was found, what contradicts it, and what is near.
    #[must_use]
    pub fn end(self) -> (Option<Hit>, Option<String>, Option<String>) {
        (self.hit, self.contrary, self.nearest.map(|(_, how)| how))
    }
}
