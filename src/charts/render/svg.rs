//! Draws a specification with its rows.

use serde_json::Value;

use crate::warehouse::cells::CellColumn;

use super::super::data::encode::{Encoded, encode};
use super::super::data::table::Table;
use super::super::data::transform::run;
use super::super::failure::RenderError;
use super::super::spec::chart::Spec;
use super::super::spec::guide::Side;
use super::guide::{draw_axis, draw_legend, heading};
use super::layout::{Layout, lay_out_all};
use super::marks::draw::layer as draw_marks;
use super::options::{MAX_MARKS, RenderOptions};
use super::plot::Scales;
use super::summary::summary;
use super::theme::{self, FONTS};
use super::writer::{Writer, figure};

/// Draws a specification with the rows of a result, as SVG of the size that `options` say. The same arguments give the same text.
///
/// # Errors
///
/// What is not drawn here, rows that do not fit, too many marks, and sides that are too short or too long.
pub fn svg(
    spec: &Spec,
    columns: &[CellColumn],
    rows: &[Vec<Value>],
    options: &RenderOptions,
) -> Result<String, RenderError> {
    options.check()?;
    let mut table = Table::load(columns, rows);
    run(&spec.transform, &mut table)?;
    let layers = spec.layers.iter().map(|layer| encode(layer, &table)).collect::<Result<Vec<_>, _>>()?;
    if layers.iter().map(|layer| layer.items.len()).sum::<usize>() > MAX_MARKS {
        return Err(RenderError::TooManyMarks(MAX_MARKS));
    }
    let scales = Scales::of(spec, &layers, options)?;
    let layout = lay_out_all(&scales, options)?;
    draw(&layout, &layers, options)
}

fn draw(layout: &Layout<'_>, layers: &[Encoded<'_>], options: &RenderOptions) -> Result<String, RenderError> {
    let scales = layout.plot.scales;
    let (width, height) = (f64::from(options.width), f64::from(options.height));
    let colors = theme::colors(options.theme);
    let mut writer = Writer::default();
    let view = format!("0 0 {} {}", figure(width), figure(height));
    let root = [
        ("xmlns", "http://www.w3.org/2000/svg".into()),
        ("width", width.into()),
        ("height", height.into()),
        ("viewBox", view.into()),
        ("role", "img".into()),
        ("aria-labelledby", "chart-title chart-desc".into()),
        ("font-family", FONTS.into()),
    ];
    writer.open("svg", &root);
    let (title, description) = summary(scales, options.title.as_deref());
    writer.text("title", &[("id", "chart-title".into())], &title);
    writer.text("desc", &[("id", "chart-desc".into())], &description);
    let background = scales.spec.background.as_deref().unwrap_or(colors.background);
    writer.element("rect", &[("width", width.into()), ("height", height.into()), ("fill", background.into())]);
    heading::draw(&mut writer, &scales.spec.heading, options.title.as_deref(), &layout.heading, &colors);
    for axis in &layout.axes {
        draw_axis::grid(&mut writer, axis, &layout.plot.area, &colors);
    }
    let is_bounded = [&scales.x, &scales.y].into_iter().flatten().any(|dimension| dimension.is_bounded);
    let area = layout.plot.area;
    if is_bounded {
        writer.open("clipPath", &[("id", "plot".into())]);
        let rect = [
            ("x", area.left.into()),
            ("y", area.top.into()),
            ("width", area.width().into()),
            ("height", area.height().into()),
        ];
        writer.element("rect", &rect);
        writer.close();
        writer.open("g", &[("clip-path", "url(#plot)".into())]);
    }
    for layer in layers {
        draw_marks(&mut writer, &layout.plot, layer)?;
    }
    if is_bounded {
        writer.close();
    }
    for axis in &layout.axes {
        draw_axis::axis(&mut writer, axis, &area, &colors);
    }
    for (index, (legend, corner, room)) in layout.legends.iter().enumerate() {
        let id = format!("ramp-{index}");
        match legend.side {
            Side::Right => draw_legend::column(&mut writer, legend, *corner, &colors, &id),
            _ => draw_legend::row(&mut writer, legend, *corner, *room - 60.0, &colors, &id),
        }
    }
    if layers.iter().all(|layer| layer.items.is_empty() && !layer.slots.is_empty()) {
        let (x, y) = area.centre();
        let attrs = [
            ("x", x.into()),
            ("y", y.into()),
            ("text-anchor", "middle".into()),
            ("font-size", 13.0.into()),
            ("fill", colors.faint.into()),
        ];
        writer.text("text", &attrs, "No data");
    }
    writer.finish()
}
