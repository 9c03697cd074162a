//! Whether the columns that a specification names exist, and hold what it takes them for.

use super::super::data::transform::names;
use super::super::problems::{SpecProblem, part};
use super::super::spec::channel::Channel;
use super::super::spec::chart::Layer;
use super::super::spec::definition::{Definition, Definitions, FieldType};
use super::super::spec::op::Op;
use super::super::spec::setting::Setting;
use super::super::spec::sort::Sort;
use super::super::spec::transform::{Predicate, Transform, WindowOp};
use super::known::{Known, Wanted};

/// What a channel wants of its column.
fn wanted(channel: Channel, definition: &Definition, first: Option<&Definition>) -> Option<Wanted> {
    if definition.aggregate.is_some_and(Op::counts) {
        return None;
    }
    if definition.time_unit.is_some() {
        return Some(Wanted::Moments);
    }
    // The other end of a range is of the type of the first.
    let kind = match first {
        Some(first) => first.kind(channel.scale()),
        None => definition.kind(channel),
    };
    match kind {
        FieldType::Quantitative => Some(Wanted::Numbers),
        FieldType::Temporal => Some(Wanted::Moments),
        _ if definition.bins().is_some() => Some(Wanted::Numbers),
        FieldType::Ordinal | FieldType::Nominal => None,
    }
}

/// Looks through transforms, and adds the names that they make.
pub fn transforms(steps: &[Transform], pointer: &str, known: &mut Known, problems: &mut Vec<SpecProblem>) {
    for (index, step) in steps.iter().enumerate() {
        let here = format!("{pointer}/{index}");
        let mut expect = |field: &str, wanted: Option<Wanted>, place: &str| {
            let pointer = format!("{here}/{place}");
            known.expect(field, &pointer, problems);
            if let Some(wanted) = wanted {
                known.expect_values(field, wanted, &pointer, problems);
            }
        };
        match step {
            Transform::Filter { filter } => predicate(filter, &format!("{here}/filter"), known, problems),
            Transform::Aggregate { aggregate, groupby } => {
                for (index, one) in aggregate.iter().enumerate() {
                    if let Some(field) = &one.field {
                        let numbers = (!one.op.counts()).then_some(Wanted::Numbers);
                        expect(field, numbers, &format!("aggregate/{index}/field"));
                    }
                }
                for (index, field) in groupby.iter().enumerate() {
                    expect(field, None, &format!("groupby/{index}"));
                }
                known.keep(groupby);
            }
            Transform::Bin { field, .. } => expect(field, Some(Wanted::Numbers), "field"),
            Transform::TimeUnit { field, .. } => expect(field, Some(Wanted::Moments), "field"),
            Transform::Fold { fold, .. } => {
                for (index, field) in fold.iter().enumerate() {
                    expect(field, None, &format!("fold/{index}"));
                }
            }
            Transform::Window { window, groupby, sort, .. } => {
                for (index, one) in window.iter().enumerate() {
                    if let Some(field) = &one.field {
                        let numbers = (one.op != WindowOp::Count).then_some(Wanted::Numbers);
                        expect(field, numbers, &format!("window/{index}/field"));
                    }
                }
                for (index, field) in groupby.iter().enumerate() {
                    expect(field, None, &format!("groupby/{index}"));
                }
                for (index, one) in sort.iter().enumerate() {
                    expect(&one.field, None, &format!("sort/{index}/field"));
                }
            }
        }
        known.add(names(step));
    }
}

fn predicate(wanted: &Predicate, pointer: &str, known: &Known, problems: &mut Vec<SpecProblem>) {
    let mut each = |parts: &[Predicate], word: &str| {
        for (index, one) in parts.iter().enumerate() {
            predicate(one, &format!("{pointer}/{word}/{index}"), known, problems);
        }
    };
    match wanted {
        Predicate::And { and } => each(and, "and"),
        Predicate::Or { or } => each(or, "or"),
        Predicate::Not { not } => predicate(not, &format!("{pointer}/not"), known, problems),
        Predicate::Test(test) => known.expect(&test.field, &format!("{pointer}/field"), problems),
    }
}

/// Looks through the channels of a layer.
pub fn encoding(layer: &Layer, known: &Known, problems: &mut Vec<SpecProblem>) {
    for (channel, definitions) in &layer.encoding {
        for (index, definition) in definitions.all().iter().enumerate() {
            let place = match definitions {
                Definitions::Several(_) => format!("/{index}"),
                _ => String::new(),
            };
            let pointer = format!("{}/encoding/{}{place}", layer.pointer, part(channel.as_str()));
            let first = layer.channel(channel.scale()).filter(|_| channel.scale() != *channel);
            if let Some(field) = &definition.field {
                let pointer = format!("{pointer}/field");
                known.expect(field, &pointer, problems);
                if let Some(wanted) = wanted(*channel, definition, first) {
                    known.expect_values(field, wanted, &pointer, problems);
                }
            }
            if let Setting::Said(Sort::Field { field: Some(field), .. }) = &definition.sort {
                known.expect(field, &format!("{pointer}/sort/field"), problems);
            }
        }
    }
}
