//! A dashboard as one picture: a heading, and for each tab its tiles on the grid.

use super::frames::{Heading, Look, Section};
use super::grid::{self, Rows};
use super::tile_art::{Art, NOTE, WORDS};
use crate::charts::failure::RenderError;
use crate::charts::render::text;
use crate::charts::render::theme::{self, FONTS};
use crate::charts::render::writer::Writer;
use crate::domain::dashboards::boards::model::Place;

/// Pixels of a sheet's height: beyond, nobody reads it, and a document has no page for it.
pub const HIGHEST: u32 = 16_000;
/// Of letters.
const TITLE: f64 = 20.0;
const TAB: f64 = 15.0;
/// Of a tab's title and what is around it.
const TAB_LINE: u32 = 30;

/// Draws all of it, as high as it has to be. The same arguments give the same text.
///
/// # Errors
///
/// A width that is none of [`grid::WIDTHS`], a sheet that would be higher than [`HIGHEST`] or longer than 16 MiB.
pub fn draw(heading: &Heading, sections: &[Section<'_>], look: Look) -> Result<String, RenderError> {
    if !grid::WIDTHS.contains(&look.width) {
        let (least, most) = (grid::WIDTHS.start(), grid::WIDTHS.end());
        return Err(RenderError::Size(format!("A picture of a dashboard is {least} to {most} pixels wide.")));
    }
    let mut sheet = Sheet {
        art: Art { writer: Writer::default(), colors: theme::colors(look.theme), tiles: 0 },
        width: look.width,
    };
    let height = height(heading, sections);
    if height > HIGHEST {
        let message = format!("The dashboard would be more than {HIGHEST} pixels high. Put its tiles on several tabs.");
        return Err(RenderError::Size(message));
    }
    sheet.begin(&heading.title, height);
    sheet.heading(heading);
    let mut above = heading_height(heading);
    for section in sections {
        let (rows, high) = laid(section);
        sheet.section(section, &rows, above)?;
        above += high + grid::PADDING;
    }
    sheet.art.writer.finish()
}

/// How high a sheet with all of it is, in pixels.
#[must_use]
pub fn height(heading: &Heading, sections: &[Section<'_>]) -> u32 {
    let below = |sum: u32, section| sum.saturating_add(laid(section).1).saturating_add(grid::PADDING);
    sections.iter().fold(heading_height(heading), below)
}

/// The rows of a tab, and how high it is with its title.
fn laid(section: &Section<'_>) -> (Rows, u32) {
    let places: Vec<Place> = section.frames.iter().map(|frame| frame.place).collect();
    let rows = Rows::of(&places);
    let height = if section.frames.is_empty() { NOTE } else { rows.height() };
    let title = if section.title.is_some() { TAB_LINE } else { 0 };
    (rows, height.saturating_add(title))
}

fn heading_height(heading: &Heading) -> u32 {
    let lines = heading.facts.len() + usize::from(heading.description.is_some());
    grid::PADDING + 28 + u32::try_from(lines).unwrap_or(u32::MAX).saturating_mul(18) + 12
}

struct Sheet {
    art: Art,
    width: u32,
}

impl Sheet {
    fn begin(&mut self, title: &str, height: u32) {
        let (width, height) = (f64::from(self.width), f64::from(height));
        let root = [
            ("xmlns", "http://www.w3.org/2000/svg".into()),
            ("width", width.into()),
            ("height", height.into()),
            ("viewBox", format!("0 0 {width} {height}").into()),
            ("aria-labelledby", "sheet-title".into()),
            ("font-family", FONTS.into()),
        ];
        self.art.writer.open("svg", &root);
        self.art.writer.text("title", &[("id", "sheet-title".into())], title);
        let background = self.art.colors.background.into();
        self.art.writer.element("rect", &[("width", width.into()), ("height", height.into()), ("fill", background)]);
    }

    fn heading(&mut self, heading: &Heading) {
        let (left, room) = (f64::from(grid::PADDING), f64::from(self.width - 2 * grid::PADDING));
        let mut y = left + TITLE;
        self.art.line(&text::cut(&heading.title, TITLE, true, room), left, y, TITLE, true, self.art.colors.text);
        y += 20.0;
        for fact in heading.description.iter().chain(&heading.facts) {
            self.art.line(&text::cut(fact, WORDS, false, room), left, y, WORDS, false, self.art.colors.faint);
            y += 18.0;
        }
    }

    fn section(&mut self, section: &Section<'_>, rows: &Rows, above: u32) -> Result<(), RenderError> {
        let mut above = above;
        if let Some(title) = section.title {
            let room = f64::from(self.width - 2 * grid::PADDING);
            let title = text::cut(title, TAB, true, room);
            self.art.line(&title, f64::from(grid::PADDING), f64::from(above) + TAB, TAB, true, self.art.colors.text);
            above += TAB_LINE;
        }
        if section.frames.is_empty() {
            let (x, y) = (f64::from(grid::PADDING), f64::from(above) + WORDS);
            self.art.line("There is nothing on this tab.", x, y, WORDS, false, self.art.colors.faint);
        }
        for frame in &section.frames {
            self.art.tile(frame, grid::area(self.width, &frame.place, rows, above))?;
        }
        Ok(())
    }
}
