//! Values that tables hold, so that a question may name them: taken when somebody asks, and kept until the table is loaded again.

use std::cmp::Reverse;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::model::SampledTable;
use super::sample_store as store;
use super::verified::shared;
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::data::external::{store as external, trying};
use crate::domain::data::model::{DataSource, SourceKind};
use crate::error::Result;
use crate::tabular::column::{Column, ColumnType};
use crate::warehouse::external::running::Target;
use crate::warehouse::names::quoted;
use crate::warehouse::refusal::RunError;
use crate::warehouse::session::{Part, Statement};

/// Different values of a column that are kept, the most frequent ones.
const VALUES: usize = 200;
/// Longest value, in characters: what is longer is no value that a question names.
const VALUE_CHARS: usize = 100;
/// Text columns of a table that are looked at, the first ones.
const COLUMNS: usize = 50;
/// Rows of a table that are looked at.
const ROWS: usize = 100_000;
/// Longest time of one table, and of all together.
const TIMEOUT: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(6);
/// Of the values of one table.
const BYTES: usize = 4 * 1024 * 1024;
/// Parts of a result under way.
const PARTS: usize = 4;
/// Tables of somebody else's database that one question has looked at.
const OUTSIDE: usize = 5;

/// Where the rows of a source are.
enum Place {
    /// Among the workspace's uploads, in this schema.
    Uploads { workspace: Uuid, schema: String },
    /// In a database of somebody else's.
    Outside(Box<Target>),
}

/// The tables of a source with their values, for a question. Whoever calls this has found out that the source may be asked. A table whose values
/// cannot be had in time is without them.
///
/// # Errors
/// When Postgres does not answer.
pub async fn tables(app: &App, source: &DataSource, asked: &str) -> Result<Vec<SampledTable>> {
    let conn = app.db.read().await?;
    let mut tables = store::tables(&conn, source.id).await?;
    let place = place(app, &conn, source).await?;
    drop(conn);
    let Some(place) = place else { return Ok(tables) };
    let chosen = chosen(&place, &tables, asked);
    let look = async {
        for at in chosen {
            if let Some(table) = tables.get_mut(at) {
                table.samples = sampled(app, source, &place, table).await;
            }
        }
    };
    if tokio::time::timeout(PATIENCE, look).await.is_err() {
        tracing::debug!(source = %source.id, "not all tables were looked at for their values in time");
    }
    Ok(tables)
}

/// Where values are read; `None` where they are not.
async fn place(app: &App, conn: &Connection, source: &DataSource) -> Result<Option<Place>> {
    if source.kind == SourceKind::Uploads {
        let workspace = source.workspace_id.uuid();
        return Ok(Some(Place::Uploads { workspace, schema: app.warehouse.tenant(workspace).schema }));
    }
    let stored = external::find(conn, source.id).await?.filter(|stored| stored.connection.reads_values);
    // One whose password does not open any more says so to whoever runs a statement.
    let target = stored.and_then(|stored| trying::target(app, &stored).ok());
    Ok(target.map(|target| Place::Outside(Box::new(target))))
}

/// The tables that are looked at for the first time: all of the uploads, and of somebody else's database those that have most words in common
/// with the question.
fn chosen(place: &Place, tables: &[SampledTable], asked: &str) -> Vec<usize> {
    let unknown = tables.iter().enumerate().filter(|(_, table)| table.samples.is_none());
    match place {
        Place::Uploads { .. } => unknown.map(|(at, _)| at).collect(),
        Place::Outside(_) => {
            let mut near: Vec<(usize, usize)> = unknown
                .map(|(at, table)| {
                    let names: Vec<String> = columns(table).into_iter().map(|column| column.name).collect();
                    (shared(asked, &format!("{} {}", table.name, names.join(" "))), at)
                })
                .collect();
            near.sort_by_key(|(shared, at)| (Reverse(*shared), *at));
            near.into_iter().take(OUTSIDE).map(|(_, at)| at).collect()
        }
    }
}

async fn sampled(app: &App, source: &DataSource, place: &Place, table: &SampledTable) -> Option<Value> {
    let columns: Vec<String> = columns(table)
        .into_iter()
        .filter(|column| column.kind == ColumnType::Text)
        .map(|column| column.name)
        .take(COLUMNS)
        .collect();
    // How many rows another database has is its own guess.
    let is_empty = table.row_count == 0 && matches!(place, Place::Uploads { .. });
    let values = if columns.is_empty() || is_empty {
        Value::Object(Map::new())
    } else {
        match values(app, place, table, &columns).await {
            Ok(values) => values,
            // Of somebody else's, what may not be read or takes too long is not tried again until the source is refreshed.
            Err(RunError::Refused { .. } | RunError::TimedOut) if matches!(place, Place::Outside(_)) => {
                Value::Object(Map::new())
            }
            Err(error) => {
                tracing::info!(table = %table.id, %error, "the values of a table could not be looked at");
                return None;
            }
        }
    };
    let kept = async { store::keep(&*app.db.write().await?, table.id, &values, source.data_version).await };
    let kept: Result<()> = kept.await;
    if let Err(error) = kept {
        tracing::warn!(table = %table.id, error = %error.chain(), "the values of a table could not be kept");
    }
    Some(values)
}

