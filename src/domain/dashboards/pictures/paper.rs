//! A dashboard on paper: all of its tabs in one picture, or a page for each.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

use super::drawing::Drawn;
use super::format::PictureFormat;
use super::frames::{Frame, Heading, Look, Section};
use super::press::{press, refused};
use super::sheet;
use crate::charts::failure::RenderError;
use crate::charts::pdf::{self, About};
use crate::charts::png as bitmap;
use crate::domain::dashboards::boards::model::{Dashboard, Filter, Place, Tab};
use crate::domain::data::queries::identity::Given;
use crate::error::Result;

/// Points of A4 across, as PDF counts them.
const PAPER: (f32, f32) = (841.89, 595.28);
/// Points of a pixel.
const POINTS: f32 = 0.75;

/// A dashboard with these tiles, as they were drawn, on all of its tabs. Which values its filters have is not on it: [`print()`] says so too.
///
/// # Errors
/// CONFLICT for what is too large for one picture, `UPSTREAM_UNAVAILABLE` when too many others draw.
pub async fn dashboard(
    dashboard: &Dashboard,
    tiles: &[Drawn],
    format: PictureFormat,
    now: DateTime<Utc>,
) -> Result<Vec<u8>> {
    print(dashboard, tiles, &[], Look::default(), format, now).await?.map_err(refused)
}

/// A bitmap of a picture, off the threads that serve.
///
/// # Errors
/// CONFLICT for one that would be too large, `UPSTREAM_UNAVAILABLE` when too many others draw.
pub async fn png(svg: String, scale: f32) -> Result<Vec<u8>> {
    press(move || bitmap::png(&svg, scale)).await?.map_err(refused)
}

/// A page with one chart, as large as it was drawn.
///
/// # Errors
/// `UPSTREAM_UNAVAILABLE` when too many others draw; within, why there is none.
pub async fn page(svg: String, title: String, width: u32, now: DateTime<Utc>) -> Result<Result<Vec<u8>, RenderError>> {
    let about = About { title, made_at: made_at(now) };
    let width = f32::from(u16::try_from(width).unwrap_or(u16::MAX)) * POINTS;
    press(move || pdf::pdf(&[svg], width, 1.0, &about)).await
}

/// As [`dashboard`], with the values of the filters that the tiles were drawn with, in this look.
///
/// # Errors
/// `UPSTREAM_UNAVAILABLE` when too many others draw; within, why there is no picture.
pub async fn print(
    dashboard: &Dashboard,
    tiles: &[Drawn],
    filled: &[Given],
    look: Look,
    format: PictureFormat,
    now: DateTime<Utc>,
) -> Result<Result<Vec<u8>, RenderError>> {
    let heading = heading(dashboard, &dashboard.filters()?, tiles, filled, now);
    let (tabs, tiles) = (dashboard.tabs()?, tiles.to_vec());
    press(move || {
        let sections = sections(&tabs, &tiles);
        match format {
            PictureFormat::Svg => Ok(sheet::draw(&heading, &sections, look)?.into_bytes()),
            PictureFormat::Png => {
                let svg = sheet::draw(&heading, &sections, look)?;
                bitmap::png(&svg, fitting(look.width, sheet::height(&heading, &sections)))
            }
            PictureFormat::Pdf => {
                let page = |section: &Section<'_>| sheet::draw(&heading, std::slice::from_ref(section), look);
                let pages = sections.iter().map(page).collect::<Result<Vec<_>, _>>()?;
                let about = About { title: heading.title.clone(), made_at: made_at(now) };
                pdf::pdf(&pages, PAPER.0, PAPER.1, &about)
            }
        }
    })
    .await
}

/// The tabs with their tiles; one whose tab is gone is on the first.
fn sections<'a>(tabs: &'a [Tab], tiles: &'a [Drawn]) -> Vec<Section<'a>> {
    let is_alone = tabs.len() < 2;
    let first = tabs.first().map_or("", |tab| tab.key.as_str());
    let section = |key: &str, title: Option<&'a str>| {
        let is_here = |drawn: &&Drawn| {
            let own = drawn.tile.tab.as_str();
            own == key || (key == first && !tabs.iter().any(|tab| tab.key == own))
        };
        let frame = |drawn: &'a Drawn| Frame {
            place: Place { x: drawn.tile.x, y: drawn.tile.y, width: drawn.tile.w, height: drawn.tile.h },
            title: drawn.title.as_deref(),
            content: &drawn.content,
            is_truncated: drawn.is_truncated,
        };
        Section { title: title.filter(|_| !is_alone), frames: tiles.iter().filter(is_here).map(frame).collect() }
    };
    if tabs.is_empty() {
        return vec![section("", None)];
    }
    tabs.iter().map(|tab| section(&tab.key, Some(tab.title.as_str()))).collect()
}

fn heading(
    dashboard: &Dashboard,
    filters: &[Filter],
    tiles: &[Drawn],
    filled: &[Given],
    now: DateTime<Utc>,
) -> Heading {
    let chosen: Vec<String> = filled
        .iter()
        .map(|given| {
            let filter = filters.iter().find(|filter| filter.name == given.name);
            let label = filter.and_then(|filter| filter.label.as_deref()).unwrap_or(&given.name);
            format!("{label}: {}", given.value.as_deref().unwrap_or("any"))
        })
        .collect();
    let drawn = format!("drawn {} UTC", now.format("%Y-%m-%d %H:%M"));
    let oldest = tiles.iter().filter_map(|drawn| drawn.computed_at).min();
    let when = oldest.map_or_else(
        || format!("No results, {drawn}"),
        |oldest| format!("Results as of {} UTC, {drawn}", oldest.format("%Y-%m-%d %H:%M")),
    );
    let mut facts = Vec::new();
    if !chosen.is_empty() {
        facts.push(chosen.join(" · "));
    }
    facts.push(when);
    Heading { title: dashboard.title.clone(), description: dashboard.description.clone(), facts }
}

/// How much a sheet is made smaller so that a bitmap holds it.
fn fitting(width: u32, height: u32) -> f32 {
    let side = |pixels: u32| f32::from(u16::try_from(pixels).unwrap_or(u16::MAX)).max(1.0);
    let (width, height) = (side(width), side(height));
    let longest = side(bitmap::LONGEST_SIDE);
    let most = side(4000) * side(4000);
    let fitting = (longest / width).min(longest / height).min((most / (width * height)).sqrt());
    // A little less, so that rounding up stays within.
    if fitting < 1.0 { fitting * 0.999 } else { 1.0 }
}

fn made_at(now: DateTime<Utc>) -> Option<(u16, u8, u8, u8, u8)> {
    let small = |part: u32| u8::try_from(part).ok();
    let (month, day) = (small(now.month())?, small(now.day())?);
    Some((u16::try_from(now.year()).ok()?, month, day, small(now.hour())?, small(now.minute())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn high_sheets_are_made_smaller_and_no_others() {
        assert!((fitting(1200, 4000) - 1.0).abs() < f32::EPSILON);
        for (width, height) in [(1200, 16_000), (2400, 16_000), (2400, 8000), (600, 8193)] {
            let scale = fitting(width, height);
            let pixels = |side: u32| (f64::from(side) * f64::from(scale)).ceil();
            assert!(pixels(height) <= f64::from(bitmap::LONGEST_SIDE), "{width} {height}");
            assert!(pixels(width) * pixels(height) <= 16_000_000.0, "{width} {height}");
            assert!(scale > 0.3);
        }
    }
}
