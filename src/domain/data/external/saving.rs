//! Entering databases of somebody else's, and changing what was entered. Nothing is kept that was not tried.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::entering::{Change, Entered, checked};
use super::model::{SourceConnection, StoredConnection};
use super::store::{self, Looked};
use super::trying::{database, password, refused};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::data::model::{DataSource, StoredColumn};
use crate::domain::data::reading::missing_source;
use crate::domain::data::source_store;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, DataTableId, UserId, WorkspaceId};
use crate::seal::columns::DATA_SOURCE;
use crate::tabular::column::{Column, ColumnType};
use crate::warehouse::cells::CellType;
use crate::warehouse::external::looking::{Seen, SeenColumn, SeenTable};

/// Databases of one workspace at most.
const SOURCES_MAX: i64 = 50;

/// Signs in to a database, looks what there is, and keeps both.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace, FORBIDDEN for a viewer, BAD_USER_INPUT with the field that does not do or does not work,
/// CONFLICT for more than 50, UPSTREAM_UNAVAILABLE when too many are looked at.
pub async fn create(app: &App, actor: &Actor, workspace: WorkspaceId, entered: Entered) -> Result<DataSource> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    require_editor(reading::role(&*app.db.read().await?, editor, workspace).await?)?;
    let entered = checked(entered)?;
    // No connection of the pool is held meanwhile. In a box, as connecting makes a large future.
    let looking = Box::pin(app.warehouse.look(&database(&entered), &entered.schemas)).await;
    let seen = looking.map_err(|problem| refused(&problem))?;
    let now = app.clock.now();
    let id = DataSourceId::generate(now);
    let sealed = app.sealer.seal(&DATA_SOURCE, id.uuid(), entered.password.expose_secret().as_bytes())?;
    let tables = tables(app, &seen)?;
    let looked = Looked { may_write: seen.may_write, server_version: &seen.server_version, now };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        require_editor(reading::lock_role(conn, editor, workspace).await?)?;
        if store::count(conn, workspace).await? >= SOURCES_MAX {
            return Err(Error::conflict(format!(
                "A workspace has at most {SOURCES_MAX} databases. Please delete one first."
            )));
        }
        store::insert(conn, id, workspace, &entered, &sealed, looked).await?;
        store::replace_tables(conn, id, &tables, now).await?;
        let entry = Entry::new(Action::DataSourceCreated).on(id).after(told(&entered));
        audit::record(conn, now, actor, entry).await?;
        source(conn, editor, id).await
    })
    .await
}

/// Changes what was entered. Whatever leads elsewhere is tried first; and the password goes to no other server, and for no other user, than
/// those for whom somebody entered it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown source, FORBIDDEN for a viewer, BAD_USER_INPUT with the field that does not do or does not work,
/// CONFLICT for uploads, and when somebody else changes it meanwhile.
pub async fn update(app: &App, actor: &Actor, id: DataSourceId, change: Change) -> Result<DataSource> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let (present, stored) = editable(app, editor, id).await?;
    let has_password = change.password.is_some();
    let reads_values = change.reads_values;
    let kept = if has_password { SecretString::default() } else { kept_password(app, &stored) };
    let entered = checked(change.applied(&present.name, &stored.connection, kept))?;
    if !has_password && !entered.leads_as(&stored.connection) {
        let message = "Enter the password again: it would go to another server, in another way, or for another user.";
        return Err(Error::bad_input("input.password", message));
    }
    let seen = if has_password || !entered.is_as(&stored.connection) {
        let looking = Box::pin(app.warehouse.look(&database(&entered), &entered.schemas)).await;
        Some(looking.map_err(|problem| refused(&problem))?)
    } else {
        None
    };
    let sealed = if has_password {
        Some(app.sealer.seal(&DATA_SOURCE, id.uuid(), entered.password.expose_secret().as_bytes())?)
    } else {
        None
    };
    let mut conn = app.db.write().await?;
    let changed = conn
        .transaction(async |conn| {
            let locked = source_store::lock(conn, id).await?.ok_or_else(missing_source)?;
            require_editor(reading::lock_role(conn, editor, locked.workspace_id).await?)?;
            let now = app.clock.now();
            let before = store::find(conn, id).await?.ok_or_else(missing_source)?.connection;
            store::rename(conn, id, &entered.name, now).await?;
            let is_other = reads_values.filter(|reads| *reads != before.reads_values);
            if let Some(reads_values) = is_other {
                store::set_reads_values(conn, id, reads_values).await?;
            }
            if seen.is_some() || is_other.is_some() {
                // Whoever reads values at this moment keeps none of them.
                store::forget_values(conn, id).await?;
                source_store::touch(conn, id, now).await?;
            }
            if let Some(seen) = &seen {
                let revision = stored.connection.revision;
                if !store::change(conn, id, revision, &entered, sealed.as_deref()).await? {
                    return Err(Error::conflict("Somebody else has changed this source meanwhile."));
                }
                // Whatever the tables are called, they may be others.
                keep(app, conn, id, revision.saturating_add(1), seen).await?;
            }
            let mut after = told(&entered);
            if let Some(fields) = after.as_object_mut() {
                fields.insert("readsValues".to_owned(), Value::Bool(reads_values.unwrap_or(before.reads_values)));
                fields.insert("passwordChanged".to_owned(), Value::Bool(has_password));
            }
            let entry = Entry::new(Action::DataSourceUpdated).on(id);
            let entry = entry.before(told_of(&locked.name, &before)).after(after);
            audit::record(conn, now, actor, entry).await?;
            source(conn, editor, id).await
        })
        .await?;
    if seen.is_some() {
        app.warehouse.forget_outside(id.uuid()).await;
    }
    Ok(changed)
}

