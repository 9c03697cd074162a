//! Words that say what a figure is: a total, a share, a rise.

/// A set of hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cues(u32);

impl Cues {
    pub const NONE: Self = Self(0);
    pub const TOTAL: Self = Self(1);
    pub const AVERAGE: Self = Self(1 << 1);
    pub const MEDIAN: Self = Self(1 << 2);
    pub const MAX: Self = Self(1 << 3);
    pub const MIN: Self = Self(1 << 4);
    /// The distance from the least to the greatest.
    pub const SPREAD: Self = Self(1 << 5);
    pub const SHARE: Self = Self(1 << 6);
    pub const UP: Self = Self(1 << 7);
    pub const DOWN: Self = Self(1 << 8);
    /// Something is held against something else.
    pub const CHANGE: Self = Self(1 << 9);
    /// What follows is what it is held against.
    pub const THAN: Self = Self(1 << 10);
    pub const ABOVE: Self = Self(1 << 11);
    pub const BELOW: Self = Self(1 << 12);
    pub const MISSING: Self = Self(1 << 13);
    /// Some of the greatest.
    pub const TOP: Self = Self(1 << 14);
    pub const REST: Self = Self(1 << 15);
    pub const PER: Self = Self(1 << 16);
    pub const OF: Self = Self(1 << 17);
    pub const NOT: Self = Self(1 << 18);
    pub const BOTTOM: Self = Self(1 << 19);
    /// Rows, records, entries.
    pub const ROWS: Self = Self(1 << 20);
    /// Values of a column that differ.
    pub const DISTINCT: Self = Self(1 << 21);

    /// What follows is where something began.
    pub const SINCE: Self = Self(1 << 22);

    /// "No", which may deny rows or numbers.
    pub const NO: Self = Self(1 << 23);

    /// What a column is summed up to.
    pub const AGGREGATES: Self =
        Self(Self::TOTAL.0 | Self::AVERAGE.0 | Self::MEDIAN.0 | Self::MAX.0 | Self::MIN.0 | Self::SPREAD.0);
    /// One thing held against another.
    pub const CHANGES: Self = Self(Self::UP.0 | Self::DOWN.0 | Self::CHANGE.0 | Self::THAN.0 | Self::SPREAD.0);

    /// Whether any of `other` is in it.
    #[must_use]
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What a word hints at, in small letters.
    #[must_use]
    pub fn of(word: &str) -> Self {
        WORDS.iter().filter(|(words, _)| words.contains(&word)).fold(Self::NONE, |cues, (_, cue)| cues.with(*cue))
    }
}

