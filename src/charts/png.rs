//! Bitmaps of charts, the same on every machine: the letters are ours.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::failure::RenderError;

/// Pixels of a side.
pub const LONGEST_SIDE: u32 = 8192;
/// Pixels of a picture, of 4 bytes each while it is drawn.
pub const MOST_PIXELS: u64 = 16_000_000;
/// How much larger than its own size a picture may be, and how much smaller.
pub const SCALES: std::ops::RangeInclusive<f32> = 0.1..=8.0;
/// Bytes of SVG that are read.
const LONGEST_SVG: usize = 16 << 20;

/// Noto Sans (SIL Open Font License 1.1) for Latin, Greek and Cyrillic; `DejaVu` Sans (Bitstream Vera's licence) for what that does not have, such as Arabic,
/// Hebrew, Armenian, Georgian and arrows. Neither has the signs of East Asia, which become empty boxes on bitmaps; the SVG has them as text.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(notosans::REGULAR_TTF.to_vec());
    fonts.load_font_data(notosans::BOLD_TTF.to_vec());
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    Arc::new(fonts)
});

/// Makes a bitmap of what [`svg`](super::render::svg::svg) gives, `scale` times its size.
///
/// # Errors
///
/// SVG that cannot be read, and pictures beyond [`LONGEST_SIDE`], [`MOST_PIXELS`] and [`SCALES`].
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, RenderError> {
    if svg.len() > LONGEST_SVG {
        return Err(RenderError::Size("The picture is larger than 16 MiB.".to_owned()));
    }
    if !SCALES.contains(&scale) {
        return Err(RenderError::Size(format!("A picture is scaled by {} to {}.", SCALES.start(), SCALES.end())));
    }
    let options = Options { fontdb: Arc::clone(&FONTS), font_family: "Noto Sans".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| RenderError::Picture(error.to_string()))?;
    let size = tree
        .size()
        .to_int_size()
        .scale_by(scale)
        .ok_or_else(|| RenderError::Size("The picture has no size.".to_owned()))?;
    let pixels = u64::from(size.width()) * u64::from(size.height());
    if size.width() > LONGEST_SIDE || size.height() > LONGEST_SIDE || pixels > MOST_PIXELS {
        let message = format!("A picture has no more than {LONGEST_SIDE} pixels on a side and {MOST_PIXELS} in all.");
        return Err(RenderError::Size(message));
    }
    let mut pixmap = Pixmap::new(size.width(), size.height())
        .ok_or_else(|| RenderError::Picture("there is no memory for it".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| RenderError::Picture(error.to_string()))
}
