//! Marks on top of one another, by Vega-Lite's rules.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::super::failure::RenderError;
use super::super::spec::channel::Channel;
use super::super::spec::chart::Layer;
use super::super::spec::definition::{Definition, StackDef};
use super::super::spec::mark::{MarkType, Orient};
use super::super::spec::setting::Setting;
use super::super::spec::sort::{Order, Sort};
use super::datum::Datum;
use super::item::{Cell, Item, Slot};
use super::key::Key;
use super::orient::{is_measure, orient};

/// Items that gaps are filled with at most.
const MOST_FILLED: usize = 100_000;

/// How items are stacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// X, Y or theta.
    pub channel: Channel,
    /// Whether each stack is made as long as the others.
    pub normalize: bool,
    /// What the stacks stand on.
    groupby: Vec<Channel>,
    /// What makes the parts of a stack.
    by: Vec<Channel>,
}

/// Whether and how a layer's marks are stacked.
#[must_use]
pub fn plan(layer: &Layer) -> Option<Plan> {
    if layer.mark.kind == MarkType::Rect {
        return None;
    }
    let channel = if layer.mark.kind == MarkType::Arc { Channel::Theta } else { stacked(layer)? };
    let definition = layer.channel(channel)?;
    let normalize = match (&definition.stack, layer.mark.kind) {
        (Setting::Said(StackDef::Mode(mode)), _) => mode == "normalize",
        (Setting::Said(StackDef::Switch(true)), _)
        | (Setting::Unsaid, MarkType::Bar | MarkType::Area | MarkType::Arc) => false,
        _ => return None,
    };
    if channel.second().is_some_and(|second| layer.channel(second).is_some()) {
        return None;
    }
    let dimension = match channel {
        Channel::X => Some(Channel::Y),
        Channel::Y => Some(Channel::X),
        _ => None,
    };
    let groupby: Vec<Channel> = [dimension, dimension.and_then(Channel::offset)]
        .into_iter()
        .flatten()
        .filter(|channel| layer.channel(*channel).is_some_and(Definition::is_field))
        .collect();
    let grouped: HashSet<_> = groupby.iter().filter_map(|channel| layer.channel(*channel)?.field.clone()).collect();
    let by: Vec<Channel> = [
        Channel::Color,
        Channel::Size,
        Channel::Shape,
        Channel::Opacity,
        Channel::Detail,
        Channel::Order,
        Channel::Text,
    ]
    .into_iter()
    .filter(|channel| {
        layer.encoding.get(channel).is_some_and(|all| {
            let parts = |one: &Definition| {
                one.aggregate.is_none() && one.field.as_ref().is_some_and(|field| !grouped.contains(field))
            };
            all.all().iter().any(parts)
        })
    })
    .collect();
    if layer.aggregates() && by.is_empty() {
        return None;
    }
    Some(Plan { channel, normalize, groupby, by })
}

fn stacked(layer: &Layer) -> Option<Channel> {
    let definition = |channel| layer.channel(channel).filter(|one: &&Definition| one.is_field());
    let (x, y) = (definition(Channel::X), definition(Channel::Y));
    let measure = |channel, one: Option<&Definition>| one.is_some_and(|one| is_measure(channel, one));
    let is_filled = matches!(layer.mark.kind, MarkType::Bar | MarkType::Area);
    let way = orient(layer);
    match (measure(Channel::X, x), measure(Channel::Y, y)) {
        (true, true) => {
            let asks = |one: Option<&Definition>| one.is_some_and(|one| !one.stack.is_unsaid() && !one.stack.is_off());
            let aggregates = |one: Option<&Definition>| one.is_some_and(|one| one.aggregate.is_some());
            match (asks(x), asks(y), aggregates(x), aggregates(y)) {
                (true, ..) | (_, false, true, false) => Some(Channel::X),
                (_, true, ..) | (.., false, true) => Some(Channel::Y),
                _ if is_filled => way.map(|way| if way == Orient::Vertical { Channel::Y } else { Channel::X }),
                _ => None,
            }
        }
        (true, false) if !(is_filled && y.is_none() && way == Some(Orient::Vertical)) => Some(Channel::X),
        (false, true) if !(is_filled && x.is_none() && way == Some(Orient::Horizontal)) => Some(Channel::Y),
        _ => None,
    }
}

