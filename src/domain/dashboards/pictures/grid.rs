//! How large what stands on a dashboard's grid is on a picture, in whole pixels.

use crate::domain::dashboards::boards::model::Place;

/// Columns of the grid.
const COLUMNS: u32 = 12;
/// Around the sheet.
pub const PADDING: u32 = 24;
/// Between two tiles.
pub const GAP: u32 = 12;
/// Of one row of the grid.
const ROW: u32 = 60;
/// Line of a tile's frame, on each side.
const LINE: u32 = 1;
/// Pixels of a sheet's width when nobody says: at that width on A4 across, the smallest letters have more than 7 points.
pub const WIDTH: u32 = 1200;
/// What it may be.
pub const WIDTHS: std::ops::RangeInclusive<u32> = 600..=2400;

/// A part of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Area {
    /// What is left within a line around it and so much space.
    #[must_use]
    pub const fn within(self, space: u32) -> Self {
        let width = self.width.saturating_sub(2 * space);
        let height = self.height.saturating_sub(2 * space);
        Self { x: self.x + space, y: self.y + space, width, height }
    }
}

/// Rows of the grid on which nothing stands take no room: where a row is once they are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// Those on which something stands, in their order.
    taken: Vec<u32>,
}

impl Rows {
    /// Those of these places.
    #[must_use]
    pub fn of(places: &[Place]) -> Self {
        let mut taken: Vec<u32> = places.iter().flat_map(|place| top(place)..top(place) + high(place)).collect();
        taken.sort_unstable();
        taken.dedup();
        Self { taken }
    }

    /// Pixels of all of them.
    #[must_use]
    pub fn height(&self) -> u32 {
        span(u32::try_from(self.taken.len()).unwrap_or(u32::MAX), ROW)
    }

    fn place(&self, row: u32) -> u32 {
        u32::try_from(self.taken.partition_point(|taken| *taken < row)).unwrap_or(u32::MAX)
    }
}

/// Where a tile stands on a sheet of this width, below `top`.
#[must_use]
pub fn area(width: u32, place: &Place, rows: &Rows, above: u32) -> Area {
    let size = size(width, place);
    let column = u32::try_from(place.x).unwrap_or(0).min(COLUMNS);
    let x = PADDING + column * (column_width(width) + GAP);
    let y = above.saturating_add(rows.place(top(place)).saturating_mul(ROW + GAP));
    Area { x, y, width: size.0, height: size.1 }
}

/// Width and height of what a tile shows, within its frame.
#[must_use]
pub fn inner(width: u32, place: &Place) -> (u32, u32) {
    let (wide, high) = size(width, place);
    (wide.saturating_sub(2 * LINE), high.saturating_sub(2 * LINE))
}

fn size(width: u32, place: &Place) -> (u32, u32) {
    let columns = u32::try_from(place.width).unwrap_or(1).clamp(1, COLUMNS);
    (span(columns, column_width(width)), span(high(place), ROW))
}

fn column_width(width: u32) -> u32 {
    (width.saturating_sub(2 * PADDING) + GAP) / COLUMNS - GAP
}

/// So many of them, with the gaps between.
const fn span(count: u32, each: u32) -> u32 {
    count.saturating_mul(each + GAP).saturating_sub(GAP)
}

fn top(place: &Place) -> u32 {
    u32::try_from(place.y).unwrap_or(0)
}

fn high(place: &Place) -> u32 {
    u32::try_from(place.height).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(x: i32, y: i32, width: i32, height: i32) -> Place {
        Place { x, y, width, height }
    }

    #[test]
    fn tiles_stand_beside_and_below_one_another_and_empty_rows_take_no_room() {
        let places = [place(0, 0, 6, 4), place(6, 0, 6, 4), place(0, 900, 12, 1)];
        let rows = Rows::of(&places);
        assert_eq!(rows.height(), 5 * 72 - 12);
        let areas = places.each_ref().map(|place| area(WIDTH, place, &rows, 100));
        assert_eq!(areas[0], Area { x: 24, y: 100, width: 570, height: 276 });
        assert_eq!(areas[1], Area { x: 606, y: 100, width: 570, height: 276 });
        assert_eq!(areas[2], Area { x: 24, y: 388, width: 1152, height: 60 });
        assert_eq!(inner(WIDTH, &places[0]), (568, 274));
        assert_eq!(Rows::of(&[]).height(), 0);
    }

    #[test]
    fn every_width_has_room_for_twelve_columns() {
        for width in WIDTHS {
            let whole = area(width, &place(0, 0, 12, 1), &Rows::of(&[]), 0);
            assert!(whole.x + whole.width <= width - PADDING && whole.width + 2 * PADDING + 12 > width, "{width}");
        }
    }
}
