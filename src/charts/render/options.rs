//! How large a picture is, and how it looks.

use super::super::failure::RenderError;

/// Pixels of a picture's sides: what can be read, and what is sensible.
pub const SIDES: std::ops::RangeInclusive<u32> = 60..=4000;
/// Marks of one chart, points of lines among them.
pub const MAX_MARKS: usize = 20_000;

/// Whether a picture is dark on light, or light on dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    Light,
    Dark,
}

/// How a picture is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// Pixels of the whole picture, titles, axes and legends included. The specification's own `width` is for clients.
    pub width: u32,
    /// Likewise.
    pub height: u32,
    pub theme: Theme,
    /// Above the chart, when the specification has no title of its own.
    pub title: Option<String>,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { width: 720, height: 420, theme: Theme::Light, title: None }
    }
}

impl RenderOptions {
    /// Looks whether the sides are within [`SIDES`].
    pub(super) fn check(&self) -> Result<(), RenderError> {
        if SIDES.contains(&self.width) && SIDES.contains(&self.height) {
            return Ok(());
        }
        Err(RenderError::Size(format!("A picture is from {} to {} pixels wide and high.", SIDES.start(), SIDES.end())))
    }
}