/// Gives each item its span. Gaps in the series of areas and lines are filled with zeros.
///
/// # Errors
///
/// More gaps than are filled.
pub fn stack(plan: &Plan, layer: &Layer, slots: &[Slot<'_>], items: &mut Vec<Item>) -> Result<(), RenderError> {
    let slot_of = |channel: Channel| slots.iter().position(|slot| slot.channel == channel);
    let Some(measure) = slot_of(plan.channel) else { return Ok(()) };
    let group_slots: Vec<usize> = plan.groupby.iter().filter_map(|channel| slot_of(*channel)).collect();
    let by_slots: Vec<usize> = (0..slots.len())
        .filter(|index| slots.get(*index).is_some_and(|slot| plan.by.contains(&slot.channel)))
        .collect();
    let key_of =
        |item: &Item, slots: &[usize]| -> Vec<Key> { slots.iter().map(|slot| Key::of(item.value(*slot))).collect() };
    if layer.mark.kind.is_path() {
        fill(items, measure, &group_slots, &by_slots)?;
    }
    let mut places: HashMap<Vec<Key>, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let place = *places.entry(key_of(item, &group_slots)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(index);
        }
    }
    let order = ordering(plan, slots, &by_slots);
    for mut group in groups {
        group.sort_by(|one, other| match (items.get(*one), items.get(*other)) {
            (Some(one), Some(other)) => order(one, other),
            _ => Ordering::Equal,
        });
        let size = |item: &Item| item.value(measure).as_number().unwrap_or(0.0);
        let total: f64 = group.iter().filter_map(|index| items.get(*index)).map(|item| size(item).abs()).sum();
        let (mut above, mut below) = (0.0, 0.0);
        for index in group {
            let Some(item) = items.get_mut(index) else { continue };
            let mut length = size(item);
            if plan.normalize {
                length = if total > 0.0 { length.abs() / total } else { 0.0 };
            }
            let end = if length < 0.0 { &mut below } else { &mut above };
            let start = *end;
            *end += length;
            item.span = Some((start, *end));
        }
    }
    Ok(())
}

fn fill(items: &mut Vec<Item>, measure: usize, group: &[usize], by: &[usize]) -> Result<(), RenderError> {
    let distinct = |slots: &[usize]| {
        let mut seen = HashSet::new();
        let mut firsts = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if seen.insert(slots.iter().map(|slot| Key::of(item.value(*slot))).collect::<Vec<_>>()) {
                firsts.push(index);
            }
        }
        firsts
    };
    let (groups, series) = (distinct(group), distinct(by));
    if groups.len().saturating_mul(series.len()) > MOST_FILLED {
        let message = "There are too many series and places to stack. Put rows together in the statement.";
        return Err(RenderError::NotDrawn(message.to_owned()));
    }
    let key = |item: &Item| -> Vec<Key> { group.iter().chain(by).map(|slot| Key::of(item.value(*slot))).collect() };
    let present: HashSet<Vec<Key>> = items.iter().map(key).collect();
    let mut filled = Vec::new();
    for place in groups {
        for one in &series {
            let (Some(place), Some(one)) = (items.get(place), items.get(*one)) else { continue };
            let mut item = one.clone();
            for slot in group {
                if let (Some(cell), Some(from)) = (item.cells.get_mut(*slot), place.cells.get(*slot)) {
                    cell.clone_from(from);
                }
            }
            if present.contains(&key(&item)) {
                continue;
            }
            if let Some(cell) = item.cells.get_mut(measure) {
                *cell = Cell { value: Datum::Number(0.0), end: None };
            }
            filled.push(item);
        }
    }
    items.extend(filled);
    Ok(())
}

/// By what `order` says, or by what makes the parts: from above on a vertical axis, so that a legend reads like its stack.
fn ordering(plan: &Plan, slots: &[Slot<'_>], by: &[usize]) -> impl Fn(&Item, &Item) -> Ordering {
    let of_channel = |wanted: Channel| {
        slots.iter().enumerate().filter(move |(_, slot)| slot.channel == wanted).map(|(index, _)| index)
    };
    let ordered: Vec<usize> = of_channel(Channel::Order).collect();
    let descends = plan.channel == Channel::Y;
    let keys: Vec<(usize, bool, Vec<Datum>)> = if ordered.is_empty() { by.to_vec() } else { ordered.clone() }
        .into_iter()
        .map(|index| {
            let sort = slots.get(index).map(|slot| &slot.definition.sort);
            let list = match sort {
                Some(Setting::Said(Sort::List(list))) => list.iter().map(Datum::of_spec).collect(),
                _ => Vec::new(),
            };
            let falls = matches!(sort, Some(Setting::Said(Sort::Values(Order::Descending))));
            (index, if ordered.is_empty() { descends } else { falls }, list)
        })
        .collect();
    move |one, other| {
        keys.iter().fold(Ordering::Equal, |so_far, (index, falls, list)| {
            so_far.then_with(|| {
                let (one, other) = (one.value(*index), other.value(*index));
                let place = |datum: &Datum| list.iter().position(|listed| listed == datum).unwrap_or(list.len());
                let ordering = place(one).cmp(&place(other)).then_with(|| one.order(other));
                if *falls { ordering.reverse() } else { ordering }
            })
        })
    }
}
