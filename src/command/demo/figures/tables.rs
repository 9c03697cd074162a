//! The tables of the demo's bookshop, from files that are uploaded.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt as _;

use super::plan::TABLES;
use crate::app::App;
use crate::command::demo::stage;
use crate::domain::data::uploads::model::{DatasetUpload, Plan, UploadStatus};
use crate::domain::data::uploads::taking::{self, Incoming};
use crate::domain::data::{following, reading};
use crate::domain::users::actor::Actor;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, DatasetUploadId, WorkspaceId};

/// Loads the tables that are not there, and gives their source; `None` when that takes longer than `patience`.
///
/// # Errors
/// When a database or the store of files does not answer, and for a file that does not become a table.
pub async fn fill(app: &App, demo: &Actor, workspace: WorkspaceId, patience: Duration) -> Result<Option<DataSourceId>> {
    let there = names(app, demo, workspace).await?;
    let mut begun = Vec::new();
    for (table, filename, text) in TABLES {
        if there.contains(table) {
            continue;
        }
        let incoming = Incoming {
            workspace: Some(workspace),
            filename: filename.to_owned(),
            file: stage::file(text.as_bytes())?,
            plan: Plan { table: Some(table.to_owned()), loads: true, ..Plan::default() },
        };
        begun.push(taking::upload(app, demo, incoming).await?.id);
    }
    let loading = async {
        for id in begun {
            loaded(app, demo, id).await?;
        }
        Ok::<_, Error>(())
    };
    match tokio::time::timeout(patience, loading).await {
        Ok(loaded) => loaded?,
        Err(_) => return Ok(None),
    }
    source(app, demo, workspace).await
}

/// Where uploads of the workspace are; `None` while there were none.
async fn source(app: &App, demo: &Actor, workspace: WorkspaceId) -> Result<Option<DataSourceId>> {
    let sources = reading::sources_of(app, demo, &[workspace]).await?.remove(&workspace).unwrap_or_default();
    Ok(sources.first().map(|source| source.id))
}

/// The tables that there are.
async fn names(app: &App, demo: &Actor, workspace: WorkspaceId) -> Result<HashSet<String>> {
    let Some(source) = source(app, demo, workspace).await? else { return Ok(HashSet::new()) };
    let tables = reading::tables_of(app, demo, &[source]).await?.remove(&source).unwrap_or_default();
    Ok(tables.into_iter().map(|table| table.name).collect())
}

/// Waits until a file is a table.
async fn loaded(app: &App, demo: &Actor, id: DatasetUploadId) -> Result<()> {
    let mut changes = std::pin::pin!(following::follow::<DatasetUpload>(app, demo, id).await?);
    while let Some(upload) = changes.next().await {
        let upload = upload?;
        match upload.status {
            UploadStatus::Loaded => tracing::info!(filename = upload.filename, rows = upload.row_count, "loaded"),
            UploadStatus::Failed | UploadStatus::Inspected => {
                let problem = upload.error_message.unwrap_or_default();
                return Err(Error::internal(format!("{} of the demo is no table: {problem}", upload.filename)));
            }
            UploadStatus::Pending | UploadStatus::Inspecting | UploadStatus::Loading => {}
        }
    }
    Ok(())
}
