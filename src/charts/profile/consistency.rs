//! Whether the parts of a specification fit together: what a JSON Schema cannot say, or not with a sentence that helps.

use super::super::data::orient::is_measure;
use super::super::data::stack::plan;
use super::super::problems::SpecProblem;
use super::super::spec::channel::Channel;
use super::super::spec::chart::{Layer, Spec};
use super::super::spec::definition::{Definition, Definitions, FieldType};
use super::super::spec::guide::ScaleType;
use super::super::spec::mark::MarkType;
use super::definitions;
use super::steps;

/// Everything that does not fit.
pub fn problems(spec: &Spec) -> Vec<SpecProblem> {
    let mut problems = Vec::new();
    steps::problems(&spec.transform, "/transform", &mut problems);
    for layer in &spec.layers {
        steps::problems(&layer.transform, &format!("{}/transform", layer.pointer), &mut problems);
        channels(layer, &mut problems);
        stacks(layer, &mut problems);
        for (channel, definition, pointer) in placed(layer) {
            definitions::problems(channel, definition, &pointer, &mut problems);
        }
    }
    shared_scales(spec, &mut problems);
    problems
}

/// Every definition with its channel and its place.
fn placed(layer: &Layer) -> impl Iterator<Item = (Channel, &Definition, String)> {
    layer.encoding.iter().flat_map(move |(channel, all)| {
        let several = matches!(all, Definitions::Several(_));
        all.all().iter().enumerate().map(move |(index, definition)| {
            let place = if several { format!("/{index}") } else { String::new() };
            (*channel, definition, format!("{}/encoding/{}{place}", layer.pointer, channel.as_str()))
        })
    })
}

/// Which channels a mark needs and has.
fn channels(layer: &Layer, problems: &mut Vec<SpecProblem>) {
    use Channel::{Color, Detail, Opacity, Order, Shape, Size, Text, Theta, Tooltip, X, X2, XOffset, Y, Y2, YOffset};
    let mark = layer.mark.kind;
    let has = |channel: Channel| layer.channel(channel).is_some();
    let missing = match mark {
        MarkType::Line | MarkType::Area if !(has(X) && has(Y)) => Some("A line or an area needs `x` and `y`."),
        MarkType::Arc if !has(Theta) => Some("An arc needs `theta`."),
        MarkType::Text if !has(Text) => Some("A text needs `text`."),
        MarkType::Arc | MarkType::Text => None,
        _ if !(has(X) || has(Y)) => Some("A mark needs `x` or `y`."),
        _ => None,
    };
    if let Some(message) = missing {
        problems.push(SpecProblem::new(format!("{}/encoding", layer.pointer), message));
    }
    for channel in layer.encoding.keys().copied().filter(|channel| has(*channel)) {
        let fits = match channel {
            Color | Tooltip | Detail | Opacity => true,
            X | Y => mark != MarkType::Arc,
            X2 | Y2 => matches!(mark, MarkType::Bar | MarkType::Area | MarkType::Rect | MarkType::Rule),
            XOffset | YOffset => !matches!(mark, MarkType::Arc | MarkType::Line | MarkType::Area),
            Theta => mark == MarkType::Arc,
            Size => mark.is_symbol(),
            Shape => mark == MarkType::Point,
            Text => mark == MarkType::Text,
            Order => matches!(mark, MarkType::Bar | MarkType::Line | MarkType::Area | MarkType::Arc),
        };
        let pointer = format!("{}/encoding/{}", layer.pointer, channel.as_str());
        if !fits {
            let message = format!("`{}` is not taken with this mark.", channel.as_str());
            problems.push(SpecProblem::new(pointer, message));
            continue;
        }
        let first = match channel {
            X2 | XOffset => Some(X),
            Y2 | YOffset => Some(Y),
            _ => None,
        };
        match first.map(|first| (first, layer.channel(first))) {
            Some((first, None)) => {
                let message = format!("`{}` needs `{}`.", channel.as_str(), first.as_str());
                problems.push(SpecProblem::new(pointer, message));
            }
            Some((first, Some(definition))) if matches!(channel, XOffset | YOffset) && !in_bands(first, definition) => {
                let message = format!("`{}` needs categories on `{}`.", channel.as_str(), first.as_str());
                problems.push(SpecProblem::new(pointer, message));
            }
            _ => {}
        }
    }
    definite_paths(layer, problems);
}

