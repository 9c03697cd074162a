//! What there is in a database, and what the role may do that asks it.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::time::Duration;

use futures::TryStreamExt as _;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::database::{Database, Tls};
use super::dial::{self, SignedIn};
use super::problem::Problem;
use crate::warehouse::cells::CellType;
use crate::warehouse::place::Warehouse;

/// Tables that are taken in.
pub const TABLES_MAX: usize = 2000;
/// Columns of all tables together that are taken in.
pub const COLUMNS_MAX: usize = 50_000;
/// Longest comment that is kept, in characters.
const COMMENT: usize = 1000;
/// Bytes of a name in Postgres; another encoding may make more of them, and then nobody can write it.
const NAME: usize = 63;
/// Longest version that is kept, in characters.
const VERSION: usize = 100;
/// The oldest Postgres that understands all that is said to it.
const OLDEST: i32 = 130_000;
/// How long all this may take, once somebody is let in.
const LOOK: Duration = Duration::from_secs(10);
/// How long one waits for one's turn.
const TURN: Duration = Duration::from_secs(5);
/// Bytes that the server may say meanwhile.
const ANSWER: usize = 64 * 1024 * 1024;
/// Bytes that it may be asked meanwhile.
const QUESTIONS: usize = 128 * 1024;

/// Nothing is found but in the catalogue, whatever schemas the role has before it.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog; \
                     SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '5s'";

/// The role with all those that it is a member of, whether it has their rights at once or would have to ask.
const ROLE: &str = "SELECT current_setting('server_version_num')::int4, left(current_setting('server_version'), 100), \
    bool_or(r.rolsuper), bool_or(r.rolcreaterole), bool_or(r.rolcreatedb), bool_or(r.rolreplication), bool_or(r.rolbypassrls), \
    bool_or(r.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')), \
    bool_or(r.rolname IN ('pg_read_all_data', 'pg_write_all_data')), \
    bool_or(r.rolname IN ('pg_signal_backend', 'pg_maintain', 'pg_create_subscription')) \
    FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')";
/// What the columns of [`ROLE`] from the third say.
const POWERS: [&str; 8] = [
    "a superuser",
    "one with CREATEROLE",
    "one with CREATEDB",
    "one with REPLICATION",
    "one with BYPASSRLS",
    "one that reaches the server's files and programs",
    "pg_read_all_data or pg_write_all_data",
    "one that looks after the server",
];

const SCHEMAS: &str =
    "SELECT nspname::text FROM pg_namespace WHERE nspname::text = ANY ($1) AND has_schema_privilege(oid, 'USAGE')";
const MAY_WRITE: &str = "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname::text = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'f') \
    AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))";
/// Foreign tables lead elsewhere. A partition is read through its table.
const READABLE: &str = "n.nspname::text = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition \
    AND has_any_column_privilege(c.oid, 'SELECT')";

/// A database that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub server_version: String,
    /// Whether the role may change any table of these schemas.
    pub may_write: bool,
    /// By schema and name.
    pub tables: Vec<SeenTable>,
}

/// A table or view that the role may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTable {
    pub schema: String,
    pub name: String,
    pub comment: Option<String>,
    /// As Postgres estimates; 0 where it does not.
    pub rows: i64,
    /// On disk, likewise.
    pub bytes: i64,
    /// Those that the role may read, in their order; at least one.
    pub columns: Vec<SeenColumn>,
}

/// A column of such a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenColumn {
    pub name: String,
    pub kind: CellType,
    pub comment: Option<String>,
}

impl Warehouse {
    /// Signs in to a database, makes sure that the role may do no more than it should, and looks what of these schemas it may read.
    ///
    /// # Errors
    /// What is wrong with what was entered, or with the database.
    pub async fn look(&self, database: &Database, schemas: &[String]) -> Result<Seen, Problem> {
        let turn = tokio::time::timeout(TURN, self.shared.looks.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(Problem::Busy) };
        let SignedIn { client, outside, .. } = self.let_in(database).await?;
        outside.grant(ANSWER, QUESTIONS);
        tokio::time::timeout(LOOK, look(&client, schemas)).await.unwrap_or(Err(Problem::Unreachable))
    }

