//! What is on one tile of a picture: its frame, and a chart, rows, a text or a sentence.

use serde_json::Value;

use super::cells;
use super::frames::{Content, Frame};
use super::grid::Area;
use super::nested;
use super::plain::{self, Weight};
use crate::charts::failure::RenderError;
use crate::charts::render::text;
use crate::charts::render::theme::Colors;
use crate::charts::render::writer::Writer;
use crate::warehouse::cells::CellColumn;

/// Bytes of all that is put on a picture.
const LONGEST: usize = 16 << 20;
/// Within a tile that is no chart.
const SPACE: u32 = 10;
/// Of a note below what a tile shows.
pub const NOTE: u32 = 16;
/// Of letters.
pub const WORDS: f64 = 12.0;
const TILE_TITLE: f64 = 13.0;
/// Of a line of a sentence.
const LINE: f64 = 16.0;

/// Draws on a picture.
pub struct Art {
    pub writer: Writer,
    pub colors: Colors,
    /// Drawn so far.
    pub tiles: usize,
}

impl Art {
    /// Draws a tile.
    ///
    /// # Errors
    ///
    /// A picture that would be longer than 16 MiB.
    pub fn tile(&mut self, frame: &Frame<'_>, area: Area) -> Result<(), RenderError> {
        self.tiles += 1;
        self.frame(area);
        let mut inner = area.within(1);
        if let Content::Chart(svg) = frame.content {
            self.require_room(svg.len())?;
            if frame.is_truncated {
                self.note("Not all rows are drawn.", inner);
                inner.height = inner.height.saturating_sub(NOTE);
            }
            let prefix = format!("tile-{}-", self.tiles);
            if !nested::put(&mut self.writer, svg, inner, &prefix) {
                self.words("This chart could not be drawn.", inner);
            }
            return Ok(());
        }
        let mut inner = area.within(SPACE);
        if let Some(title) = frame.title {
            let title = text::cut(title, TILE_TITLE, true, f64::from(inner.width));
            self.line(&title, f64::from(inner.x), f64::from(inner.y) + TILE_TITLE, TILE_TITLE, true, self.colors.text);
            let taken = 24.min(inner.height);
            inner = Area { y: inner.y + taken, height: inner.height - taken, ..inner };
        }
        match frame.content {
            Content::Chart(_) => {}
            Content::Table { columns, rows, more } => self.table(columns, rows, *more, frame.is_truncated, inner),
            Content::Text(markdown) => self.markdown(markdown, inner),
            Content::Missing(why) => self.words(why, inner),
        }
        self.require_room(0)
    }

    fn require_room(&self, bytes: usize) -> Result<(), RenderError> {
        if self.writer.len() + bytes > LONGEST {
            return Err(RenderError::Size("The picture would be larger than 16 MiB.".to_owned()));
        }
        Ok(())
    }

    fn frame(&mut self, area: Area) {
        let attrs = [
            ("x", (f64::from(area.x) + 0.5).into()),
            ("y", (f64::from(area.y) + 0.5).into()),
            ("width", f64::from(area.width.saturating_sub(1)).into()),
            ("height", f64::from(area.height.saturating_sub(1)).into()),
            ("rx", 4.0.into()),
            ("fill", self.colors.background.into()),
            ("stroke", self.colors.grid.into()),
        ];
        self.writer.element("rect", &attrs);
    }

