//! Why a statement is not run.

use sqlparser::tokenizer::Span;

/// The kinds of refusal. Stable: clients and prompts may rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    Empty,
    TooLong,
    TooComplex,
    InvalidCharacter,
    Unreadable,
    MultipleStatements,
    NotAQuery,
    IntoNotAllowed,
    LockingNotAllowed,
    RelationNotAllowed,
    TableFunctionNotAllowed,
    FunctionNotAllowed,
    ArgumentNotAllowed,
    TypeNotAllowed,
    OperatorNotAllowed,
    ClauseNotAllowed,
    ExpressionNotAllowed,
    LiteralNotAllowed,
    NameNotAllowed,
    ColumnNotAllowed,
    ParameterNotAllowed,
}

impl Code {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::TooLong => "TOO_LONG",
            Self::TooComplex => "TOO_COMPLEX",
            Self::InvalidCharacter => "INVALID_CHARACTER",
            Self::Unreadable => "UNREADABLE",
            Self::MultipleStatements => "MULTIPLE_STATEMENTS",
            Self::NotAQuery => "NOT_A_QUERY",
            Self::IntoNotAllowed => "INTO_NOT_ALLOWED",
            Self::LockingNotAllowed => "LOCKING_NOT_ALLOWED",
            Self::RelationNotAllowed => "RELATION_NOT_ALLOWED",
            Self::TableFunctionNotAllowed => "TABLE_FUNCTION_NOT_ALLOWED",
            Self::FunctionNotAllowed => "FUNCTION_NOT_ALLOWED",
            Self::ArgumentNotAllowed => "ARGUMENT_NOT_ALLOWED",
            Self::TypeNotAllowed => "TYPE_NOT_ALLOWED",
            Self::OperatorNotAllowed => "OPERATOR_NOT_ALLOWED",
            Self::ClauseNotAllowed => "CLAUSE_NOT_ALLOWED",
            Self::ExpressionNotAllowed => "EXPRESSION_NOT_ALLOWED",
            Self::LiteralNotAllowed => "LITERAL_NOT_ALLOWED",
            Self::NameNotAllowed => "NAME_NOT_ALLOWED",
            Self::ColumnNotAllowed => "COLUMN_NOT_ALLOWED",
            Self::ParameterNotAllowed => "PARAMETER_NOT_ALLOWED",
        }
    }
}

/// A statement that is not run, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub code: Code,
    /// A sentence for the person or the model that wrote the statement. It may quote names from it.
    pub message: String,
    /// Where it is, from 1, when known.
    pub line: Option<u64>,
    /// In characters from 1, when known.
    pub column: Option<u64>,
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), line: None, column: None }
    }

    /// The same, with the place where `span` begins, unless a nearer one is known.
    pub(super) fn at(self, span: Span) -> Self {
        self.at_place(span.start.line, span.start.column)
    }

    pub(super) fn at_place(mut self, line: u64, column: u64) -> Self {
        // The parser writes 0 for what it made up itself.
        if self.line.is_none() && line > 0 {
            self.line = Some(line);
            self.column = Some(column);
        }
        self
    }
}

/// Something from the statement, in a message: short and without control characters.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    let shown: String = text.chars().filter(|char| !char.is_control()).take(LONGEST).collect();
    let cut = if text.chars().count() > LONGEST { "…" } else { "" };
    format!("`{shown}{cut}`")
}
