//! The process that draws one hostile picture anew: `elenchus picture-worker …`. Hidden, and of no use to a person.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Seek as _, Write as _};
use std::os::fd::AsFd as _;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ExtendedColorType, ImageDecoder as _, ImageReader, Limits};

use super::drawing::{Report, SIDES};
use super::format;
use crate::extraction::child::EXIT_UNAVAILABLE;
use crate::extraction::limits::{self, Bounds};
use crate::extraction::report::{ExtractCode, ExtractError};

/// The word on the command line that means this.
pub const SUBCOMMAND: &str = "picture-worker";
/// Longest side of a picture that is decoded, in pixels.
const MAX_SIDE: u32 = 12_000;
/// Most pixels that are decoded: a few kilobytes can claim any number.
const MAX_PIXELS: u64 = 40_000_000;
/// Most memory that a decoder may ask for at once, in bytes.
const MAX_ALLOC: u64 = 512 * 1024 * 1024;

/// The words after [`SUBCOMMAND`].
#[must_use]
pub fn to_args(bounds: Bounds) -> Vec<OsString> {
    vec![bounds.cpu_seconds.to_string().into(), bounds.memory_bytes.to_string().into()]
}

fn from_args(mut args: impl Iterator<Item = OsString>) -> Option<Bounds> {
    let mut word = || args.next()?.into_string().ok()?.parse().ok();
    Some(Bounds { cpu_seconds: word()?, memory_bytes: word()? })
}

/// Draws the picture on standard input anew and writes a report (sizes, or why not) to standard output. `args` is what follows
/// [`SUBCOMMAND`].
#[must_use]
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let Some(bounds) = from_args(args) else {
        eprintln!("{SUBCOMMAND} is called by the server only: seconds, bytes");
        return ExitCode::from(EXIT_UNAVAILABLE);
    };
    match serve(bounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{SUBCOMMAND}: {error}");
            ExitCode::from(EXIT_UNAVAILABLE)
        }
    }
}

fn serve(bounds: Bounds) -> io::Result<()> {
    limits::forget_inherited()?;
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    file.rewind()?;
    limits::restrict(bounds)?;
    limits::close_doors()?;
    let drawn = panic::catch_unwind(AssertUnwindSafe(|| draw(file)));
    let report = match drawn.unwrap_or_else(|_| Err(ExtractError::new(ExtractCode::ExtractCrashed, "panicked"))) {
        Ok(pictures) => Report::drawn(&pictures),
        Err(error) => Report::Failed(error),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, &report)?;
    out.flush()
}

fn draw(mut file: File) -> Result<Vec<Vec<u8>>, ExtractError> {
    let corrupt = |error: &dyn std::fmt::Display| ExtractError::corrupt("picture", error);
    let kind = format::detect(&mut file).map_err(|error| corrupt(&error))?;
    let kind = kind.ok_or_else(|| ExtractError::new(ExtractCode::Unsupported, "not a picture"))?;
    let mut reader = ImageReader::with_format(BufReader::new(file), kind);
    let mut bounds = Limits::default();
    bounds.max_image_width = Some(MAX_SIDE);
    bounds.max_image_height = Some(MAX_SIDE);
    bounds.max_alloc = Some(MAX_ALLOC);
    reader.limits(bounds);
    let refused = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => ExtractError::too_large("The picture has too many pixels."),
        error => corrupt(&error),
    };
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ExtractError::too_large("The picture has too many pixels."));
    }
    // A phone keeps a photograph as its sensor lay, and says beside it how it is to be turned.
    let orientation = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::ImageRgba8(DynamicImage::from_decoder(decoder).map_err(refused)?.into_rgba8());
    picture.apply_orientation(orientation);
    let mut drawn = Vec::with_capacity(SIDES.len());
    for side in SIDES {
        let square = picture.resize_to_fill(side, side, FilterType::Triangle).into_rgba8();
        let mut bytes = Vec::new();
        let encoder = WebPEncoder::new_lossless(&mut bytes);
        encoder.encode(&square, side, side, ExtendedColorType::Rgba8).map_err(refused)?;
        drawn.push(bytes);
    }
    Ok(drawn)
}
