//! Where values are along x or y.

use super::super::super::data::datum::Datum;
use super::band::Band;
use super::continuous::Continuous;

/// A scale of places.
#[derive(Debug, Clone)]
pub enum Position {
    Continuous(Continuous),
    Band(Band),
}

impl Position {
    /// Where a value is: in the middle of its band, where it has one.
    #[must_use]
    pub fn place(&self, value: &Datum) -> Option<f64> {
        match self {
            Self::Continuous(scale) => value.as_number().map(|number| scale.place(number)),
            Self::Band(band) => band.middle(value),
        }
    }

    /// The line, where there is one.
    #[must_use]
    pub fn continuous(&self) -> Option<&Continuous> {
        match self {
            Self::Continuous(scale) => Some(scale),
            Self::Band(_) => None,
        }
    }

    /// The bands, where there are some.
    #[must_use]
    pub fn band(&self) -> Option<&Band> {
        match self {
            Self::Band(band) => Some(band),
            Self::Continuous(_) => None,
        }
    }
}
