//! What may be left out, or turned off with null, which are two things in Vega-Lite.

use serde::{Deserialize, Deserializer};

/// A property that may be absent, null, or something.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Setting<T> {
    /// Nothing was said.
    #[default]
    Unsaid,
    /// null.
    Off,
    Said(T),
}

impl<T> Setting<T> {
    /// What was said.
    pub fn said(&self) -> Option<&T> {
        match self {
            Self::Said(value) => Some(value),
            Self::Unsaid | Self::Off => None,
        }
    }

    /// Whether it was turned off with null.
    pub fn is_off(&self) -> bool {
        matches!(self, Self::Off)
    }

    /// Whether nothing was said about it, not even null.
    pub fn is_unsaid(&self) -> bool {
        matches!(self, Self::Unsaid)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Off, Self::Said))
    }
}
