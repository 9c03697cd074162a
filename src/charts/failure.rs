//! Why there is no picture.

/// A chart that is not drawn. Each has a sentence for the person who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The specification asks for something that is not drawn here, though Vega-Lite would.
    #[error("{0}")]
    NotDrawn(String),
    /// The rows do not fit the specification: a column that is not there, no numbers where numbers are needed.
    #[error("{0}")]
    Unfitting(String),
    /// There would be more marks than anybody could tell apart.
    #[error("The chart would have more than {0} marks. Put rows together in the statement, or show fewer.")]
    TooManyMarks(usize),
    /// The picture would be larger, or smaller, than what is made.
    #[error("{0}")]
    Size(String),
    /// The picture could not be made out of the SVG.
    #[error("the picture cannot be made: {0}")]
    Picture(String),
}

impl RenderError {
    /// The name on the wire. Stable.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotDrawn(_) => "NOT_DRAWN",
            Self::Unfitting(_) => "UNFITTING_ROWS",
            Self::TooManyMarks(_) => "TOO_MANY_MARKS",
            Self::Size(_) => "PICTURE_SIZE",
            Self::Picture(_) => "PICTURE_FAILED",
        }
    }
}
