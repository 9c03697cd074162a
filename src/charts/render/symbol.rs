//! The outlines of symbols.

use std::f64::consts::PI;

use super::super::spec::mark::Shape;
use super::path::{Path, Point};
use super::writer::{Attr, Attrs, Writer};

/// The shapes of categories, in their order.
pub const SHAPES: [Shape; 6] =
    [Shape::Circle, Shape::Square, Shape::TriangleUp, Shape::Diamond, Shape::Cross, Shape::TriangleDown];

/// Draws a symbol of so many square pixels.
pub fn draw(writer: &mut Writer, shape: Shape, (x, y): Point, size: f64, look: &Attrs<'_>, title: Option<&str>) {
    let mut attrs: Vec<(&'static str, Attr<'_>)> = Vec::with_capacity(look.len() + 4);
    let name = match shape {
        Shape::Circle => {
            attrs.extend([("cx", x.into()), ("cy", y.into()), ("r", (size / PI).sqrt().into())]);
            "circle"
        }
        Shape::Square => {
            let side = size.sqrt();
            let (left, top) = (x - side / 2.0, y - side / 2.0);
            attrs.extend([("x", left.into()), ("y", top.into()), ("width", side.into()), ("height", side.into())]);
            "rect"
        }
        _ => {
            attrs.push(("d", outline(shape, (x, y), size).into()));
            "path"
        }
    };
    attrs.extend(look.iter().cloned());
    writer.titled(name, &attrs, title);
}

fn outline(shape: Shape, (x, y): Point, size: f64) -> String {
    let corners: Vec<Point> = match shape {
        Shape::Diamond => {
            let half = (size / 2.0).sqrt();
            vec![(0.0, -half), (half, 0.0), (0.0, half), (-half, 0.0)]
        }
        Shape::TriangleUp | Shape::TriangleDown => {
            let side = (size * 4.0 / 3_f64.sqrt()).sqrt();
            let height = side * 3_f64.sqrt() / 2.0;
            let up = if shape == Shape::TriangleUp { 1.0 } else { -1.0 };
            let (tip, base) = (-height * 2.0 / 3.0 * up, height / 3.0 * up);
            vec![(0.0, tip), (side / 2.0, base), (-side / 2.0, base)]
        }
        _ => {
            // Five squares.
            let arm = (size / 5.0).sqrt() / 2.0;
            let long = arm * 3.0;
            vec![
                (-arm, -long),
                (arm, -long),
                (arm, -arm),
                (long, -arm),
                (long, arm),
                (arm, arm),
                (arm, long),
                (-arm, long),
                (-arm, arm),
                (-long, arm),
                (-long, -arm),
                (-arm, -arm),
            ]
        }
    };
    let mut path = Path::default();
    for (index, (dx, dy)) in corners.into_iter().enumerate() {
        path.to(if index == 0 { 'M' } else { 'L' }, &[(x + dx, y + dy)]);
    }
    path.close();
    path.finish()
}
