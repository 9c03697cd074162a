//! The items of a layer: what each mark shows in each channel.

use std::collections::HashMap;

use super::super::failure::RenderError;
use super::super::problems::quoted;
use super::super::spec::channel::Channel;
use super::super::spec::chart::Layer;
use super::super::spec::definition::{Definition, FieldType};
use super::super::spec::mark::Orient;
use super::super::spec::op::Op;
use super::aggregate::Gathering;
use super::bins::Bins;
use super::datum::Datum;
use super::item::{Cell, Item, Slot};
use super::key::Key;
use super::orient::orient;
use super::stack::{Plan, plan, stack};
use super::table::{Table, at};
use super::transform::{extent, run};
use super::units::span;

/// A layer with its items.
#[derive(Debug, Clone)]
pub struct Encoded<'a> {
    pub layer: &'a Layer,
    pub orient: Option<Orient>,
    pub slots: Vec<Slot<'a>>,
    pub items: Vec<Item>,
    /// What each row shows, before rows were put together: orders of categories go by these.
    pub raw: Vec<Vec<Cell>>,
    /// The rows themselves, likewise.
    pub table: Table,
    pub stack: Option<Plan>,
}

impl Encoded<'_> {
    /// Where a channel's values are in an item; the first where there are several.
    #[must_use]
    pub fn slot(&self, channel: Channel) -> Option<usize> {
        self.slots.iter().position(|slot| slot.channel == channel)
    }

    /// What an item shows in a channel.
    #[must_use]
    pub fn cell<'i>(&self, item: &'i Item, channel: Channel) -> Option<&'i Cell> {
        item.cells.get(self.slot(channel)?)
    }
}

/// Puts rows into the items of a layer.
///
/// # Errors
///
/// Columns that there are not, quantities that are none, too many of anything.
pub fn encode<'a>(layer: &'a Layer, shared: &Table) -> Result<Encoded<'a>, RenderError> {
    let mut table = shared.clone();
    run(&layer.transform, &mut table)?;
    let mut slots = Vec::new();
    let mut columns = Vec::new();
    for (channel, definition) in layer.definitions().filter(|(_, definition)| definition.is_field()) {
        let column = definition.field.as_deref().map(|field| table.index(field)).transpose()?;
        let kind = kind_of(layer, channel, definition);
        let bins = definition.bins().and_then(|params| {
            let numbers: Vec<f64> = table.column(column?).filter_map(Datum::as_number).collect();
            let (least, most) = extent(numbers.iter())?;
            Some(Bins::of(params, least, most, channel.is_position()))
        });
        slots.push(Slot { channel, definition, kind, bins });
        columns.push(column);
    }
    let raw: Vec<Vec<Cell>> = table
        .rows
        .iter()
        .map(|row| {
            slots.iter().zip(&columns).map(|(slot, column)| cell(slot, column.map(|index| at(row, index)))).collect()
        })
        .collect();
    let mut items = if layer.aggregates() {
        aggregated(&slots, &raw)
    } else {
        raw.iter().map(|cells| Item { cells: cells.clone(), span: None }).collect()
    };
    refuse_words(&slots, &columns, &table, &items)?;
    let plan = plan(layer);
    items.retain(|item| stays(layer, plan.as_ref(), &slots, item));
    if let Some(plan) = &plan {
        stack(plan, layer, &slots, &mut items)?;
    }
    Ok(Encoded { layer, orient: orient(layer), slots, items, raw, table, stack: plan })
}

/// The other end of a range is measured with the scale of the first.
fn kind_of(layer: &Layer, channel: Channel, definition: &Definition) -> FieldType {
    match channel {
        Channel::X2 | Channel::Y2 => {
            layer.channel(channel.scale()).map_or(FieldType::Quantitative, |first| first.kind(channel.scale()))
        }
        _ => definition.kind(channel),
    }
}

fn cell(slot: &Slot<'_>, datum: Option<&Datum>) -> Cell {
    let Some(datum) = datum else { return Cell { value: Datum::Null, end: None } };
    let of = |value: Datum| Cell { value, end: None };
    if let Some(op) = slot.definition.aggregate {
        // Counting needs no numbers, and a moment stays one.
        let numbers = !op.counts() && slot.kind == FieldType::Quantitative;
        return of(match slot.kind {
            FieldType::Temporal => datum.as_moment().map_or(Datum::Null, Datum::Time),
            _ if numbers => datum.as_number().map_or(Datum::Null, Datum::number),
            _ => datum.clone(),
        });
    }
    if slot.definition.bins().is_some() {
        let bounds = datum.as_number().and_then(|number| slot.bins.map(|bins| bins.bounds(number)));
        return bounds.map_or(of(Datum::Null), |(low, high)| Cell { value: Datum::number(low), end: Some(high) });
    }
    if let Some(unit) = slot.definition.time_unit {
        let bounds = datum.as_moment().and_then(|moment| span(unit, moment));
        return bounds.map_or(of(Datum::Null), |(start, end)| Cell { value: Datum::Time(start), end: Some(end) });
    }
    of(match slot.kind {
        FieldType::Quantitative => datum.as_number().map_or(Datum::Null, Datum::number),
        FieldType::Temporal => datum.as_moment().map_or(Datum::Null, Datum::Time),
        FieldType::Ordinal | FieldType::Nominal => datum.clone(),
    })
}

