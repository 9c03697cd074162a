//! The colours of what is around the marks, and the sizes of letters.

use super::options::Theme;

/// Of axes and legends, in pixels.
pub const LABEL: f64 = 11.0;
/// Of the titles of axes and legends.
pub const GUIDE_TITLE: f64 = 11.5;
pub const SUBTITLE: f64 = 12.5;
pub const TITLE: f64 = 16.0;
/// Around the picture.
pub const PADDING: f64 = 14.0;
pub const FONTS: &str = "Noto Sans, DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif";

/// Colours, as SVG has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colors {
    pub background: &'static str,
    /// Titles, and marks that are text.
    pub text: &'static str,
    /// Labels.
    pub faint: &'static str,
    pub grid: &'static str,
    pub axis: &'static str,
    /// Marks that show nothing by their colour.
    pub mark: &'static str,
}

/// The colours of a theme.
#[must_use]
pub const fn colors(theme: Theme) -> Colors {
    match theme {
        Theme::Light => Colors {
            background: "#ffffff",
            text: "#1f2937",
            faint: "#4b5563",
            grid: "#e5e7eb",
            axis: "#9ca3af",
            mark: "#0072b2",
        },
        Theme::Dark => Colors {
            background: "#111827",
            text: "#f3f4f6",
            faint: "#cbd5e1",
            grid: "#2b3648",
            axis: "#64748b",
            mark: "#56b4e9",
        },
    }
}