/// A source that somebody may change, and how it is reached.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, FORBIDDEN for a viewer, CONFLICT for uploads.
pub(super) async fn editable(app: &App, editor: UserId, id: DataSourceId) -> Result<(DataSource, StoredConnection)> {
    let conn = app.db.read().await?;
    let source = source(&conn, editor, id).await?;
    require_editor(reading::role(&conn, editor, source.workspace_id).await?)?;
    let uploads = || Error::conflict("These are the workspace's uploads, and no database of somebody else's.");
    let stored = store::find(&conn, id).await?.ok_or_else(uploads)?;
    Ok((source, stored))
}

/// The source, as somebody sees it.
pub(super) async fn source(conn: &Connection, reader: UserId, id: DataSourceId) -> Result<DataSource> {
    source_store::load(conn, reader, &[id]).await?.pop().ok_or_else(missing_source)
}

/// Writes down what was found, in the transaction of a locked source; says whether there is anything else than before.
pub(super) async fn keep(app: &App, conn: &Connection, id: DataSourceId, revision: i64, seen: &Seen) -> Result<bool> {
    let now = app.clock.now();
    let looked = Looked { may_write: seen.may_write, server_version: &seen.server_version, now };
    if !store::looked(conn, id, revision, looked).await? {
        return Err(Error::conflict("Somebody else has changed this source meanwhile."));
    }
    store::replace_tables(conn, id, &tables(app, seen)?, now).await
}

/// One that does not open any more is none: then only a new one will do.
fn kept_password(app: &App, stored: &StoredConnection) -> SecretString {
    password(app, stored).unwrap_or_default()
}

/// What the audit trail says.
fn told(entered: &Entered) -> Value {
    json!({
        "name": entered.name, "host": entered.host, "port": entered.port, "database": entered.database,
        "username": entered.username, "tls": entered.tls.as_str(), "schemas": entered.schemas,
        "readsValues": entered.reads_values,
    })
}

fn told_of(name: &str, connection: &SourceConnection) -> Value {
    json!({
        "name": name, "host": connection.host, "port": connection.port, "database": connection.database_name,
        "username": connection.username, "tls": connection.tls.as_str(), "schemas": connection.schemas,
        "readsValues": connection.reads_values,
    })
}

/// Tables as the store takes them.
fn tables(app: &App, seen: &Seen) -> Result<Value> {
    seen.tables.iter().map(|table| stored(app, table)).collect::<Result<Vec<_>>>().map(Value::Array)
}

fn stored(app: &App, table: &SeenTable) -> Result<Value> {
    let fields: Vec<StoredColumn> = table.columns.iter().map(column).collect();
    Ok(json!({
        "id": DataTableId::generate(app.clock.now()).uuid(), "schema_name": table.schema, "name": table.name,
        "description": table.comment, "fields": serde_json::to_value(fields).map_err(Error::internal)?,
        "row_count": table.rows, "byte_size": table.bytes,
    }))
}

fn column(seen: &SeenColumn) -> StoredColumn {
    let kind = match seen.kind {
        CellType::Boolean => ColumnType::Boolean,
        CellType::Integer => ColumnType::Integer,
        CellType::Decimal => ColumnType::Decimal,
        CellType::Float => ColumnType::Float,
        CellType::Date => ColumnType::Date,
        CellType::Time => ColumnType::Time,
        CellType::Timestamp => ColumnType::Timestamp,
        CellType::TimestampTz => ColumnType::TimestampTz,
        CellType::Text => ColumnType::Text,
        CellType::Json => ColumnType::Json,
    };
    let column = Column { name: seen.name.clone(), header: String::new(), kind, unit: None, note: None };
    StoredColumn { column, description: seen.comment.clone() }
}
