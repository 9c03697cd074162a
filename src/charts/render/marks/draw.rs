//! Draws a layer by its mark.

use super::super::super::data::encode::Encoded;
use super::super::super::failure::RenderError;
use super::super::super::spec::mark::MarkType;
use super::super::plot::Plot;
use super::super::writer::Writer;
use super::{arcs, bars, lines, points, rules, texts};

/// Draws the marks of a layer.
///
/// # Errors
///
/// What is not drawn here.
pub fn layer(writer: &mut Writer, plot: &Plot<'_>, layer: &Encoded<'_>) -> Result<(), RenderError> {
    let class = match layer.layer.mark.kind {
        MarkType::Bar => "marks bar",
        MarkType::Line => "marks line",
        MarkType::Area => "marks area",
        MarkType::Point | MarkType::Circle | MarkType::Square => "marks point",
        MarkType::Tick => "marks tick",
        MarkType::Rule => "marks rule",
        MarkType::Rect => "marks rect",
        MarkType::Arc => "marks arc",
        MarkType::Text => "marks text",
    };
    let mut attrs = vec![("class", class.into())];
    if layer.layer.mark.kind == MarkType::Rect {
        // Without seams between the cells of a heat map.
        attrs.push(("shape-rendering", "crispEdges".into()));
    }
    writer.open("g", &attrs);
    match layer.layer.mark.kind {
        MarkType::Bar | MarkType::Rect => bars::draw(writer, plot, layer)?,
        MarkType::Line | MarkType::Area => lines::draw(writer, plot, layer),
        MarkType::Point | MarkType::Circle | MarkType::Square => points::draw(writer, plot, layer),
        MarkType::Tick => rules::ticks(writer, plot, layer),
        MarkType::Rule => rules::draw(writer, plot, layer)?,
        MarkType::Arc => arcs::draw(writer, plot, layer)?,
        MarkType::Text => texts::draw(writer, plot, layer),
    }
    writer.close();
    Ok(())
}
