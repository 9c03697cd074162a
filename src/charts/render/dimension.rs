//! x and y: from what to what they go, and what is written along them.

use super::super::data::bins::Bins;
use super::super::data::encode::Encoded;
use super::super::failure::RenderError;
use super::super::spec::channel::Channel;
use super::super::spec::definition::{Definition, FieldType};
use super::super::spec::guide::{AxisDef, ScaleDef};
use super::super::spec::op::Op;
use super::super::spec::setting::Setting;
use super::super::spec::sort::{Order, Sort};
use super::super::spec::time_unit::TimeUnit;
use super::domain::{definitions, kind};
use super::extent::{Extent, bands, numbers, times};
use super::label::{Labels, title};
use super::scale::band::Band;
use super::scale::continuous::{Continuous, Spread};
use super::scale::position::Position;
use super::scale::ticks::nice;

/// Parts of an axis whose ends are made round: with fewer, marks would take up too little of it.
const ROUND: usize = 10;

/// x or y.
#[derive(Debug, Clone)]
pub struct Dimension {
    pub channel: Channel,
    pub extent: Extent,
    pub title: Option<String>,
    /// `None` where the axis is turned off.
    pub axis: Option<AxisDef>,
    pub labels: Labels,
    pub unit: Option<TimeUnit>,
    /// The bins of the values, where there are some.
    pub bins: Option<Bins>,
    pub reverse: bool,
    /// Whether the specification says from what to what: marks beyond are cut.
    pub is_bounded: bool,
    /// Steps between ticks are no smaller: 1 for counts.
    pub least_step: Option<f64>,
}

impl Dimension {
    /// The dimension of a channel, or `None` where no layer has it.
    ///
    /// # Errors
    ///
    /// What cannot be put on its scale.
    pub fn of(layers: &[Encoded<'_>], channel: Channel) -> Result<Option<Self>, RenderError> {
        let Some(kind) = kind(layers, channel) else { return Ok(None) };
        let scales: Vec<&ScaleDef> =
            definitions(layers, channel).filter_map(|(_, definition)| definition.scale.as_ref()).collect();
        let is_bounded = scales
            .iter()
            .any(|scale| scale.domain.is_some() || scale.domain_min.is_some() || scale.domain_max.is_some());
        let extent = match kind {
            FieldType::Quantitative => numbers(layers, channel, &scales)?,
            FieldType::Temporal => times(layers, channel, &scales),
            FieldType::Ordinal | FieldType::Nominal => bands(layers, channel, &scales)?,
        };
        let mut axis = AxisDef::default();
        let mut is_off = true;
        for (_, definition) in definitions(layers, channel) {
            is_off &= definition.axis.is_off();
            if let Some(said) = definition.axis.said() {
                axis = said.clone();
            }
        }
        let counts = |definition: &Definition| definition.aggregate.is_some_and(Op::counts);
        let all_counts = definitions(layers, channel).all(|(_, definition)| counts(definition));
        let is_share = definitions(layers, channel)
            .any(|(layer, _)| layer.stack.as_ref().is_some_and(|plan| plan.channel == channel && plan.normalize));
        let first = definitions(layers, channel).map(|(_, definition)| definition).find(|one| one.is_field());
        Ok(Some(Self {
            channel,
            extent,
            title: title(layers, channel, axis.title.clone()),
            labels: Labels::of(kind, first, axis.format.as_deref(), is_share),
            unit: first.and_then(|definition| definition.time_unit),
            bins: layers
                .iter()
                .flat_map(|layer| &layer.slots)
                .find(|slot| slot.channel == channel)
                .and_then(|slot| slot.bins),
            reverse: reverses(layers, channel, kind, &scales),
            is_bounded,
            least_step: axis.tick_min_step.or((all_counts && !is_share).then_some(1.0)),
            axis: (!is_off).then_some(axis),
        }))
    }

    /// The scale between two places; ends become round, and more so for more ticks.
    #[must_use]
    pub fn scale(&self, from: f64, to: f64, ticks: usize) -> Position {
        let (from, to) = if self.reverse { (to, from) } else { (from, to) };
        match &self.extent {
            Extent::Numbers { spread, low, high, nice: is_nice, .. } => {
                let (low, high) = if *is_nice {
                    nice(*spread, *low, *high, ticks.max(ROUND), self.least_step)
                } else {
                    (*low, *high)
                };
                Position::Continuous(Continuous { spread: *spread, low, high, from, to })
            }
            Extent::Times { low, high, .. } => {
                Position::Continuous(Continuous { spread: Spread::Linear, low: *low, high: *high, from, to })
            }
            Extent::Bands { values, inner, outer, widest } => {
                Position::Band(Band::new(values.clone(), (from, to), *inner, *outer, *widest))
            }
        }
    }

    /// Whether values are in bands.
    #[must_use]
    pub fn is_banded(&self) -> bool {
        matches!(self.extent, Extent::Bands { .. })
    }
}

fn reverses(layers: &[Encoded<'_>], channel: Channel, kind: FieldType, scales: &[&ScaleDef]) -> bool {
    let falls = |definition: &Definition| definition.sort == Setting::Said(Sort::Values(Order::Descending));
    let is_continuous = matches!(kind, FieldType::Quantitative | FieldType::Temporal);
    let said = scales.iter().any(|scale| scale.reverse == Some(true));
    said != (is_continuous && definitions(layers, channel).any(|(_, definition)| falls(definition)))
}
