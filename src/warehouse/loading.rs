//! Tables put in by COPY: whole, or not at all.
//!
//! New rows go into a table beside the old one; readers see the old one until the moment at which the new one has its name. What is
//! appended is one COPY in one transaction. Either way nobody ever sees a part.

use std::future::Future;

use bytes::Bytes;
use futures::SinkExt as _;
use tokio::sync::mpsc::Receiver;
use tokio_postgres::Client;
use uuid::Uuid;

use super::names::quoted;
use super::place::Warehouse;
use super::refusal::failed;
use super::tenant::Tenant;
use crate::error::{Error, Result};

/// A column of a table that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewColumn {
    pub name: String,
    /// A type of Postgres, as its manual writes it; never a user's text.
    pub sql_type: &'static str,
}

/// What becomes of rows that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loading {
    /// The table is made, or takes the place of the one of its name.
    Replace,
    /// The table is there, with these columns at least.
    Append,
}

/// What is to be loaded.
#[derive(Debug, Clone, Copy)]
pub struct Load<'a> {
    /// The upload and its revision: what was loaded once is not loaded again, whoever died in between.
    pub once: (Uuid, i32),
    pub table: &'a str,
    pub columns: &'a [NewColumn],
    pub loading: Loading,
}

/// A table that was loaded. For as long as this is held nobody else loads the same table: what is known of it can be written down in the
/// order in which it changed.
pub struct Loaded {
    /// That came in.
    pub rows: u64,
    /// Of the whole table on disk.
    pub bytes: i64,
    /// Holds the lock, which goes with its connection.
    _held: Client,
}

/// What arrives while a file is read.
#[derive(Debug)]
pub enum Chunk {
    /// Whole lines in the text format of COPY.
    Lines(Bytes),
    /// The file has come to its end, and is as it should be: without this nothing is kept.
    End,
}

impl Warehouse {
    /// Loads a table of a workspace from the lines that arrive, when nobody else does.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when Postgres does not answer; CONFLICT when it refuses a row or when the lines break off, which leaves everything
    /// as it was.
    pub async fn load(
        &self,
        workspace: Uuid,
        Load { once, table, columns, loading }: Load<'_>,
        lines: Receiver<Chunk>,
    ) -> Result<Loaded> {
        let client = self.owner().await?;
        let tenant = self.provide(&client, workspace).await?;
        let name = place(&tenant, table);
        client.query_one("SELECT pg_advisory_lock(hashtext($1))::text", &[&name]).await.map_err(failed)?;
        let done = "SELECT rows FROM elenchus.loads WHERE upload = $1 AND revision = $2";
        let done = client.query_opt(done, &[&once.0.to_string(), &once.1]).await.map_err(failed)?;
        if let Some(done) = done {
            // It was loaded before, and whoever did so died before it could be written down.
            let rows: i64 = done.try_get(0).map_err(failed)?;
            return measured(client, &name, u64::try_from(rows).unwrap_or(0)).await;
        }
        // Ours are trusted; a load of millions of rows takes its time, waiting for somebody's statements takes no longer than those may.
        let wait = self.shared.config.statement_timeout.as_secs().saturating_add(30);
        let begin = format!("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '{wait}s'");
        client.batch_execute(&begin).await.map_err(failed)?;
        let loaded = match loading {
            Loading::Replace => replace(&client, &tenant, table, columns, lines).await,
            Loading::Append => copy(&client, &name, columns, lines).await,
        };
        let noted = match loaded {
            Ok(rows) => note(&client, once, rows).await.map(|()| rows),
            Err(error) => Err(error),
        };
        let rows = match noted {
            Ok(rows) => rows,
            Err(error) => {
                let _rolled_back = client.batch_execute("ROLLBACK").await;
                return Err(error);
            }
        };
        client.batch_execute("COMMIT").await.map_err(failed)?;
        // What the planner knows of a table is what makes joins bearable.
        if let Err(error) = client.batch_execute(&format!("ANALYZE {name}")).await {
            tracing::warn!(%error, "a loaded table could not be analysed");
        }
        measured(client, &name, rows).await
    }