    fn table(&mut self, columns: &[CellColumn], rows: &[Vec<Value>], more: usize, is_truncated: bool, area: Area) {
        let (left, top) = (f64::from(area.x), f64::from(area.y));
        // A line is left for what is left out.
        let lines = usize::try_from(area.height.saturating_sub(NOTE) / 18).unwrap_or(0);
        if lines == 0 {
            return self.note("Too small for rows.", area);
        }
        let shown = cells::fit(columns, rows, f64::from(area.width), lines);
        for column in &shown.columns {
            let anchor = if column.is_number { "end" } else { "start" };
            let x = left + column.x;
            self.anchored(&column.header, x, top + cells::LETTERS, true, anchor, self.colors.text);
            for (cell, place) in column.cells.iter().zip(1_u32..) {
                let y = top + cells::LETTERS + cells::ROW * f64::from(place);
                self.anchored(cell, x, y, false, anchor, self.colors.faint);
            }
        }
        let rows_left = shown.rows_left.saturating_add(more);
        let mut left_out = Vec::new();
        if rows_left > 0 {
            left_out.push(format!("{rows_left} more {}", if rows_left == 1 { "row" } else { "rows" }));
        }
        if shown.columns_left > 0 {
            let noun = if shown.columns_left == 1 { "column" } else { "columns" };
            left_out.push(format!("{} more {noun}", shown.columns_left));
        }
        if is_truncated {
            left_out.push("the result was cut when it was computed".to_owned());
        }
        if rows.is_empty() {
            left_out.push("no rows".to_owned());
        }
        if !left_out.is_empty() {
            self.note(&left_out.join(", "), area);
        }
    }

    fn markdown(&mut self, markdown: &str, area: Area) {
        let bottom = f64::from(area.y + area.height);
        let mut y = f64::from(area.y);
        for line in plain::lines(markdown) {
            let (size, bold) = match line.weight {
                Weight::Heading(1) => (16.0, true),
                Weight::Heading(2) => (14.0, true),
                Weight::Heading(_) => (WORDS, true),
                Weight::Plain => (WORDS, false),
            };
            let indent = 14.0 * f64::from(line.depth);
            let room = f64::from(area.width) - indent;
            let high = size + 4.0;
            let mut fitting = 0_usize;
            while fitting < 1000 && y + high * f64::from(u32::try_from(fitting).unwrap_or(0) + 1) <= bottom {
                fitting += 1;
            }
            if fitting == 0 {
                return;
            }
            for part in text::wrap(&line.text, size, bold, room, fitting) {
                self.line(&part, f64::from(area.x) + indent, y + size, size, bold, self.colors.text);
                y += high;
            }
            y += 4.0;
        }
    }

    /// A sentence in the middle of an area.
    fn words(&mut self, sentence: &str, area: Area) {
        let lines = usize::try_from(area.height / 16).unwrap_or(0).clamp(1, 6);
        let parts = text::wrap(sentence, WORDS, false, f64::from(area.width.saturating_sub(2 * SPACE)), lines);
        let high = LINE * f64::from(u32::try_from(parts.len()).unwrap_or(0));
        let x = f64::from(area.x) + f64::from(area.width) / 2.0;
        let mut y = f64::from(area.y) + (f64::from(area.height) - high) / 2.0 + WORDS;
        for part in parts {
            self.anchored(&part, x, y, false, "middle", self.colors.faint);
            y += LINE;
        }
    }

    /// A few words at the foot of an area.
    fn note(&mut self, words: &str, area: Area) {
        let (x, y) = (f64::from(area.x) + 6.0, f64::from(area.y + area.height) - 4.0);
        let words = text::cut(words, cells::LETTERS, false, f64::from(area.width.saturating_sub(12)));
        self.anchored(&words, x, y, false, "start", self.colors.faint);
    }

    fn anchored(&mut self, words: &str, x: f64, y: f64, bold: bool, anchor: &'static str, fill: &'static str) {
        let mut attrs = vec![
            ("x", x.into()),
            ("y", y.into()),
            ("font-size", cells::LETTERS.into()),
            ("text-anchor", anchor.into()),
            ("fill", fill.into()),
        ];
        if bold {
            attrs.push(("font-weight", "bold".into()));
        }
        self.writer.text("text", &attrs, words);
    }

    /// One line of text.
    pub fn line(&mut self, words: &str, x: f64, y: f64, size: f64, bold: bool, fill: &'static str) {
        let mut attrs = vec![("x", x.into()), ("y", y.into()), ("font-size", size.into()), ("fill", fill.into())];
        if bold {
            attrs.push(("font-weight", "bold".into()));
        }
        self.writer.text("text", &attrs, words);
    }
}