fn aggregated(slots: &[Slot<'_>], raw: &[Vec<Cell>]) -> Vec<Item> {
    let mut places: HashMap<Vec<Key>, usize> = HashMap::new();
    let mut groups: Vec<(Vec<Cell>, Vec<Option<Gathering>>)> = Vec::new();
    let gatherings = || slots.iter().map(|slot| slot.definition.aggregate.map(Gathering::new)).collect::<Vec<_>>();
    for cells in raw {
        let key: Vec<Key> = slots
            .iter()
            .zip(cells)
            .filter(|(slot, _)| slot.definition.aggregate.is_none())
            .map(|(_, cell)| Key::of(&cell.value))
            .collect();
        let place = *places.entry(key).or_insert_with(|| {
            groups.push((cells.clone(), gatherings()));
            groups.len() - 1
        });
        if let Some((_, gathered)) = groups.get_mut(place) {
            for (gathering, cell) in gathered.iter_mut().zip(cells) {
                if let Some(gathering) = gathering {
                    gathering.add(&cell.value);
                }
            }
        }
    }
    if groups.is_empty() && slots.iter().all(|slot| slot.definition.aggregate.is_some()) {
        let nothing = Cell { value: Datum::Null, end: None };
        groups.push((vec![nothing; slots.len()], gatherings()));
    }
    let finish = |(cells, gathered): (Vec<Cell>, Vec<Option<Gathering>>)| Item {
        cells: cells
            .into_iter()
            .zip(gathered)
            .map(|(cell, gathering)| match gathering {
                Some(gathering) => Cell { value: gathering.result(), end: None },
                None => cell,
            })
            .collect(),
        span: None,
    };
    groups.into_iter().map(finish).collect()
}

/// A column of words where quantities or times are wanted would give an empty picture.
fn refuse_words(
    slots: &[Slot<'_>],
    columns: &[Option<usize>],
    table: &Table,
    items: &[Item],
) -> Result<(), RenderError> {
    for (slot, column) in slots.iter().zip(columns) {
        let Some(column) = column else { continue };
        let wanted = match slot.kind {
            _ if slot.definition.aggregate.is_some_and(Op::counts) => continue,
            FieldType::Quantitative => "number",
            FieldType::Temporal => "date or time",
            _ if slot.definition.bins().is_some() => "number",
            _ if slot.definition.time_unit.is_some() => "date or time",
            FieldType::Ordinal | FieldType::Nominal => continue,
        };
        // Sums of nothing are zero, so it is the rows that are looked at.
        let fits = |datum: &Datum| match wanted {
            "number" => datum.as_number().is_some(),
            _ => datum.as_moment().is_some(),
        };
        let has_values = table.column(*column).any(|datum| !datum.is_null());
        if has_values && !items.is_empty() && !table.column(*column).any(fits) {
            let name = slot.definition.field.as_deref().unwrap_or_default();
            let place = slot.channel.as_str();
            let message = format!("No value of {} is a {wanted}, which `{place}` wants.", quoted(name));
            return Err(RenderError::Unfitting(message));
        }
    }
    Ok(())
}

/// Vega-Lite leaves out marks whose quantity or time is null; lines and areas break there, and stacks count it as zero.
fn stays(layer: &Layer, plan: Option<&Plan>, slots: &[Slot<'_>], item: &Item) -> bool {
    slots.iter().enumerate().all(|(index, slot)| {
        let is_continuous = matches!(slot.kind, FieldType::Quantitative | FieldType::Temporal)
            && (slot.channel.is_position()
                || matches!(slot.channel, Channel::Color | Channel::Size | Channel::Opacity | Channel::Theta));
        if !is_continuous || !item.value(index).is_null() {
            return true;
        }
        let breaks = layer.mark.kind.is_path() && measure_of(layer) == Some(slot.channel.scale());
        breaks || plan.is_some_and(|plan| plan.channel == slot.channel && layer.mark.kind.is_path())
    })
}

/// The channel along which a line's or an area's quantities go.
#[must_use]
pub fn measure_of(layer: &Layer) -> Option<Channel> {
    match orient(layer)? {
        Orient::Vertical => Some(Channel::Y),
        Orient::Horizontal => Some(Channel::X),
    }
}
