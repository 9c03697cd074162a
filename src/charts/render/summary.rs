//! What a chart shows, in words, for whoever does not see it.

use super::super::figures::figure;
use super::super::format::number::NumberFormat;
use super::super::spec::channel::Channel;
use super::super::spec::mark::MarkType;
use super::label::name;
use super::plot::Scales;

/// Channels that are named, and how.
const NAMED: [(Channel, &str); 6] = [
    (Channel::X, "x"),
    (Channel::Y, "y"),
    (Channel::Theta, "angle"),
    (Channel::Color, "colour"),
    (Channel::Size, "size"),
    (Channel::Shape, "shape"),
];

/// The title and the description.
#[must_use]
pub fn summary(scales: &Scales<'_>, title: Option<&str>) -> (String, String) {
    let parts: Vec<String> = scales
        .layers
        .iter()
        .map(|layer| {
            let shown: Vec<String> = NAMED
                .iter()
                .filter_map(|(channel, word)| Some(format!("{word}: {}", name(layer.layer.channel(*channel)?)?)))
                .collect();
            let marks = NumberFormat::grouped(0).write(figure(layer.items.len()));
            let noun = noun(layer.layer.mark.kind);
            let of = if shown.is_empty() { String::new() } else { format!(" ({})", shown.join("; ")) };
            format!("{noun}{of}, {marks} {}", if layer.items.len() == 1 { "value" } else { "values" })
        })
        .collect();
    let description = match &scales.spec.heading.description {
        Some(description) => description.clone(),
        None => format!("{}.", parts.join("; ")),
    };
    let named = scales.spec.heading.title.as_deref().or(title);
    let kind = scales.layers.first().map_or("Chart", |layer| noun(layer.layer.mark.kind));
    (named.unwrap_or(kind).to_owned(), description)
}

const fn noun(mark: MarkType) -> &'static str {
    match mark {
        MarkType::Bar => "Bar chart",
        MarkType::Line => "Line chart",
        MarkType::Area => "Area chart",
        MarkType::Point | MarkType::Circle | MarkType::Square => "Scatter plot",
        MarkType::Tick => "Strip plot",
        MarkType::Rule => "Lines",
        MarkType::Rect => "Heat map",
        MarkType::Arc => "Pie chart",
        MarkType::Text => "Text",
    }
}
