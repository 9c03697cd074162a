//! Where a mark shows a value.

use serde::Deserialize;

/// The channels of an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Channel {
    X,
    Y,
    X2,
    Y2,
    XOffset,
    YOffset,
    Theta,
    Color,
    Size,
    Shape,
    Opacity,
    Text,
    Order,
    Detail,
    Tooltip,
}

impl Channel {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Y => "y",
            Self::X2 => "x2",
            Self::Y2 => "y2",
            Self::XOffset => "xOffset",
            Self::YOffset => "yOffset",
            Self::Theta => "theta",
            Self::Color => "color",
            Self::Size => "size",
            Self::Shape => "shape",
            Self::Opacity => "opacity",
            Self::Text => "text",
            Self::Order => "order",
            Self::Detail => "detail",
            Self::Tooltip => "tooltip",
        }
    }

    /// The other end of a range: x2 for x.
    #[must_use]
    pub const fn second(self) -> Option<Self> {
        match self {
            Self::X => Some(Self::X2),
            Self::Y => Some(Self::Y2),
            _ => None,
        }
    }

    /// The channel whose scale this one is measured with.
    #[must_use]
    pub const fn scale(self) -> Self {
        match self {
            Self::X2 => Self::X,
            Self::Y2 => Self::Y,
            other => other,
        }
    }

    /// The offset within a band of this channel.
    #[must_use]
    pub const fn offset(self) -> Option<Self> {
        match self {
            Self::X => Some(Self::XOffset),
            Self::Y => Some(Self::YOffset),
            _ => None,
        }
    }

    /// Whether values become places on the plot.
    #[must_use]
    pub const fn is_position(self) -> bool {
        matches!(self, Self::X | Self::Y | Self::X2 | Self::Y2)
    }
}
