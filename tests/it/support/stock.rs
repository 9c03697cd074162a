//! Tables in the warehouse, and statements about them.

use std::future::Future;

use bytes::Bytes;
use elenchus::error::Result;
use elenchus::warehouse::loading::{Chunk, Load, Loading, NewColumn};
use elenchus::warehouse::place::Warehouse;
use elenchus::warehouse::refusal::RunError;
use elenchus::warehouse::session::{Finished, Part, Statement};
use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What came of a statement: its columns and their types, its rows.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    pub columns: Vec<(String, String)>,
    pub rows: Vec<Vec<Value>>,
    pub is_truncated: bool,
}

/// A statement with generous bounds.
pub fn statement(sql: &str) -> Statement {
    Statement {
        sql: sql.to_owned(),
        parameters: Vec::new(),
        timeout: std::time::Duration::from_secs(20),
        max_rows: 1000,
        max_bytes: 1_000_000,
    }
}

/// Runs a statement to its end.
pub async fn run(warehouse: &Warehouse, workspace: Uuid, statement: &Statement) -> Result<Outcome, RunError> {
    run_until(warehouse, workspace, statement, std::future::pending()).await
}

/// As [`run`], unless it is cancelled before.
pub async fn run_until(
    warehouse: &Warehouse,
    workspace: Uuid,
    statement: &Statement,
    cancelled: impl Future<Output = ()>,
) -> Result<Outcome, RunError> {
    let (sender, mut parts) = mpsc::channel(4);
    let collect = async {
        let (mut columns, mut rows) = (Vec::new(), Vec::new());
        while let Some(part) = parts.recv().await {
            match part {
                Part::Columns(found) => columns = found,
                Part::Rows(found) => rows.extend(found),
            }
        }
        (columns, rows)
    };
    let run = async {
        let finished = warehouse.run(workspace, statement, &sender, cancelled).await;
        drop(sender);
        finished
    };
    let (finished, (columns, rows)): (Result<Finished, RunError>, _) = tokio::join!(run, collect);
    let finished = finished?;
    assert_eq!(finished.rows, rows.len());
    let kind = |kind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned();
    let columns = columns.into_iter().map(|column| (column.name, kind(column.kind))).collect();
    Ok(Outcome { columns, rows, is_truncated: finished.is_truncated })
}

pub fn columns(columns: &[(&str, &'static str)]) -> Vec<NewColumn> {
    columns.iter().map(|(name, sql_type)| NewColumn { name: (*name).to_owned(), sql_type }).collect()
}

/// Loads a table from these lines; without their end when `is_whole` does not hold.
pub async fn load(
    warehouse: &Warehouse,
    workspace: Uuid,
    table: &str,
    defined: &[(&str, &'static str)],
    loading: Loading,
    lines: &str,
    is_whole: bool,
) -> Result<u64> {
    let defined = columns(defined);
    let wanted = Load { once: (Uuid::new_v4(), 1), table, columns: &defined, loading };
    load_once(warehouse, workspace, wanted, lines, is_whole).await
}

/// As [`load`], under a name of its own.
pub async fn load_once(
    warehouse: &Warehouse,
    workspace: Uuid,
    wanted: Load<'_>,
    lines: &str,
    is_whole: bool,
) -> Result<u64> {
    let (sender, chunks) = mpsc::channel(4);
    let lines = Bytes::from(lines.to_owned());
    let feed = async move {
        let _taken = sender.send(Chunk::Lines(lines)).await;
        if is_whole {
            let _taken = sender.send(Chunk::End).await;
        }
    };
    let load = warehouse.load(workspace, wanted, chunks);
    Ok(tokio::join!(feed, load).1?.rows)
}
