//! Values that are sent beside the statement, such as the filters of a dashboard.

/// What a value is cast to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterType {
    Text,
    Number,
    Boolean,
    Date,
    Timestamp,
}

impl ParameterType {
    /// The Postgres type.
    #[must_use]
    pub const fn as_sql(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "numeric",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamptz",
        }
    }
}

/// A value that a statement may ask for as `$name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Without the `$`; upper and lower case differ. A name that begins with a digit is never found.
    pub name: String,
    pub kind: ParameterType,
}