/// The columns of a table; none for a row that holds something else.
#[must_use]
pub fn columns(table: &SampledTable) -> Vec<Column> {
    serde_json::from_value(table.columns.clone()).unwrap_or_default()
}

/// The schema that a table has to be named with: where another of these tables has the same name. Without it a name means the table of the
/// source's first schema.
#[must_use]
pub fn schema_of<'a>(table: &'a SampledTable, tables: &[SampledTable]) -> Option<&'a str> {
    let is_alone = tables.iter().filter(|other| other.name == table.name).count() < 2;
    table.schema_name.as_deref().filter(|_| !is_alone)
}

/// The values that were kept of a column.
#[must_use]
pub fn values_of(table: &SampledTable, column: &str) -> Vec<String> {
    let values = table.samples.as_ref().and_then(|samples| samples.get(column)).and_then(Value::as_array);
    values.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Reads the values by one statement, as the role of the workspace, or as the user of the other database.
async fn values(app: &App, place: &Place, table: &SampledTable, columns: &[String]) -> Result<Value, RunError> {
    let schema = match place {
        Place::Uploads { schema, .. } => schema.as_str(),
        Place::Outside(_) => table.schema_name.as_deref().unwrap_or_default(),
    };
    let statement = Statement {
        sql: statement(schema, &table.name, columns),
        parameters: Vec::new(),
        timeout: TIMEOUT,
        max_rows: VALUES * COLUMNS,
        max_bytes: BYTES,
    };
    let (sender, mut parts) = mpsc::channel(PARTS);
    let run = async {
        // In a box, as connecting makes a large future.
        let never = std::future::pending();
        let finished = match place {
            Place::Uploads { workspace, .. } => {
                Box::pin(app.warehouse.run(*workspace, &statement, &sender, never)).await
            }
            Place::Outside(target) => Box::pin(app.warehouse.run_outside(target, &statement, &sender, never)).await,
        };
        drop(sender);
        finished
    };
    let collect = async {
        let mut rows = Vec::new();
        while let Some(part) = parts.recv().await {
            if let Part::Rows(found) = part {
                rows.extend(found);
            }
        }
        rows
    };
    let (finished, rows) = tokio::join!(run, collect);
    finished?;
    let mut values: Map<String, Value> =
        columns.iter().map(|column| (column.clone(), Value::Array(Vec::new()))).collect();
    for row in rows {
        let place = row.first().and_then(Value::as_u64).and_then(|place| usize::try_from(place).ok());
        let Some(column) = place.and_then(|place| columns.get(place)) else { continue };
        // Somebody else's server may answer otherwise than it was asked.
        let value = row.get(1).and_then(Value::as_str).filter(|value| value.chars().count() <= VALUE_CHARS);
        if let (Some(Value::Array(list)), Some(value)) = (values.get_mut(column), value)
            && list.len() < VALUES
        {
            list.push(Value::String(value.to_owned()));
        }
    }
    Ok(Value::Object(values))
}

fn statement(schema: &str, table: &str, columns: &[String]) -> String {
    let from = format!("{}.{}", quoted(schema), quoted(table));
    let of_column = |(place, column): (usize, &String)| {
        let column = quoted(column);
        format!(
            "SELECT {place} AS place, q.v FROM (SELECT r.v FROM (SELECT t.{column}::text AS v FROM {from} t LIMIT {ROWS}) r \
             WHERE length(r.v) BETWEEN 1 AND {VALUE_CHARS} GROUP BY r.v \
             ORDER BY count(*) DESC, r.v COLLATE \"C\" LIMIT {VALUES}) q"
        )
    };
    columns.iter().enumerate().map(of_column).collect::<Vec<_>>().join(" UNION ALL ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_statement_reads_all_columns_of_a_table() {
        let sql = statement("workspace_1", "or\"ders", &["region".to_owned(), "status".to_owned()]);
        assert_eq!(sql.matches(" UNION ALL ").count(), 1);
        assert!(sql.starts_with("SELECT 0 AS place, q.v FROM (SELECT r.v FROM (SELECT t.\"region\"::text AS v FROM"));
        assert_eq!(sql.matches("\"workspace_1\".\"or\"\"ders\"").count(), 2);
    }
}