    /// A connection for statements, of a role that may still do no more than it should: somebody may have given it more rights since.
    pub(super) async fn let_in_to_ask(&self, database: &Database) -> Result<SignedIn, Problem> {
        let signed_in = self.let_in(database).await?;
        let looking = async {
            signed_in.client.batch_execute(BEGIN).await.map_err(|error| failed(&error))?;
            modest(&signed_in.client).await?;
            signed_in.client.batch_execute("ROLLBACK").await.map_err(|error| failed(&error))
        };
        tokio::time::timeout(LOOK, looking).await.unwrap_or(Err(Problem::Unreachable))?;
        Ok(signed_in)
    }

    /// A connection to a database of somebody else's, if it may be reached as it is to be reached.
    async fn let_in(&self, database: &Database) -> Result<SignedIn, Problem> {
        if database.tls == Tls::Disable && !self.shared.config.source_plaintext {
            return Err(Problem::Plaintext);
        }
        dial::sign_in(database, &self.shared.reachable).await
    }
}

async fn look(client: &Client, schemas: &[String]) -> Result<Seen, Problem> {
    client.batch_execute(BEGIN).await.map_err(|error| failed(&error))?;
    let server_version = modest(client).await?;
    let usable: Vec<String> = texts(&rows(client, SCHEMAS, &[&schemas], schemas.len()).await?)?;
    if let Some(missing) = schemas.iter().find(|schema| !usable.contains(schema)) {
        return Err(Problem::NoSchema(missing.clone()));
    }
    let may_write = value::<bool>(&one(client, MAY_WRITE, &[&schemas]).await?, 0)?;
    let columns = columns(client, schemas).await?;
    Ok(Seen { server_version, may_write, tables: tables(client, schemas, columns).await? })
}

/// Makes sure that the role may do no more than it should; gives the version of the server.
async fn modest(client: &Client) -> Result<String, Problem> {
    let role = one(client, ROLE, &[]).await?;
    if value::<i32>(&role, 0)? < OLDEST {
        return Err(Problem::TooOld);
    }
    for (place, power) in POWERS.into_iter().enumerate() {
        if value::<bool>(&role, place.saturating_add(2))? {
            return Err(Problem::TooPowerful(power));
        }
    }
    Ok(value::<String>(&role, 1)?.chars().filter(|char| !char.is_control()).take(VERSION).collect())
}

/// The columns of all tables, by the numbers of these.
async fn columns(client: &Client, schemas: &[String]) -> Result<HashMap<i64, Vec<SeenColumn>>, Problem> {
    // What a domain is made of is what its values are.
    let sql = format!(
        "SELECT c.oid::int8, a.attname::text, b.typname::text, b.typtype::text, b.typcategory::text, \
             left(col_description(c.oid, a.attnum), {COMMENT}) \
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END \
         WHERE {READABLE} AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT') \
         ORDER BY c.oid, a.attnum LIMIT {}",
        COLUMNS_MAX.saturating_add(1)
    );
    let mut of: HashMap<i64, Vec<SeenColumn>> = HashMap::new();
    for row in rows(client, &sql, &[&schemas], COLUMNS_MAX).await? {
        let kind = kind(value(&row, 2)?, value(&row, 3)?, value(&row, 4)?);
        let column = SeenColumn { name: value(&row, 1)?, kind, comment: comment(&row, 5)? };
        if is_name(&column.name) {
            of.entry(value(&row, 0)?).or_default().push(column);
        }
    }
    Ok(of)
}

