//! What kind of picture a file is: by its first bytes, never by its name.

use std::io::{Read, Seek};

use image::ImageFormat;

/// What is accepted, for messages.
pub const ACCEPTED: &str = "PNG, JPEG, GIF and WebP";

/// The kind of picture; `None` for what is none that is accepted. The file is left at its start.
///
/// # Errors
/// When the file cannot be read.
pub fn detect(file: &mut (impl Read + Seek)) -> std::io::Result<Option<ImageFormat>> {
    file.rewind()?;
    let mut head = Vec::new();
    file.by_ref().take(16).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(of(&head))
}

/// As [`detect`], for bytes at hand.
#[must_use]
pub fn of(head: &[u8]) -> Option<ImageFormat> {
    match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(ImageFormat::Png),
        [0xFF, 0xD8, 0xFF, ..] => Some(ImageFormat::Jpeg),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(ImageFormat::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(ImageFormat::WebP),
        _ => None,
    }
}
