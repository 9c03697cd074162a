//! Pages of charts as PDF, with text that can be selected and searched, in the same letters as bitmaps.

use krilla::Document;
use krilla::geom::{Size, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt as _, SvgSettings};

use super::failure::RenderError;
use super::fonts;

/// Pages of one document.
pub const MOST_PAGES: usize = 50;
/// Points of a page's side: what PDF has without units of its own.
const LONGEST_SIDE: f32 = 14_400.0;
/// Bytes of a document.
const LONGEST: usize = 64 << 20;

/// What a document says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub title: String,
    /// Year, month, day, hour and minute in UTC; `None` for a document that does not say when it was made.
    pub made_at: Option<(u16, u8, u8, u8, u8)>,
}

/// Makes a document with a page for each of these pictures. A page is `width` points wide and as high as its picture is then, but no lower
/// than `lowest`. The same arguments give the same bytes.
///
/// # Errors
///
/// SVG that cannot be read, no page or more than [`MOST_PAGES`], pages that are too high, and a document that is too long.
pub fn pdf(pages: &[String], width: f32, lowest: f32, about: &About) -> Result<Vec<u8>, RenderError> {
    if pages.is_empty() || pages.len() > MOST_PAGES {
        return Err(RenderError::Size(format!("A document has 1 to {MOST_PAGES} pages.")));
    }
    let mut document = Document::new();
    for svg in pages {
        let tree = fonts::read(svg)?;
        let scale = width / tree.size().width();
        let height = tree.size().height() * scale;
        let paper = PageSettings::from_wh(width, height.max(lowest)).filter(|_| height.max(width) <= LONGEST_SIDE);
        let paper = paper.ok_or_else(|| RenderError::Size("A page would be too large.".to_owned()))?;
        let none = || RenderError::Size("The picture has no size.".to_owned());
        let drawn = Size::from_wh(tree.size().width(), tree.size().height()).ok_or_else(none)?;
        let mut page = document.start_page_with(paper);
        let mut surface = page.surface();
        surface.push_transform(&Transform::from_scale(scale, scale));
        let settings = SvgSettings { embed_text: true, ..SvgSettings::default() };
        let is_drawn = surface.draw_svg(&tree, drawn, settings).is_some();
        surface.pop();
        surface.finish();
        page.finish();
        if !is_drawn {
            return Err(RenderError::Picture("a page could not be drawn".to_owned()));
        }
    }
    document.set_metadata(metadata(about));
    let bytes = document.finish().map_err(|error| RenderError::Picture(error.to_string()))?;
    if bytes.len() > LONGEST {
        return Err(RenderError::Size("The document would be larger than 64 MiB.".to_owned()));
    }
    Ok(bytes)
}

fn metadata(about: &About) -> Metadata {
    let metadata = Metadata::new().title(about.title.clone()).creator("Elenchus".to_owned());
    let Some((year, month, day, hour, minute)) = about.made_at else { return metadata };
    let made_at = DateTime::new(year).month(month).day(day).hour(hour).minute(minute).second(0);
    metadata.creation_date(made_at.utc_offset_hour(0).utc_offset_minute(0))
}
