//! The letters of bitmaps and of pages: the same on every machine, because they ship.

use std::sync::{Arc, LazyLock};

use resvg::usvg::{Options, Tree, fontdb};

use super::failure::RenderError;

/// Bytes of SVG that are read.
const LONGEST_SVG: usize = 16 << 20;

/// Noto Sans (SIL Open Font License 1.1) for Latin, Greek and Cyrillic; `DejaVu` Sans (Bitstream Vera's licence) for what that does not have, such as Arabic,
/// Hebrew, Armenian, Georgian and arrows. Neither has the signs of East Asia, which become empty boxes; the SVG has them as text.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(notosans::REGULAR_TTF.to_vec());
    fonts.load_font_data(notosans::BOLD_TTF.to_vec());
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.set_sans_serif_family("Noto Sans");
    Arc::new(fonts)
});

/// Reads SVG that was written here.
///
/// # Errors
///
/// SVG that is too long, or that cannot be read.
pub(super) fn read(svg: &str) -> Result<Tree, RenderError> {
    if svg.len() > LONGEST_SVG {
        return Err(RenderError::Size("The picture is larger than 16 MiB.".to_owned()));
    }
    let options = Options { fontdb: Arc::clone(&FONTS), font_family: "Noto Sans".to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| RenderError::Picture(error.to_string()))
}
