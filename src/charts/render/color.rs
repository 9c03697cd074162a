//! The colours of marks.

use std::collections::HashMap;

use serde_json::Value;

use super::super::data::datum::Datum;
use super::super::data::encode::Encoded;
use super::super::data::key::Key;
use super::super::failure::RenderError;
use super::super::spec::channel::Channel;
use super::super::spec::chart::Config;
use super::super::spec::definition::FieldType;
use super::super::spec::guide::{Range, ScaleDef};
use super::domain::{categories, definitions, kind};
use super::options::Theme;
use super::palette;
use super::scale::continuous::{Continuous, Spread};
use super::scale::ticks::nice;

/// The scale of colours.
#[derive(Debug, Clone)]
pub enum Colors {
    Categories {
        values: Vec<Datum>,
        colors: Vec<String>,
        places: HashMap<Key, usize>,
    },
    /// From 0, the first stop, to 1, the last.
    Ramp {
        scale: Continuous,
        stops: Vec<String>,
    },
}

impl Colors {
    /// The scale of all layers, or `None` where none of them shows anything by its colour.
    ///
    /// # Errors
    ///
    /// A column to sort by that there is not, a log scale with values that are not above zero.
    pub fn of(layers: &[Encoded<'_>], config: &Config, theme: Theme) -> Result<Option<Self>, RenderError> {
        let Some(kind) = kind(layers, Channel::Color) else { return Ok(None) };
        let scale = definitions(layers, Channel::Color).find_map(|(_, definition)| definition.scale.clone());
        let scale = scale.unwrap_or_default();
        let continuous = matches!(kind, FieldType::Quantitative | FieldType::Temporal);
        let is_binned = definitions(layers, Channel::Color).any(|(_, definition)| definition.bins().is_some());
        if continuous && !is_binned {
            return ramp(layers, &scale, theme).map(Some);
        }
        let values = categories(layers, Channel::Color)?;
        let said = match &scale.range {
            Some(Range::Words(colors)) => Some(colors.clone()),
            _ => scale
                .scheme
                .as_deref()
                .and_then(palette::scheme)
                .map(|stops| stops.iter().map(|color| (*color).to_owned()).collect()),
        };
        let is_sequence = is_binned || kind == FieldType::Ordinal || scale.scheme.as_deref().is_some_and(is_ramp);
        let mut colors = match said {
            Some(colors) if scale.range.is_some() || !is_sequence => {
                palette::categories(values.len(), theme, Some(&colors))
            }
            stops if is_sequence && values.len() > 1 => {
                let stops = stops.unwrap_or_else(|| palette::ramp(theme));
                spaced(&stops, values.len())
            }
            _ => palette::categories(values.len(), theme, config.range.category.as_deref()),
        };
        if scale.reverse == Some(true) {
            colors.reverse();
        }
        let places = values.iter().enumerate().map(|(index, value)| (Key::of(value), index)).collect();
        Ok(Some(Self::Categories { values, colors, places }))
    }

    /// The colour of a value.
    #[must_use]
    pub fn color(&self, value: &Datum) -> Option<String> {
        match self {
            Self::Categories { colors, places, .. } => {
                places.get(&Key::of(value)).and_then(|index| colors.get(*index)).cloned()
            }
            Self::Ramp { scale, stops } => value.as_number().map(|number| palette::on_ramp(stops, scale.share(number))),
        }
    }
}

fn is_ramp(scheme: &str) -> bool {
    !matches!(scheme, "tableau10" | "category10" | "dark2" | "set2")
}

/// So many colours of a ramp, evenly apart.
fn spaced(stops: &[String], count: usize) -> Vec<String> {
    use super::super::figures::figure;
    let last = figure(count.saturating_sub(1).max(1));
    // The lightest stop is lost on the ground.
    (0..count).map(|index| palette::on_ramp(stops, (figure(index) / last).mul_add(0.85, 0.15))).collect()
}

fn ramp(layers: &[Encoded<'_>], said: &ScaleDef, theme: Theme) -> Result<Colors, RenderError> {
    let mut figures: Vec<f64> = Vec::new();
    for (layer, definition) in definitions(layers, Channel::Color) {
        figures.extend(definition.datum.as_ref().map(Datum::of_spec).and_then(|datum| datum.as_number()));
        if let Some(slot) = layer.slot(Channel::Color) {
            figures.extend(layer.items.iter().filter_map(|item| item.value(slot).as_number()));
        }
    }
    let spread = Spread::of(said.kind);
    let is_time = kind(layers, Channel::Color) == Some(FieldType::Temporal);
    if spread == Spread::Log && figures.iter().any(|figure| *figure <= 0.0) {
        return Err(RenderError::Unfitting("A log scale of colours shows values above zero only.".to_owned()));
    }
    let (low, high) = super::super::data::transform::extent(figures.iter()).unwrap_or((0.0, 1.0));
    let bound = |index: usize| {
        let value = said.domain.as_deref().and_then(|domain| domain.get(index))?;
        if is_time { Datum::of_spec(value).as_moment() } else { Value::as_f64(value) }
    };
    let (mut low, mut high) = match (bound(0), bound(1)) {
        (Some(low), Some(high)) => (low, high),
        _ if is_time || spread != Spread::Linear => (low, high),
        _ => {
            let zero = said.zero == Some(true);
            let (low, high) = if zero { (low.min(0.0), high.max(0.0)) } else { (low, high) };
            nice(spread, low, high, 5, None)
        }
    };
    if let Some(middle) = said.domain_mid {
        let reach = (high - middle).abs().max((middle - low).abs());
        (low, high) = (middle - reach, middle + reach);
    }
    let mut stops = match (&said.range, said.scheme.as_deref().and_then(palette::scheme)) {
        (Some(Range::Words(colors)), _) => colors.clone(),
        (_, Some(stops)) => stops.iter().map(|color| (*color).to_owned()).collect(),
        _ => palette::ramp(theme),
    };
    if said.reverse == Some(true) {
        stops.reverse();
    }
    Ok(Colors::Ramp { scale: Continuous { spread, low, high, from: 0.0, to: 1.0 }, stops })
}
