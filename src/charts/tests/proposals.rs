//! Which charts are proposed for which results.

use serde_json::{Value, json};

use super::seen::{column, drawn};
use crate::charts::propose::proposal::{ChartKind, Proposal};
use crate::charts::propose::rank::propose;
use crate::warehouse::cells::{CellColumn, CellType};

fn kinds(columns: &[CellColumn], rows: &[Vec<Value>]) -> Vec<ChartKind> {
    let proposals = propose(columns, rows);
    for proposal in &proposals {
        drawn(&proposal.spec, columns, rows).unwrap_or_else(|error| panic!("{:?}: {error}", proposal.kind));
        assert!(proposal.reason.ends_with('.'), "{}", proposal.reason);
    }
    assert_eq!(proposals, propose(columns, rows), "the same every time");
    proposals.iter().map(|proposal| proposal.kind).collect()
}

fn first(columns: &[CellColumn], rows: &[Vec<Value>]) -> Proposal {
    propose(columns, rows).swap_remove(0)
}

#[test]
fn a_quantity_over_time_is_a_line() {
    let columns = [column("month", CellType::Date), column("net", CellType::Decimal)];
    let rows: Vec<Vec<Value>> =
        (1..=12).map(|month| vec![json!(format!("2024-{month:02}-01")), json!(month * 10)]).collect();
    assert_eq!(kinds(&columns, &rows), [ChartKind::Line, ChartKind::Bar]);
    let line = first(&columns, &rows);
    assert_eq!(line.spec["encoding"]["x"], json!({"field": "month", "type": "temporal", "scale": {"type": "utc"}}));
    assert_eq!(line.reason, "`net` over `month`: what changes over time is read best as a line.");
    let texts = [column("month", CellType::Text), column("net", CellType::Decimal)];
    let rows: Vec<Vec<Value>> = (1..=12).map(|month| vec![json!(format!("2024-{month:02}")), json!(month)]).collect();
    assert_eq!(kinds(&texts, &rows)[0], ChartKind::Line, "months as text are months");
}

#[test]
fn a_quantity_over_time_by_few_categories_is_lines() {
    let columns =
        [column("day", CellType::Timestamp), column("region", CellType::Text), column("net", CellType::Float)];
    let rows: Vec<Vec<Value>> = (0..40)
        .map(|index| {
            vec![json!(format!("2024-01-{:02}T00:00:00", index / 2 + 1)), json!(["N", "S"][index % 2]), json!(index)]
        })
        .collect();
    let found = kinds(&columns, &rows);
    assert_eq!(found[..3], [ChartKind::MultiLine, ChartKind::Line, ChartKind::Area]);
    let lines = first(&columns, &rows);
    assert_eq!(lines.spec["encoding"]["color"], json!({"field": "region", "type": "nominal"}));
    assert_eq!(lines.spec["encoding"]["x"], json!({"field": "day", "type": "temporal"}), "without a zone as it is");
}

#[test]
fn a_quantity_of_categories_is_bars_that_lie_down_where_names_are_long() {
    let columns = [column("city", CellType::Text), column("net", CellType::Integer)];
    let rows = vec![vec![json!("Bonn"), json!(3)], vec![json!("Ulm"), json!(9)], vec![json!("Jena"), json!(4)]];
    assert_eq!(kinds(&columns, &rows), [ChartKind::Bar, ChartKind::Pie]);
    let bars = first(&columns, &rows);
    assert_eq!(bars.spec["encoding"]["x"], json!({"field": "city", "type": "nominal", "sort": "-y"}));
    assert_eq!(bars.spec["encoding"]["y"], json!({"field": "net", "type": "quantitative"}), "nothing to put together");
    let long = vec![vec![json!("Bad Neuenahr-Ahrweiler"), json!(3)], vec![json!("Ulm"), json!(-9)]];
    assert_eq!(kinds(&columns, &long), [ChartKind::Bar], "no pie of what is below zero");
    assert_eq!(first(&columns, &long).spec["encoding"]["y"]["sort"], "-x");
    let many: Vec<Vec<Value>> = (0..100).map(|index| vec![json!(format!("c{}", index % 50)), json!(index)]).collect();
    let top = first(&columns, &many);
    assert_eq!(top.spec["transform"][2], json!({"filter": {"field": "place", "lte": 20}}));
    assert_eq!(kinds(&columns, &many)[0], ChartKind::Bar);
}