/// Whether a position has a band for each value.
fn in_bands(channel: Channel, definition: &Definition) -> bool {
    definition.is_field() && matches!(definition.kind(channel), FieldType::Nominal | FieldType::Ordinal)
}

/// A line is one mark: it has one colour and one opacity.
fn definite_paths(layer: &Layer, problems: &mut Vec<SpecProblem>) {
    if !layer.mark.kind.is_path() {
        return;
    }
    for channel in [Channel::Color, Channel::Opacity] {
        let Some(definition) = layer.channel(channel).filter(|definition| definition.is_field()) else { continue };
        if !matches!(definition.kind(channel), FieldType::Nominal | FieldType::Ordinal)
            || definition.aggregate.is_some()
        {
            let pointer = format!("{}/encoding/{}", layer.pointer, channel.as_str());
            let message = "A line or an area is one mark, of one colour: take a nominal column, or `detail`.";
            problems.push(SpecProblem::new(pointer, message));
        }
    }
}

/// Stacks that would say something that is not so.
fn stacks(layer: &Layer, problems: &mut Vec<SpecProblem>) {
    let plan = plan(layer);
    if let Some(plan) = &plan
        && let Some(definition) = layer.channel(plan.channel)
        && definition.aggregate.is_some_and(|op| !op.adds_up())
    {
        let pointer = format!("{}/encoding/{}", layer.pointer, plan.channel.as_str());
        let message = "Means, medians, least and greatest values do not add up: say `\"stack\": null`, or take `sum`.";
        problems.push(SpecProblem::new(pointer, message));
    }
    for channel in [Channel::X, Channel::Y] {
        let Some(definition) = layer.channel(channel) else { continue };
        let scale = definition.scale.as_ref().and_then(|scale| scale.kind);
        let begins_at_zero = matches!(layer.mark.kind, MarkType::Bar | MarkType::Area)
            && is_measure(channel, definition)
            && channel.second().is_some_and(|second| layer.channel(second).is_none());
        let pointer = format!("{}/encoding/{}/scale", layer.pointer, channel.as_str());
        if begins_at_zero && scale == Some(ScaleType::Log) {
            problems.push(SpecProblem::new(pointer, "Bars and areas begin at zero, which a log scale has not."));
        } else if plan
            .as_ref()
            .is_some_and(|plan| plan.channel == channel && scale.is_some_and(|it| it != ScaleType::Linear))
            && layer.channel(Channel::Color).is_some_and(Definition::is_field)
        {
            problems.push(SpecProblem::new(pointer, "Stacks need a linear scale."));
        }
    }
}

/// Layers share their scales, so that what they measure with one must be of one kind.
fn shared_scales(spec: &Spec, problems: &mut Vec<SpecProblem>) {
    for channel in [Channel::X, Channel::Y, Channel::Color, Channel::Size] {
        let mut first: Option<FieldType> = None;
        for layer in &spec.layers {
            let Some(definition) = layer.channel(channel).filter(|one| one.is_field() || one.datum.is_some()) else {
                continue;
            };
            let kind = match definition.kind(channel) {
                FieldType::Ordinal => FieldType::Nominal,
                other => other,
            };
            if *first.get_or_insert(kind) != kind {
                let pointer = format!("{}/encoding/{}", layer.pointer, channel.as_str());
                let message =
                    format!("Layers share the scale of `{}`: their types have to be the same.", channel.as_str());
                problems.push(SpecProblem::new(pointer, message));
            }
        }
    }
}