async fn tables(
    client: &Client,
    schemas: &[String],
    mut columns: HashMap<i64, Vec<SeenColumn>>,
) -> Result<Vec<SeenTable>, Problem> {
    let sql = format!(
        "SELECT c.oid::int8, n.nspname::text, c.relname::text, left(obj_description(c.oid, 'pg_class'), {COMMENT}), \
             greatest(c.reltuples, 0)::int8, greatest(c.relpages, 0)::int8 * current_setting('block_size')::int8 \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {READABLE} ORDER BY 2, 3 LIMIT {}",
        TABLES_MAX.saturating_add(1)
    );
    let (mut found, mut names) = (Vec::new(), HashSet::new());
    for row in rows(client, &sql, &[&schemas], TABLES_MAX).await? {
        let table = SeenTable {
            schema: value(&row, 1)?,
            name: value(&row, 2)?,
            comment: comment(&row, 3)?,
            rows: value::<i64>(&row, 4)?.max(0),
            bytes: value::<i64>(&row, 5)?.max(0),
            columns: columns.remove(&value::<i64>(&row, 0)?).unwrap_or_default(),
        };
        let is_new = names.insert((table.schema.clone(), table.name.clone()));
        if is_new && is_name(&table.name) && schemas.contains(&table.schema) && !table.columns.is_empty() {
            found.push(table);
        }
    }
    Ok(found)
}

/// What the values of a type of Postgres are, as [`CellType::of`] has it; by its name, its sort and its category in the catalogue.
fn kind(name: &str, sort: &str, category: &str) -> CellType {
    match name {
        "bool" => CellType::Boolean,
        "int2" | "int4" | "int8" => CellType::Integer,
        "numeric" => CellType::Decimal,
        "float4" | "float8" => CellType::Float,
        "date" => CellType::Date,
        "time" => CellType::Time,
        "timestamp" => CellType::Timestamp,
        "timestamptz" => CellType::TimestampTz,
        "json" | "jsonb" | "record" => CellType::Json,
        _ if category == "A" || sort == "c" => CellType::Json,
        _ => CellType::Text,
    }
}

async fn one(client: &Client, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Row, Problem> {
    rows(client, sql, parameters, 1).await?.pop().ok_or(Problem::Foreign)
}

/// The rows of a statement; no more than so many, whatever the server sends.
async fn rows(
    client: &Client,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
    most: usize,
) -> Result<Vec<Row>, Problem> {
    let failed = |error: tokio_postgres::Error| failed(&error);
    let mut stream = pin!(client.query_raw(sql, parameters.iter().copied()).await.map_err(failed)?);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await.map_err(failed)? {
        if rows.len() == most {
            return Err(Problem::TooMany { tables: TABLES_MAX, columns: COLUMNS_MAX });
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Whether somebody could write it.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= NAME && !name.contains('\0')
}

fn comment(row: &Row, place: usize) -> Result<Option<String>, Problem> {
    let text: Option<String> = value(row, place)?;
    Ok(text.map(|text| text.replace('\0', "").chars().take(COMMENT).collect()))
}

fn texts(rows: &[Row]) -> Result<Vec<String>, Problem> {
    rows.iter().map(|row| value(row, 0)).collect()
}

/// Somebody else's server may send anything for anything.
fn value<'a, T: tokio_postgres::types::FromSql<'a>>(row: &'a Row, place: usize) -> Result<T, Problem> {
    row.try_get(place).map_err(|_| Problem::Foreign)
}

fn failed(error: &tokio_postgres::Error) -> Problem {
    match error.code() {
        // One that was broken off, or whose server is going down.
        Some(state) if !state.code().starts_with("57") => Problem::Foreign,
        _ => Problem::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_what_results_call_them() {
        for (name, sort, category, expected) in [
            ("int4", "b", "N", CellType::Integer),
            ("numeric", "b", "N", CellType::Decimal),
            ("timestamptz", "b", "D", CellType::TimestampTz),
            ("_text", "b", "A", CellType::Json),
            ("address", "c", "C", CellType::Json),
            ("mood", "e", "E", CellType::Text),
            ("uuid", "b", "U", CellType::Text),
        ] {
            assert_eq!(kind(name, sort, category), expected, "{name}");
        }
    }
}
