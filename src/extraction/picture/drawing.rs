//! What drawing a picture anew gives, and what of it is believed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use image::ImageFormat;
use serde::{Deserialize, Serialize};

use super::format;
use crate::extraction::outcome;
use crate::extraction::report::{ExtractCode, ExtractError};

/// The sides of the squares that are drawn, in pixels.
pub const SIDES: [u32; 3] = [64, 256, 512];
/// Largest that one of them may be, in bytes: the pixels themselves, and something for the format.
const MAX_BYTES: usize = 4 * 512 * 512 + 64 * 1024;
/// Longest answer of the child, in bytes.
pub(in crate::extraction) const ANSWER_BYTES: u64 = 3 * 2 * MAX_BYTES as u64;

/// The one line of JSON that the child writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Report {
    /// In base64, in the order of [`SIDES`].
    Drawn(Vec<String>),
    Failed(ExtractError),
}

impl Report {
    pub(super) fn drawn(pictures: &[Vec<u8>]) -> Self {
        Self::Drawn(pictures.iter().map(|picture| BASE64.encode(picture)).collect())
    }
}

/// The pictures in the child's answer, in WebP and in the order of [`SIDES`]. A hostile file may have taken the child over:
/// what is returned begins as a picture does and is bounded, and is served as one and nothing else.
pub(in crate::extraction) fn of_answer(answer: &[u8]) -> Result<Vec<Vec<u8>>, ExtractError> {
    let crashed = || outcome::of_code(ExtractCode::ExtractCrashed);
    match serde_json::from_slice(answer) {
        Ok(Report::Drawn(pictures)) if pictures.len() == SIDES.len() => {
            let decoded = pictures.iter().map(|picture| BASE64.decode(picture).ok().filter(|bytes| is_sound(bytes)));
            decoded.collect::<Option<Vec<_>>>().ok_or_else(crashed)
        }
        Ok(Report::Failed(error)) if error.message.chars().count() <= 1000 => {
            // Its words are our own: those of a child that was taken over are not repeated.
            Err(outcome::of_picture(error.code))
        }
        _ => Err(crashed()),
    }
}

fn is_sound(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_BYTES && format::of(bytes) == Some(ImageFormat::WebP)
}
