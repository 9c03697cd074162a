//! The categories of a scale, and in which order they stand.

use std::collections::{HashMap, HashSet};

use super::super::data::aggregate::Gathering;
use super::super::data::datum::Datum;
use super::super::data::encode::Encoded;
use super::super::data::key::Key;
use super::super::data::table::at;
use super::super::failure::RenderError;
use super::super::spec::channel::Channel;
use super::super::spec::definition::{Definition, FieldType};
use super::super::spec::op::Op;
use super::super::spec::setting::Setting;
use super::super::spec::sort::{Order, Sort};

/// The definitions of a channel that are measured with its scale, with their layers.
pub fn definitions<'e>(
    layers: &'e [Encoded<'_>],
    channel: Channel,
) -> impl Iterator<Item = (&'e Encoded<'e>, &'e Definition)> {
    layers.iter().filter_map(move |layer| {
        let definition = layer.layer.channel(channel)?;
        (definition.is_field() || definition.datum.is_some()).then_some((layer as &'e Encoded<'e>, definition))
    })
}

/// What the values of a channel are: the same in all layers.
#[must_use]
pub fn kind(layers: &[Encoded<'_>], channel: Channel) -> Option<FieldType> {
    definitions(layers, channel).next().map(|(_, definition)| definition.kind(channel))
}

/// The categories of a channel in their order.
///
/// # Errors
///
/// A column to sort by that there is not.
pub fn categories(layers: &[Encoded<'_>], channel: Channel) -> Result<Vec<Datum>, RenderError> {
    let listed = definitions(layers, channel).find_map(|(_, definition)| definition.scale.as_ref()?.domain.as_ref());
    if let Some(listed) = listed {
        return Ok(distinct(listed.iter().map(Datum::of_spec)));
    }
    let of_layer = |layer: &Encoded<'_>, definition: &Definition| -> Vec<Datum> {
        match (&definition.datum, layer.slot(channel)) {
            (Some(datum), _) => vec![Datum::of_spec(datum)],
            (None, Some(slot)) => layer.items.iter().map(|item| item.value(slot).clone()).collect(),
            (None, None) => Vec::new(),
        }
    };
    let values = distinct(definitions(layers, channel).flat_map(|(layer, definition)| of_layer(layer, definition)));
    let sorted = definitions(layers, channel).find(|(_, definition)| !definition.sort.is_unsaid());
    let Some((layer, definition)) = sorted else { return Ok(in_order(values, Order::Ascending)) };
    match &definition.sort {
        Setting::Unsaid => Ok(in_order(values, Order::Ascending)),
        Setting::Off => Ok(values),
        Setting::Said(Sort::Values(order)) => Ok(in_order(values, *order)),
        Setting::Said(Sort::List(list)) => {
            let first: Vec<Datum> = list.iter().map(Datum::of_spec).filter(|datum| values.contains(datum)).collect();
            Ok(distinct(first.into_iter().chain(in_order(values, Order::Ascending))))
        }
        Setting::Said(Sort::Channel(other, order)) => {
            let by = by_channel(layer, channel, *other).ok_or_else(|| {
                let message =
                    format!("`{}` cannot be sorted by `{}`, which shows no column.", channel.as_str(), other.as_str());
                RenderError::NotDrawn(message)
            })?;
            Ok(by_sums(values, &by, *order))
        }
        Setting::Said(Sort::Field { field, op, order }) => {
            let by = by_field(layer, channel, field.as_deref(), *op)?;
            Ok(by_sums(values, &by, *order))
        }
    }
}

fn distinct(values: impl Iterator<Item = Datum>) -> Vec<Datum> {
    let mut seen = HashSet::new();
    values.filter(|value| seen.insert(Key::of(value))).collect()
}

fn in_order(mut values: Vec<Datum>, order: Order) -> Vec<Datum> {
    values.sort_by(Datum::order);
    if order == Order::Descending {
        values.reverse();
    }
    values
}

fn by_sums(values: Vec<Datum>, by: &HashMap<Key, Datum>, order: Order) -> Vec<Datum> {
    let mut values = in_order(values, Order::Ascending);
    let of = |value: &Datum| by.get(&Key::of(value)).cloned().unwrap_or(Datum::Null);
    values.sort_by(|one, other| {
        let ordering = of(one).order(&of(other));
        if order == Order::Descending { ordering.reverse() } else { ordering }
    });
    values
}

/// What another channel shows of each category. Parts of a stack count together.
fn by_channel(layer: &Encoded<'_>, channel: Channel, other: Channel) -> Option<HashMap<Key, Datum>> {
    let (own, shown) = (layer.slot(channel)?, layer.slot(other)?);
    let is_stacked = layer.stack.as_ref().is_some_and(|plan| plan.channel == other);
    let op = layer.layer.channel(other)?.aggregate.unwrap_or(if is_stacked { Op::Sum } else { Op::Min });
    let cells = layer.raw.iter().filter_map(|cells| Some((&cells.get(own)?.value, &cells.get(shown)?.value)));
    Some(gathered(cells, op))
}

/// What is counted where there is no column.
const ROW: &Datum = &Datum::Bool(true);

fn by_field(
    layer: &Encoded<'_>,
    channel: Channel,
    field: Option<&str>,
    op: Op,
) -> Result<HashMap<Key, Datum>, RenderError> {
    let column = field.map(|field| layer.table.index(field)).transpose()?;
    let Some(own) = layer.slot(channel) else { return Ok(HashMap::new()) };
    let cells = layer
        .raw
        .iter()
        .zip(&layer.table.rows)
        .filter_map(|(cells, row)| Some((&cells.get(own)?.value, column.map_or(ROW, |index| at(row, index)))));
    Ok(gathered(cells, op))
}

fn gathered<'d>(pairs: impl Iterator<Item = (&'d Datum, &'d Datum)>, op: Op) -> HashMap<Key, Datum> {
    let mut gathering: HashMap<Key, Gathering> = HashMap::new();
    for (category, value) in pairs {
        gathering.entry(Key::of(category)).or_insert_with(|| Gathering::new(op)).add(value);
    }
    gathering.into_iter().map(|(key, gathering)| (key, gathering.result())).collect()
}
