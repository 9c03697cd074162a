//! What is said of shares, and of dashboards that are shared.

use async_graphql::{ID, InputObject, MaybeUndefined, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::board_inputs::{DashboardTabInput, FilterValueInput};
use super::share_types::{DashboardShare, DashboardShareAccess, SharedDashboard};
use crate::domain::dashboards::boards::model::{Place, Tab};
use crate::domain::dashboards::shares::model;
use crate::error::Error;
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{changed, parse_id};

/// A person to share with.
#[derive(Debug, Clone, InputObject)]
pub struct SharePersonInput {
    /// The address of their account.
    pub email: String,
}

/// A link to make.
#[derive(Debug, Clone, InputObject)]
pub struct ShareLinkInput {
    /// Whoever opens it gives this, 8 to 200 characters. Null for a link that the token alone opens.
    pub password: Option<String>,
}

/// A dashboard to share: exactly one of person and link.
#[derive(Debug, Clone, InputObject)]
pub struct ShareDashboardInput {
    /// The dashboard.
    pub id: ID,
    /// Somebody who is no member of its workspace; what it was shared with them as before ends. Null for a link.
    pub person: Option<SharePersonInput>,
    /// A link that anybody opens who has its token. Null for a person.
    pub link: Option<ShareLinkInput>,
    /// What may be done with it. A link has VIEW.
    #[graphql(default_with = "DashboardShareAccess::View")]
    pub access: DashboardShareAccess,
    /// From when on it shows nothing. Null for never.
    pub expires_at: Option<DateTime<Utc>>,
}

impl ShareDashboardInput {
    /// What is to be shared.
    ///
    /// # Errors
    /// `NOT_FOUND` for what is no id, BAD_USER_INPUT for neither a person nor a link, or both.
    pub fn sharing(self) -> Result<model::NewSharing> {
        let dashboard = parse_id(&self.id, "input.id", "dashboard")?;
        let with = match (self.person, self.link) {
            (Some(person), None) => model::With::Person(person.email),
            (None, Some(link)) => model::With::Link { password: link.password.map(Into::into) },
            _ => return Err(to_graphql(Error::bad_input("input.link", "Give exactly one of person and link."))),
        };
        Ok(model::NewSharing { dashboard, with, access: self.access.into(), expires_at: self.expires_at })
    }
}

/// A dashboard that was shared.
#[derive(Debug, Clone, SimpleObject)]
pub struct ShareDashboardPayload {
    /// With whom.
    pub share: DashboardShare,
    /// Goes into `token` of `sharedDashboard`. It is shown this once, and cannot be found out again. Null for a person.
    pub token: Option<String>,
}

/// What was shared, to be taken back.
#[derive(Debug, Clone, InputObject)]
pub struct RevokeShareInput {
    /// The share.
    pub id: ID,
}

/// What was taken back.
#[derive(Debug, Clone, SimpleObject)]
pub struct RevokeSharePayload {
    /// As it was last.
    pub share: DashboardShare,
}

/// How a filter of a shared dashboard is called, and what it is when nobody chooses.
#[derive(Debug, Clone, InputObject)]
pub struct SharedFilterInput {
    /// Which one.
    pub name: String,
    /// What people are asked for, up to 100 characters. Null for the name.
    pub label: Option<String>,
    /// The value when nobody chooses: one that the filter can have. Null for no value.
    pub default: Option<String>,
}

/// Where a tile of a shared dashboard is to stand.
#[derive(Debug, Clone, InputObject)]
pub struct SharedTileInput {
    /// The tile. Null for a new text.
    pub id: Option<ID>,
    /// The key of a tab. Null for the first.
    pub tab: Option<String>,
    /// Markdown, 1 to 20,000 characters, of a text alone. Null for what it says, or shows.
    pub text: Option<String>,
    /// Columns to its left, 0 to 11.
    pub x: i32,
    /// Rows above it, 0 to 999.
    pub y: i32,
    /// Columns that it takes, 1 to 12, and not over the right edge.
    pub width: i32,
    /// Rows that it takes, 1 to 24.
    pub height: i32,
}

/// What to change in a dashboard that is shared with you. A field that is left out stays; a text that is null is emptied.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateSharedDashboardInput {
    /// The dashboard.
    pub id: ID,
    /// The version that you have seen.
    pub version: i32,
    /// Its title, 1 to 200 characters. Null for as it is.
    pub title: Option<String>,
    /// What it is for, up to 2,000 characters. Null for nothing.
    pub description: MaybeUndefined<String>,
    /// All of its tabs, in the place of those that it had. Null for as they are.
    pub tabs: Option<Vec<DashboardTabInput>>,
    /// All of its filters, in their new order: none can be added or taken away. Null for as they are.
    pub filters: Option<Vec<SharedFilterInput>>,
    /// All of its tiles that stay, and new texts. One that is left out is gone. Null for as they are.
    pub tiles: Option<Vec<SharedTileInput>>,
}

impl UpdateSharedDashboardInput {
    /// What is to be changed.
    ///
    /// # Errors
    /// `NOT_FOUND` for what is no id of a tile.
    pub fn rearrangement(self) -> Result<model::Rearrangement> {
        let tab = |tab: DashboardTabInput| Tab { key: tab.key, title: tab.title };
        let look = |it: SharedFilterInput| model::FilterLook { name: it.name, label: it.label, default: it.default };
        let tiles = self.tiles.map(|tiles| {
            tiles.into_iter().enumerate().map(|(place, tile)| placed(place, tile)).collect::<Result<Vec<_>>>()
        });
        Ok(model::Rearrangement {
            title: self.title,
            description: changed(self.description),
            tabs: self.tabs.map(|tabs| tabs.into_iter().map(tab).collect()),
            filters: self.filters.map(|filters| filters.into_iter().map(look).collect()),
            tiles: tiles.transpose()?,
        })
    }
}

fn placed(place: usize, tile: SharedTileInput) -> Result<model::Placed> {
    let id = tile.id.map(|id| parse_id(&id, &format!("input.tiles.{place}.id"), "tile")).transpose()?;
    let place = Place { x: tile.x, y: tile.y, width: tile.width, height: tile.height };
    Ok(model::Placed { id, tab: tile.tab, text: tile.text, place })
}

/// A dashboard that is shared with you, whose tiles are to be run.
#[derive(Debug, Clone, InputObject)]
pub struct RefreshSharedDashboardInput {
    /// The dashboard.
    pub id: ID,
    /// Values of its filters; what is left out has its default. Null or empty for all defaults.
    pub filters: Option<Vec<FilterValueInput>>,
}

/// A shared dashboard as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct SharedDashboardPayload {
    /// The dashboard.
    pub dashboard: SharedDashboard,
}
