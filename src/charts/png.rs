//! Bitmaps of charts, the same on every machine: the letters are ours.

use resvg::tiny_skia::{Pixmap, Transform};

use super::failure::RenderError;
use super::fonts;

/// Pixels of a side.
pub const LONGEST_SIDE: u32 = 8192;
/// Pixels of a picture, of 4 bytes each while it is drawn.
pub const MOST_PIXELS: u64 = 16_000_000;
/// How much larger than its own size a picture may be, and how much smaller.
pub const SCALES: std::ops::RangeInclusive<f32> = 0.1..=8.0;

/// Makes a bitmap of what [`svg`](super::render::svg::svg) gives, `scale` times its size.
///
/// # Errors
///
/// SVG that cannot be read, and pictures beyond [`LONGEST_SIDE`], [`MOST_PIXELS`] and [`SCALES`].
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, RenderError> {
    if !SCALES.contains(&scale) {
        return Err(RenderError::Size(format!("A picture is scaled by {} to {}.", SCALES.start(), SCALES.end())));
    }
    let tree = fonts::read(svg)?;
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