/// Words and what they hint at; a word may be in several lines.
const WORDS: &[(&[&str], Cues)] = &[
    (
        &[
            "total",
            "totals",
            "totaled",
            "totalled",
            "totaling",
            "totalling",
            "sum",
            "sums",
            "summed",
            "altogether",
            "overall",
            "combined",
            "aggregate",
            "together",
            "jointly",
        ],
        Cues::TOTAL,
    ),
    (&["average", "averages", "averaged", "averaging", "mean", "avg"], Cues::AVERAGE),
    (&["median", "typical", "typically"], Cues::MEDIAN),
    (
        &[
            "highest",
            "largest",
            "biggest",
            "greatest",
            "maximum",
            "max",
            "peak",
            "peaked",
            "peaks",
            "leads",
            "led",
            "most",
            "strongest",
            "high",
            "leader",
            "leading",
            "best",
            "top",
            "tops",
            "topped",
        ],
        Cues::MAX,
    ),
    (
        &[
            "lowest", "smallest", "minimum", "min", "fewest", "least", "trough", "low", "weakest", "worst", "bottom",
            "bottomed",
        ],
        Cues::MIN,
    ),
    (&["top", "largest", "biggest", "highest", "greatest", "leading", "best", "strongest"], Cues::TOP),
    (&["bottom", "smallest", "lowest", "fewest", "weakest", "worst"], Cues::BOTTOM),
    (&["range", "ranges", "ranged", "ranging", "spread", "between"], Cues::SPREAD),
    (
        &[
            "share",
            "shares",
            "account",
            "accounts",
            "accounted",
            "accounting",
            "make",
            "makes",
            "made",
            "contribute",
            "contributes",
            "contributed",
            "contributing",
            "represent",
            "represents",
            "represented",
            "comprise",
            "comprises",
            "comprised",
            "proportion",
            "portion",
            "percentage",
            "fraction",
            "generate",
            "generated",
            "generates",
        ],
        Cues::SHARE,
    ),
    (
        &[
            "rose",
            "rise",
            "rises",
            "risen",
            "rising",
            "increase",
            "increased",
            "increases",
            "increasing",
            "grew",
            "grow",
            "grows",
            "grown",
            "growing",
            "growth",
            "up",
            "gain",
            "gained",
            "gains",
            "climb",
            "climbed",
            "climbs",
            "climbing",
            "jump",
            "jumped",
            "jumps",
            "surge",
            "surged",
            "soared",
            "more",
            "higher",
            "bigger",
            "larger",
            "greater",
            "exceeds",
            "exceeded",
            "exceed",
            "exceeding",
            "above",
            "ahead",
            "upward",
            "added",
            "adds",
            "upwards",
        ],
        Cues::UP,
    ),
    (
        &[
            "fell",
            "fall",
            "falls",
            "fallen",
            "falling",
            "decline",
            "declined",
            "declines",
            "declining",
            "decrease",
            "decreased",
            "decreases",
            "decreasing",
            "drop",
            "dropped",
            "drops",
            "dropping",
            "down",
            "shrank",
            "shrink",
            "shrunk",
            "shrinks",
            "lower",
            "less",
            "fewer",
            "smaller",
            "below",
            "behind",
            "slipped",
            "slip",
            "slumped",
            "plunged",
            "sank",
            "downward",
            "lost",
            "loses",
            "downwards",
            "dip",
            "dipped",
            "halved",
        ],
        Cues::DOWN,
    ),
    (
        &[
            "change",
            "changed",
            "changes",
            "difference",
            "differ",
            "differs",
            "differed",
            "differences",
            "gap",
            "compared",
            "comparison",
            "versus",
            "vs",
            "relative",
            "against",
            "times",
            "twice",
            "double",
            "doubled",
            "tripled",
            "apart",
        ],
        Cues::CHANGE,
    ),
    (&["than", "versus", "vs", "compared", "relative", "against", "behind", "ahead"], Cues::THAN),
    (&["above", "exceed", "exceeds", "exceeded"], Cues::ABOVE),
    (&["below", "under", "beneath"], Cues::BELOW),
    (
        &["missing", "null", "nulls", "empty", "blank", "unknown", "lack", "lacks", "absent", "gap", "gaps"],
        Cues::MISSING,
    ),
    (&["rest", "remaining", "remainder", "other", "others"], Cues::REST),
    (&["per", "ratio", "each", "rate", "margin"], Cues::PER),
    (&["of", "many", "much"], Cues::OF),
    (&["since"], Cues::SINCE),
    (&["no", "without"], Cues::NO),
    (&["not", "never", "isn", "wasn", "aren", "weren", "neither", "nor", "hardly"], Cues::NOT),
    (
        &["row", "rows", "record", "records", "entry", "entries", "line", "lines", "observation", "observations"],
        Cues::ROWS,
    ),
    (&["different", "distinct", "unique", "values"], Cues::DISTINCT),
];

/// Which way something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    /// Nothing when both are there, or neither.
    #[must_use]
    pub fn of(cues: Cues) -> Option<Self> {
        match (cues.has(Cues::UP), cues.has(Cues::DOWN)) {
            (true, false) => Some(Self::Up),
            (false, true) => Some(Self::Down),
            _ => None,
        }
    }

    /// Whether a change went this way.
    #[must_use]
    pub fn is_of(self, change: f64) -> bool {
        match self {
            Self::Up => change > 0.0,
            Self::Down => change < 0.0,
        }
    }
}
