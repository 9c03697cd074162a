//! What colours, shapes, sizes and opacities mean.

use super::super::super::figures::{count, figure};
use super::super::super::spec::guide::Side;
use super::super::super::spec::mark::Shape;
use super::super::text::width;
use super::super::theme::{GUIDE_TITLE, LABEL};

/// Pixels of a line of a legend.
pub const LINE: f64 = 18.0;
/// Pixels of a symbol and the gap behind it.
pub const SWATCH: f64 = 18.0;
/// Between entries that are beside one another.
pub const BESIDE: f64 = 16.0;
/// A ramp's sides.
pub const RAMP: (f64, f64) = (14.0, 120.0);

/// How an entry looks.
#[derive(Debug, Clone, PartialEq)]
pub struct Swatch {
    pub shape: Option<Shape>,
    pub color: String,
    /// Square pixels.
    pub size: f64,
    pub opacity: f64,
    /// Whether it is a line, or an outline.
    pub is_line: bool,
    pub filled: bool,
}

impl Swatch {
    /// Pixels from the middle of the symbol to its edge.
    fn reach(&self) -> f64 {
        if self.is_line { 0.0 } else { (self.size / std::f64::consts::PI).sqrt() }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Entries(Vec<(Swatch, String)>),
    /// Colours from the least to the greatest, and labels at shares of the way.
    Ramp {
        stops: Vec<String>,
        labels: Vec<(f64, String)>,
    },
}

/// One legend.
#[derive(Debug, Clone, PartialEq)]
pub struct Legend {
    pub title: Vec<String>,
    pub body: Body,
    pub side: Side,
    /// Entries that there is no room for.
    pub left_out: usize,
}

impl Legend {
    /// Pixels of one entry: large symbols need more.
    #[must_use]
    pub fn line(&self) -> f64 {
        match &self.body {
            Body::Entries(entries) => entries.iter().map(|(swatch, _)| swatch.reach() * 2.0 + 3.0).fold(LINE, f64::max),
            Body::Ramp { .. } => LINE,
        }
    }

    /// Pixels from the beginning of an entry to its label.
    #[must_use]
    pub fn indent(&self) -> f64 {
        match &self.body {
            Body::Entries(entries) => {
                entries.iter().map(|(swatch, _)| swatch.reach() * 2.0 + 6.0).fold(SWATCH, f64::max)
            }
            Body::Ramp { .. } => SWATCH,
        }
    }

    /// Pixels at the right of the plot.
    #[must_use]
    pub fn width(&self) -> f64 {
        let title = self.title.iter().map(|line| width(line, GUIDE_TITLE, true)).fold(0.0, f64::max);
        let body = match &self.body {
            Body::Entries(entries) => {
                entries.iter().map(|(_, label)| self.indent() + width(label, LABEL, false)).fold(0.0, f64::max)
            }
            Body::Ramp { labels, .. } => {
                RAMP.0 + 8.0 + labels.iter().map(|(_, label)| width(label, LABEL, false)).fold(0.0, f64::max)
            }
        };
        title.max(body)
    }

    /// Pixels of the whole at the right of the plot.
    #[must_use]
    pub fn height(&self) -> f64 {
        let title = figure(self.title.len()) * (GUIDE_TITLE + 3.0) + if self.title.is_empty() { 0.0 } else { 4.0 };
        title
            + match &self.body {
                Body::Entries(entries) => figure(entries.len() + usize::from(self.left_out > 0)) * self.line(),
                Body::Ramp { .. } => RAMP.1 + 6.0,
            }
    }

    /// Leaves out entries that do not fit into a height.
    pub fn fit(&mut self, height: f64) {
        let over = self.height() - height;
        let line = self.line();
        if let Body::Entries(entries) = &mut self.body
            && over > 0.0
        {
            let drop = (count(over / line) + 2).min(entries.len().saturating_sub(1));
            entries.truncate(entries.len() - drop);
            self.left_out += drop;
        }
    }
}
