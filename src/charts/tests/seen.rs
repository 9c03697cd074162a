//! Pictures as their tests see them.

use serde_json::{Value, json};

use crate::charts::failure::RenderError;
use crate::charts::profile::{check, check_fields};
use crate::charts::render::options::RenderOptions;
use crate::charts::render::svg::svg;
use crate::warehouse::cells::{CellColumn, CellType};

pub fn column(name: &str, kind: CellType) -> CellColumn {
    CellColumn { name: name.to_owned(), kind }
}

/// Region, month, net and units of four rows.
pub fn orders() -> (Vec<CellColumn>, Vec<Vec<Value>>) {
    let columns = vec![
        column("region", CellType::Text),
        column("month", CellType::Date),
        column("net", CellType::Decimal),
        column("units", CellType::Integer),
    ];
    let rows = vec![
        vec![json!("North"), json!("2024-01-01"), json!("10.5"), json!(3)],
        vec![json!("South"), json!("2024-01-01"), json!(20), json!(5)],
        vec![json!("North"), json!("2024-02-01"), json!(29.5), json!(1)],
        vec![json!("South"), json!("2024-02-01"), json!(null), json!(7)],
    ];
    (columns, rows)
}

pub fn drawn(spec: &Value, columns: &[CellColumn], rows: &[Vec<Value>]) -> Result<String, RenderError> {
    let spec = check(spec).unwrap();
    check_fields(&spec, columns).unwrap();
    svg(&spec, columns, rows, &RenderOptions { width: 400, height: 300, ..RenderOptions::default() })
}

/// The picture of a specification with [`orders`].
pub fn of_orders(spec: &Value) -> String {
    let (columns, rows) = orders();
    drawn(spec, &columns, &rows).unwrap()
}

/// One element: its name, its attributes, its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    pub name: String,
    pub text: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    pub fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    pub fn figure(&self, name: &str) -> f64 {
        self.get(name).parse().unwrap_or_else(|_| panic!("{name} of {self:?}"))
    }
}

/// The elements below every group of a class, in their order.
pub fn group(svg: &str, class: &str) -> Vec<Element> {
    let document = roxmltree::Document::parse(svg).unwrap();
    document
        .descendants()
        .filter(|node| node.attribute("class") == Some(class))
        .flat_map(|group| group.descendants().skip(1))
        .filter(roxmltree::Node::is_element)
        .map(|node| Element {
            name: node.tag_name().name().to_owned(),
            text: node.text().unwrap_or_default().to_owned(),
            attributes: node.attributes().map(|at| (at.name().to_owned(), at.value().to_owned())).collect(),
        })
        .collect()
}

/// The texts of a group.
pub fn texts(svg: &str, class: &str) -> Vec<String> {
    group(svg, class).into_iter().filter(|element| element.name == "text").map(|element| element.text).collect()
}
