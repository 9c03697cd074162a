//! Why a question is not planned.

/// The kinds of refusal. Stable: clients may rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// There is no table to ask.
    NoTable,
    /// Several tables could answer, and the question names none.
    AmbiguousTable,
    /// It takes more than one table.
    SeveralTables,
    /// A word may mean more than one column, or a column is needed and none is named.
    AmbiguousColumn,
    /// A value stands in more than one column.
    AmbiguousValue,
    /// What to compute is not said, or cannot be computed.
    UnknownMeasure,
    /// A word is not known, or its place in the question is not understood.
    UnknownWord,
    /// A time is asked for, and the table has none.
    NoDate,
    /// It asks nothing, or asks to change something.
    NotAQuestion,
    /// It asks why.
    Cause,
    /// It asks what will be.
    Forecast,
    /// It compares or asks how something has changed.
    Change,
    /// It takes more than one step, or statistics beyond what is planned here.
    Unsupported,
    /// It is not in English.
    Language,
    /// It is longer than 500 characters.
    TooLong,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 15] = [
        Self::NoTable,
        Self::AmbiguousTable,
        Self::SeveralTables,
        Self::AmbiguousColumn,
        Self::AmbiguousValue,
        Self::UnknownMeasure,
        Self::UnknownWord,
        Self::NoDate,
        Self::NotAQuestion,
        Self::Cause,
        Self::Forecast,
        Self::Change,
        Self::Unsupported,
        Self::Language,
        Self::TooLong,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoTable => "NO_TABLE",
            Self::AmbiguousTable => "AMBIGUOUS_TABLE",
            Self::SeveralTables => "SEVERAL_TABLES",
            Self::AmbiguousColumn => "AMBIGUOUS_COLUMN",
            Self::AmbiguousValue => "AMBIGUOUS_VALUE",
            Self::UnknownMeasure => "UNKNOWN_MEASURE",
            Self::UnknownWord => "UNKNOWN_WORD",
            Self::NoDate => "NO_DATE",
            Self::NotAQuestion => "NOT_A_QUESTION",
            Self::Cause => "CAUSE",
            Self::Forecast => "FORECAST",
            Self::Change => "CHANGE",
            Self::Unsupported => "UNSUPPORTED",
            Self::Language => "LANGUAGE",
            Self::TooLong => "TOO_LONG",
        }
    }
}

/// A question that is not planned, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    pub reason: Reason,
    /// A sentence for whoever asked. It may quote the question.
    pub message: String,
    /// Questions that would work, up to five; none when there is nothing to ask.
    pub suggestions: Vec<String>,
}

/// What a rule says of a question that it cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct No {
    pub reason: Reason,
    pub message: String,
    /// Those of the question that nothing is known of, in small letters.
    pub words: Vec<String>,
}

impl No {
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), words: Vec::new() }
    }

    /// As [`Self::new`], in the form that rules return.
    pub fn err<T>(reason: Reason, message: impl Into<String>) -> Result<T, Self> {
        Err(Self::new(reason, message))
    }
}

/// Names as a sentence lists them: `net, quantity and discount`.
pub(super) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [before @ .., last] => {
            let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", before.join(", "), last.as_ref())
        }
    }
}
