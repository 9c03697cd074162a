//! What is found in a text that is looked at before anybody else sees it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Why a text is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Sexual content.
    Sexual,
    /// Partisan politics. How a law came about, and what a regulator does, is none.
    Partisan,
    /// Gossip about people in the public eye.
    Gossip,
    /// Something else than what is talked about.
    OffTopic,
    /// An attempt to make the assistant forget what it is for.
    Manipulation,
    /// Somebody may be about to hurt themselves.
    SelfHarm,
}

impl Category {
    pub const ALL: [Self; 6] =
        [Self::Sexual, Self::Partisan, Self::Gossip, Self::OffTopic, Self::Manipulation, Self::SelfHarm];

    /// The stable name, as it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sexual => "SEXUAL",
            Self::Partisan => "PARTISAN",
            Self::Gossip => "GOSSIP",
            Self::OffTopic => "OFF_TOPIC",
            Self::Manipulation => "MANIPULATION",
            Self::SelfHarm => "SELF_HARM",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Category {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|category| category.as_str() == text).ok_or(())
    }
}

/// Who wrote the text that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// A person; no model has seen it.
    Input,
    /// A model; no person has seen it.
    Output,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Empty for a text that may pass.
    pub categories: BTreeSet<Category>,
    /// A sentence for whoever looks into it; empty for a text that may pass.
    pub explanation: String,
}

impl Verdict {
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.categories.is_empty()
    }
}
