//! Everything that marks and guides are drawn by.

use super::super::data::datum::Datum;
use super::super::data::encode::Encoded;
use super::super::data::item::Item;
use super::super::data::transform::extent;
use super::super::failure::RenderError;
use super::super::spec::channel::Channel;
use super::super::spec::chart::Spec;
use super::super::spec::guide::Range;
use super::super::spec::mark::Shape;
use super::color::Colors;
use super::dimension::Dimension;
use super::domain::{categories, definitions};
use super::options::RenderOptions;
use super::scale::band::Band;
use super::scale::continuous::{Continuous, Spread};
use super::scale::position::Position;
use super::symbol::SHAPES;
use super::theme::{self, Colors as ThemeColors};

/// Square pixels of the least and the greatest symbol.
const SIZES: (f64, f64) = (16.0, 360.0);
/// The share of a band between bars beside one another.
const BESIDE: f64 = 0.08;

/// A part of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    #[must_use]
    pub fn centre(&self) -> (f64, f64) {
        (f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom))
    }
}

/// Scales that do not depend on the size of the picture.
pub struct Scales<'a> {
    pub spec: &'a Spec,
    pub layers: &'a [Encoded<'a>],
    pub theme: ThemeColors,
    pub x: Option<Dimension>,
    pub y: Option<Dimension>,
    pub colors: Option<Colors>,
    /// Square pixels.
    pub sizes: Option<Continuous>,
    pub shapes: Option<Vec<(Datum, Shape)>>,
    pub opacities: Option<Continuous>,
    /// Within a band of x, and of y: shares of it.
    pub offsets: [Option<Band>; 2],
}

impl<'a> Scales<'a> {
    /// The scales of a specification's layers.
    ///
    /// # Errors
    ///
    /// What cannot be put on a scale.
    pub fn of(spec: &'a Spec, layers: &'a [Encoded<'a>], options: &RenderOptions) -> Result<Self, RenderError> {
        Ok(Self {
            spec,
            layers,
            theme: theme::colors(options.theme),
            x: Dimension::of(layers, Channel::X)?,
            y: Dimension::of(layers, Channel::Y)?,
            colors: Colors::of(layers, &spec.config, options.theme)?,
            sizes: sizes(layers)?,
            shapes: shapes(layers)?,
            opacities: figures(layers, Channel::Opacity).map(|(low, high)| between(low, high, (0.25, 0.95))),
            offsets: [offsets(layers, Channel::XOffset)?, offsets(layers, Channel::YOffset)?],
        })
    }
}

/// Scales, and where they are on the picture.
pub struct Plot<'a> {
    pub scales: &'a Scales<'a>,
    pub area: Area,
    pub x: Option<Position>,
    pub y: Option<Position>,
}

impl Plot<'_> {
    /// The scale of x or y.
    #[must_use]
    pub fn position(&self, channel: Channel) -> Option<&Position> {
        match channel.scale() {
            Channel::X => self.x.as_ref(),
            Channel::Y => self.y.as_ref(),
            _ => None,
        }
    }

    /// The bounds of the plot along x or y, the lesser first.
    #[must_use]
    pub fn bounds(&self, channel: Channel) -> (f64, f64) {
        if channel.scale() == Channel::X {
            (self.area.left, self.area.right)
        } else {
            (self.area.top, self.area.bottom)
        }
    }

    /// The part of a band that an item has beside others.
    #[must_use]
    pub fn beside(
        &self,
        layer: &Encoded<'_>,
        item: &Item,
        channel: Channel,
        (from, to): (f64, f64),
    ) -> Option<(f64, f64)> {
        let offset = channel.offset()?;
        let band = self.scales.offsets.get(usize::from(channel == Channel::Y))?.as_ref()?;
        let (start, end) = band.span(&layer.cell(item, offset)?.value)?;
        Some((start.mul_add(to - from, from), end.mul_add(to - from, from)))
    }
}

fn figures(layers: &[Encoded<'_>], channel: Channel) -> Option<(f64, f64)> {
    definitions(layers, channel).next()?;
    let of_layer = |layer: &Encoded<'_>| {
        layer
            .slot(channel)
            .map(|slot| layer.items.iter().filter_map(move |item| item.value(slot).as_number()).collect())
    };
    let figures: Vec<f64> = layers.iter().filter_map(of_layer).flat_map(|figures: Vec<f64>| figures).collect();
    Some(extent(figures.iter()).unwrap_or((0.0, 1.0)))
}

fn between(low: f64, high: f64, (from, to): (f64, f64)) -> Continuous {
    Continuous { spread: Spread::Linear, low, high, from, to }
}

/// Vega-Lite's sizes begin at zero unless they are told otherwise, so that areas compare as their quantities do.
fn sizes(layers: &[Encoded<'_>]) -> Result<Option<Continuous>, RenderError> {
    let Some((low, high)) = figures(layers, Channel::Size) else { return Ok(None) };
    let said = definitions(layers, Channel::Size).find_map(|(_, definition)| definition.scale.clone());
    let said = said.unwrap_or_default();
    let spread = Spread::of(said.kind);
    let bound = |index: usize| said.domain.as_deref()?.get(index)?.as_f64();
    let from_zero = said.zero.unwrap_or(said.domain.is_none()) && spread != Spread::Log;
    let (low, high) = match (bound(0), bound(1)) {
        (Some(low), Some(high)) => (low, high),
        _ if from_zero => (low.min(0.0), high.max(0.0)),
        _ => (low, high),
    };
    if spread == Spread::Log && low <= 0.0 {
        return Err(RenderError::Unfitting("A log scale of sizes shows values above zero only.".to_owned()));
    }
    let (from, to) = match &said.range {
        Some(Range::Figures(range)) => (range.first().copied().unwrap_or(0.0), range.get(1).copied().unwrap_or(0.0)),
        _ if from_zero => (0.0, SIZES.1),
        _ => SIZES,
    };
    Ok(Some(Continuous { spread, low, high, from, to }))
}

fn shapes(layers: &[Encoded<'_>]) -> Result<Option<Vec<(Datum, Shape)>>, RenderError> {
    let Some((_, definition)) = definitions(layers, Channel::Shape).next() else { return Ok(None) };
    let values = categories(layers, Channel::Shape)?;
    let said = match definition.scale.as_ref().and_then(|scale| scale.range.as_ref()) {
        Some(Range::Words(words)) => words
            .iter()
            .filter_map(|word| serde_json::from_value(serde_json::Value::String(word.clone())).ok())
            .collect::<Vec<Shape>>(),
        _ => SHAPES.to_vec(),
    };
    if values.len() > said.len() {
        let message = format!(
            "There are {} categories and {} shapes to tell them apart: take `color`.",
            values.len(),
            said.len()
        );
        return Err(RenderError::NotDrawn(message));
    }
    Ok(Some(values.into_iter().zip(said).collect()))
}

fn offsets(layers: &[Encoded<'_>], channel: Channel) -> Result<Option<Band>, RenderError> {
    if definitions(layers, channel).next().is_none() {
        return Ok(None);
    }
    Ok(Some(Band::new(categories(layers, channel)?, (0.0, 1.0), BESIDE, 0.0, f64::INFINITY)))
}