#[test]
fn days_of_the_week_stand_in_their_order() {
    let columns = [column("weekday", CellType::Text), column("calls", CellType::Integer)];
    let rows = vec![vec![json!("Fri"), json!(3)], vec![json!("Mon"), json!(9)], vec![json!("Wed"), json!(4)]];
    assert_eq!(first(&columns, &rows).spec["encoding"]["x"]["sort"], json!(["Mon", "Wed", "Fri"]));
}

#[test]
fn a_quantity_of_two_categories_is_grouped_or_a_heat_map() {
    let columns =
        [column("region", CellType::Text), column("channel", CellType::Text), column("net", CellType::Integer)];
    let cross = |regions: usize, channels: usize| -> Vec<Vec<Value>> {
        (0..regions * channels)
            .map(|index| {
                vec![json!(format!("r{}", index % regions)), json!(format!("c{}", index / regions)), json!(index + 1)]
            })
            .collect()
    };
    let few = kinds(&columns, &cross(4, 3));
    assert_eq!(few[..3], [ChartKind::GroupedBar, ChartKind::Heatmap, ChartKind::Bar]);
    assert_eq!(kinds(&columns, &cross(20, 15))[0], ChartKind::Heatmap);
}

#[test]
fn quantities_are_compared_or_distributed() {
    let columns = [column("price", CellType::Float), column("units", CellType::Integer)];
    let rows: Vec<Vec<Value>> = (0..50).map(|index| vec![json!(index * 7 % 13), json!(index)]).collect();
    assert_eq!(kinds(&columns, &rows), [ChartKind::Scatter, ChartKind::Histogram]);
    assert_eq!(
        kinds(&columns[1..], &rows.iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>()),
        [ChartKind::Histogram]
    );
}

#[test]
fn years_and_ids_are_no_quantities() {
    let columns =
        [column("year", CellType::Integer), column("customer_id", CellType::Integer), column("net", CellType::Decimal)];
    let rows: Vec<Vec<Value>> =
        (0..8).map(|index| vec![json!(2017 + index), json!(index * 31), json!("12.5")]).collect();
    assert_eq!(kinds(&columns, &rows), [ChartKind::Line, ChartKind::Bar]);
    let x = &first(&columns, &rows).spec["encoding"]["x"];
    assert_eq!((&x["field"], &x["axis"]["format"]), (&json!("year"), &json!("d")));
}

#[test]
fn a_single_number_is_that_number_and_the_rest_a_table() {
    assert_eq!(kinds(&[column("total", CellType::Decimal)], &[vec![json!("12.5")]]), [ChartKind::Number]);
    let columns = [column("name", CellType::Text), column("tags", CellType::Json)];
    assert_eq!(kinds(&columns, &[vec![json!("a"), json!([1])]]), [ChartKind::Table]);
    assert_eq!(kinds(&columns, &[]), [ChartKind::Table]);
    assert_eq!(kinds(&[], &[]), []);
    assert_eq!(kinds(&[column("a", CellType::Float), column("a", CellType::Float)], &[vec![json!(1), json!(2)]]), []);
}

#[test]
fn without_quantities_rows_are_counted() {
    let columns = [column("id", CellType::Integer), column("created_at", CellType::TimestampTz)];
    let rows: Vec<Vec<Value>> =
        (0..60).map(|index| vec![json!(index), json!(format!("2024-01-{:02}T10:00:00Z", index % 28 + 1))]).collect();
    assert_eq!(kinds(&columns, &rows), [ChartKind::Line]);
    assert_eq!(first(&columns, &rows).spec["encoding"]["x"]["timeUnit"], "utcyearmonthdate");
}
