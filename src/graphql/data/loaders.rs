//! Sources, tables, uploads, runs and exports, by key.

use std::collections::HashMap;

use serde_json::Value;

use crate::app::App;
use crate::domain::data::exports::following;
use crate::domain::data::exports::model::ResultExport;
use crate::domain::data::external::model::SourceConnection;
use crate::domain::data::model::{DataSource, DataTable};
use crate::domain::data::queries::history::{self, Window};
use crate::domain::data::queries::model::QueryRun;
use crate::domain::data::reading;
use crate::domain::data::uploads::model::DatasetUpload;
use crate::domain::data::uploads::progress;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{DataSourceId, DataTableId, DatasetUploadId, QueryRunId, ResultExportId, WorkspaceId};

macro_rules! loader {
    ($(#[$about:meta])* $name:ident: $key:ty => $value:ty, $load:path) => {
        $(#[$about])*
        pub struct $name;

        impl Load for $name {
            type Key = $key;
            type Value = $value;

            async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
                $load(app, actor, keys).await
            }
        }
    };
}

loader! {
    /// A source that the reader sees.
    DataSourceById: DataSourceId => DataSource, reading::load_sources
}
loader! {
    /// A table that the reader sees.
    DataTableById: DataTableId => DataTable, reading::load_tables
}
loader! {
    /// An upload that the reader sees.
    DatasetUploadById: DatasetUploadId => DatasetUpload, progress::load
}
loader! {
    /// A run that the reader sees.
    QueryRunById: QueryRunId => QueryRun, history::load
}
loader! {
    /// The sources of a workspace.
    SourcesOfWorkspace: WorkspaceId => Vec<DataSource>, reading::sources_of
}
loader! {
    /// How a source is reached that is a database of somebody else's.
    ConnectionOfSource: DataSourceId => SourceConnection, reading::connections_of
}
loader! {
    /// The tables of a source.
    TablesOfSource: DataSourceId => Vec<DataTable>, reading::tables_of
}
loader! {
    /// Some rows of a result.
    ResultRows: Window => Vec<Vec<Value>>, history::rows
}
loader! {
    /// An export of the reader's.
    ResultExportById: ResultExportId => ResultExport, following::load
}
loader! {
    /// The reader's exports of a run.
    ExportsOfRun: QueryRunId => Vec<ResultExport>, following::of_runs
}
