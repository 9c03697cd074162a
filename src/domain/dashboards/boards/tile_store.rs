//! Statements about tiles, and about what tiles can show.

use diesel::prelude::*;
use diesel::sql_types::{Array, Jsonb, Nullable, Uuid as SqlUuid};
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use super::model::{Show, Tile, TileDraft, TileKind};
use crate::db::pool::Connection;
use crate::db::schema::dashboard_tiles;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{ChartId, DashboardId, DashboardTileId, SavedQueryId, UserId, WorkspaceId};

const TILE: &str = "t.id, t.dashboard_id, t.tab, t.kind, t.chart_id, t.body, t.x, t.y, t.w, t.h, t.parameters, q.id AS query_id, \
     q.version AS query_version, q.parameters AS declared, s.id AS source_id, s.data_version";
const FROM: &str = "dashboard_tiles t JOIN dashboards b ON b.id = t.dashboard_id LEFT JOIN charts c ON c.id = t.chart_id \
     LEFT JOIN saved_queries q ON q.id = coalesce(c.query_id, t.query_id) LEFT JOIN data_sources s ON s.id = q.source_id";

/// The tiles of these dashboards, as far as `reader` sees them, from top to bottom and from left to right.
pub async fn of(mut conn: &Connection, reader: UserId, dashboards: &[DashboardId]) -> Result<Vec<Tile>> {
    let seen = diesel::sql_query(format!(
        "SELECT {TILE} FROM {FROM} {} WHERE t.dashboard_id = ANY ($2) ORDER BY t.y, t.x, t.id",
        seen_by("b")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(dashboards).load(&mut conn).await?)
}

/// Those of these tiles that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[DashboardTileId]) -> Result<Vec<Tile>> {
    let seen = diesel::sql_query(format!("SELECT {TILE} FROM {FROM} {} WHERE t.id = ANY ($2)", seen_by("b")));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The tiles of a dashboard in the same order, whoever asks: for work that has found out what may be seen, or is the server's own.
pub async fn find(mut conn: &Connection, dashboard: DashboardId) -> Result<Vec<Tile>> {
    let found = format!("SELECT {TILE} FROM {FROM} WHERE t.dashboard_id = $1 ORDER BY t.y, t.x, t.id");
    Ok(diesel::sql_query(found).bind::<SqlUuid, _>(dashboard).load(&mut conn).await?)
}

/// A tile to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = dashboard_tiles)]
pub struct NewTile {
    pub id: DashboardTileId,
    pub dashboard_id: DashboardId,
    pub tab: String,
    pub kind: TileKind,
    pub chart_id: Option<ChartId>,
    pub query_id: Option<SavedQueryId>,
    pub body: Option<String>,
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
    pub parameters: Value,
}

impl NewTile {
    /// A tile as it was written, on a tab, under this id unless it has one.
    #[must_use]
    pub fn new(dashboard_id: DashboardId, tile: &TileDraft, id: DashboardTileId) -> Self {
        let (chart_id, query_id, body) = match &tile.show {
            Show::Chart(chart) => (Some(*chart), None, None),
            Show::Table(query) => (None, Some(*query), None),
            Show::Text(text) => (None, None, Some(text.clone())),
        };
        let mapped = tile.parameters.iter().map(|it| (it.parameter.clone(), Value::String(it.filter.clone())));
        Self {
            id: tile.id.unwrap_or(id),
            dashboard_id,
            tab: tile.tab.clone().unwrap_or_default(),
            kind: tile.show.kind(),
            chart_id,
            query_id,
            body,
            x: tile.place.x,
            y: tile.place.y,
            w: tile.place.width,
            h: tile.place.height,
            parameters: Value::Object(mapped.collect::<Map<_, _>>()),
        }
    }
}

/// Puts these tiles in the place of those of a locked dashboard. One whose id is there already is that tile, changed.
pub async fn replace(mut conn: &Connection, dashboard: DashboardId, tiles: &[NewTile]) -> Result<()> {
    let kept: Vec<DashboardTileId> = tiles.iter().map(|tile| tile.id).collect();
    let gone = dashboard_tiles::table
        .filter(dashboard_tiles::dashboard_id.eq(dashboard))
        .filter(dashboard_tiles::id.ne_all(kept));
    diesel::delete(gone).execute(&mut conn).await?;
    if tiles.is_empty() {
        return Ok(());
    }
    diesel::insert_into(dashboard_tiles::table)
        .values(tiles)
        .on_conflict(dashboard_tiles::id)
        .do_update()
        .set((
            dashboard_tiles::tab.eq(excluded(dashboard_tiles::tab)),
            dashboard_tiles::kind.eq(excluded(dashboard_tiles::kind)),
            dashboard_tiles::chart_id.eq(excluded(dashboard_tiles::chart_id)),
            dashboard_tiles::query_id.eq(excluded(dashboard_tiles::query_id)),
            dashboard_tiles::body.eq(excluded(dashboard_tiles::body)),
            dashboard_tiles::x.eq(excluded(dashboard_tiles::x)),
            dashboard_tiles::y.eq(excluded(dashboard_tiles::y)),
            dashboard_tiles::w.eq(excluded(dashboard_tiles::w)),
            dashboard_tiles::h.eq(excluded(dashboard_tiles::h)),
            dashboard_tiles::parameters.eq(excluded(dashboard_tiles::parameters)),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// A query that a tile can show, by itself or as a chart of it.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Showable {
    /// `None` for the query by itself.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub chart_id: Option<ChartId>,
    #[diesel(sql_type = SqlUuid)]
    pub query_id: SavedQueryId,
    /// What it asks for.
    #[diesel(sql_type = Jsonb)]
    pub declared: Value,
}

/// Those of these charts and queries that are of sources of a workspace. They stay until the transaction ends.
pub async fn showable(
    mut conn: &Connection,
    workspace: WorkspaceId,
    charts: &[ChartId],
    queries: &[SavedQueryId],
) -> Result<Vec<Showable>> {
    let found = diesel::sql_query(
        "SELECT c.id AS chart_id, q.id AS query_id, q.parameters AS declared FROM charts c JOIN saved_queries q ON q.id = c.query_id \
         JOIN data_sources s ON s.id = q.source_id WHERE c.id = ANY ($2) AND s.workspace_id = $1 FOR KEY SHARE OF c, q",
    );
    let found = found.bind::<SqlUuid, _>(workspace).bind::<Array<SqlUuid>, _>(charts);
    let mut showable: Vec<Showable> = found.load(&mut conn).await?;
    let found = diesel::sql_query(
        "SELECT NULL::uuid AS chart_id, q.id AS query_id, q.parameters AS declared FROM saved_queries q \
         JOIN data_sources s ON s.id = q.source_id WHERE q.id = ANY ($2) AND s.workspace_id = $1 FOR KEY SHARE OF q",
    );
    let found = found.bind::<SqlUuid, _>(workspace).bind::<Array<SqlUuid>, _>(queries);
    let alone: Vec<Showable> = found.load(&mut conn).await?;
    showable.extend(alone);
    Ok(showable)
}
