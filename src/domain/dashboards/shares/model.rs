//! Rows of what was shared, and with whom.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use secrecy::SecretString;
use serde_json::Value;

use crate::domain::dashboards::boards::model::{Dashboard, Place, Tab, Tile};
use crate::domain::dashboards::charts::model::Chart;
use crate::ids::{DashboardId, DashboardShareId, DashboardTileId, UserId, WorkspaceId};

/// With whom a dashboard is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ShareKind {
    /// Somebody with an account.
    Person,
    /// Whoever has the token.
    Link,
}

crate::db::enums::text_enum!(ShareKind { Person => "PERSON", Link => "LINK" });

/// What may be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ShareAccess {
    /// See it.
    View,
    /// Arrange and name what stands on it as well.
    Edit,
}

crate::db::enums::text_enum!(ShareAccess { View => "VIEW", Edit => "EDIT" });

/// With whom a dashboard is to be shared.
#[derive(Debug, Clone)]
pub enum With {
    /// The address of somebody's account.
    Person(String),
    Link {
        /// `None` for a link that takes none.
        password: Option<SecretString>,
    },
}

/// A dashboard to be shared.
#[derive(Debug, Clone)]
pub struct NewSharing {
    pub dashboard: DashboardId,
    pub with: With,
    pub access: ShareAccess,
    /// `None` for until it is taken back.
    pub expires_at: Option<DateTime<Utc>>,
}

/// With whom a dashboard is shared, as the editors of its workspace see it.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Share {
    #[diesel(sql_type = SqlUuid)]
    pub id: DashboardShareId,
    #[diesel(sql_type = SqlUuid)]
    pub dashboard_id: DashboardId,
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = Text)]
    pub kind: ShareKind,
    #[diesel(sql_type = Text)]
    pub access: ShareAccess,
    /// Of the person; `None` for a link, and when their account was shut.
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    /// What the person is called; `None` when they have not said.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    #[diesel(sql_type = Bool)]
    pub is_protected: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it shows anything: it is not over, and whoever shared it may still edit in the workspace.
    #[diesel(sql_type = Bool)]
    pub holds: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When a link was last opened.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_used_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    pub use_count: i64,
}

/// What holds for whoever comes, as the database has it.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Held {
    #[diesel(sql_type = SqlUuid)]
    pub share_id: DashboardShareId,
    #[diesel(sql_type = Text)]
    pub share_access: ShareAccess,
    /// A PHC string; `None` for what takes no password.
    #[diesel(sql_type = Nullable<Text>)]
    pub share_password: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub share_expires_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    pub shared_at: DateTime<Utc>,
    #[diesel(embed)]
    pub dashboard: Dashboard,
}

/// A dashboard that somebody may see who is no member of its workspace. To have one is to have found out that they may.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    pub dashboard: Dashboard,
    pub access: ShareAccess,
    /// Whether it came by a link.
    pub is_link: bool,
}

/// What came of the query of a tile.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownResult {
    /// A list of [`CellColumn`](crate::warehouse::cells::CellColumn).
    pub columns: Value,
    pub rows: Vec<Vec<Value>>,
    /// How many there are in all.
    pub row_count: i32,
    /// Whether there would have been more.
    pub is_truncated: bool,
    /// When it was last asked.
    pub asked_at: DateTime<Utc>,
}

/// A tile with what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub tile: Tile,
    /// `None` unless it is one.
    pub chart: Option<Chart>,
    /// `None` for a text, and while there is none.
    pub result: Option<ShownResult>,
}

/// How a filter is called, and what it is when nobody chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterLook {
    /// Which one.
    pub name: String,
    pub label: Option<String>,
    pub default: Option<String>,
}

/// Where a tile is to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// `None` for a new text.
    pub id: Option<DashboardTileId>,
    /// `None` for the first.
    pub tab: Option<String>,
    /// Markdown, of a text alone; `None` for what it says already.
    pub text: Option<String>,
    pub place: Place,
}

/// What somebody may change with whom a dashboard is shared; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct Rearrangement {
    pub title: Option<String>,
    pub description: Option<Option<String>>,
    pub tabs: Option<Vec<Tab>>,
    /// All filters, in their new order.
    pub filters: Option<Vec<FilterLook>>,
    /// All tiles that stay, and new texts.
    pub tiles: Option<Vec<Placed>>,
}