    /// Removes a table of a workspace when nobody loads it, if `is_gone` then still says so. That there is none is as good.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when Postgres does not answer.
    pub async fn drop_table(
        &self,
        workspace: Uuid,
        table: &str,
        is_gone: impl Future<Output = Result<bool>> + Send,
    ) -> Result<()> {
        let client = self.owner().await?;
        let name = place(&self.tenant(workspace), table);
        client.query_one("SELECT pg_advisory_lock(hashtext($1))::text", &[&name]).await.map_err(failed)?;
        if is_gone.await? {
            client.batch_execute(&format!("DROP TABLE IF EXISTS {name} CASCADE")).await.map_err(failed)?;
        }
        Ok(())
    }
}

async fn measured(client: Client, name: &str, rows: u64) -> Result<Loaded> {
    let size = "SELECT coalesce(pg_total_relation_size(to_regclass($1)), 0)";
    let bytes = client.query_one(size, &[&name]).await.map_err(failed)?.try_get(0).map_err(failed)?;
    Ok(Loaded { rows, bytes, _held: client })
}

/// Writes down in the transaction of a load that it was done.
async fn note(client: &Client, once: (Uuid, i32), rows: u64) -> Result<()> {
    let rows = i64::try_from(rows).map_err(Error::internal)?;
    let note = "INSERT INTO elenchus.loads (upload, revision, rows, loaded_at) VALUES ($1, $2, $3, now())";
    client.execute(note, &[&once.0.to_string(), &once.1, &rows]).await.map_err(failed)?;
    Ok(())
}

fn place(tenant: &Tenant, table: &str) -> String {
    format!("{}.{}", quoted(&tenant.schema), quoted(table))
}

async fn replace(
    client: &Client,
    tenant: &Tenant,
    table: &str,
    columns: &[NewColumn],
    lines: Receiver<Chunk>,
) -> Result<u64> {
    // No table of a user's has such a name: theirs begin with a letter or one underscore and a digit.
    let loading = format!("__loading_{}", Uuid::new_v4().simple());
    let new = place(tenant, &loading);
    let defined: Vec<String> =
        columns.iter().map(|column| format!("{} {}", quoted(&column.name), column.sql_type)).collect();
    client.batch_execute(&format!("CREATE TABLE {new} ({})", defined.join(", "))).await.map_err(failed)?;
    let rows = copy(client, &new, columns, lines).await?;
    let swap = format!(
        "DROP TABLE IF EXISTS {old} CASCADE; ALTER TABLE {new} RENAME TO {table}; GRANT SELECT ON {old} TO {role}",
        old = place(tenant, table),
        table = quoted(table),
        role = quoted(&tenant.role),
    );
    client.batch_execute(&swap).await.map_err(failed)?;
    Ok(rows)
}

async fn copy(client: &Client, table: &str, columns: &[NewColumn], mut lines: Receiver<Chunk>) -> Result<u64> {
    let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
    let statement = format!("COPY {table} ({}) FROM STDIN", names.join(", "));
    let sink = client.copy_in::<_, Bytes>(&statement).await.map_err(refused)?;
    let mut sink = std::pin::pin!(sink);
    loop {
        match lines.recv().await {
            Some(Chunk::Lines(bytes)) => sink.send(bytes).await.map_err(refused)?,
            Some(Chunk::End) => break,
            // Dropping the sink tells Postgres that the COPY failed.
            None => return Err(Error::conflict("The file could not be read to its end.")),
        }
    }
    sink.finish().await.map_err(refused)
}

/// What Postgres does not take of a row that was found to fit: a number beyond what its type holds, say.
fn refused(error: tokio_postgres::Error) -> Error {
    let is_of_data = error.as_db_error().is_some_and(|said| said.code().code().starts_with("22"));
    if is_of_data {
        let message = error.as_db_error().map(|said| said.message().to_owned()).unwrap_or_default();
        return Error::conflict(format!("The database does not take a value: {message}.")).with_source(error);
    }
    failed(error)
}
