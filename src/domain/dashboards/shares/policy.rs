//! Pure rules of sharing.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};

use super::model::{NewSharing, Placed, Rearrangement, ShareAccess, With};
use crate::domain::dashboards::boards::model::{Change, Content, Filter, Show, TileDraft};
use crate::error::{Error, FieldError, Result};

/// With how many a dashboard is shared at most, links included.
pub const SHARES_MAX: i64 = 100;
/// Shortest and longest password of a link, in characters; the longest that is looked at.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=200;

/// Refuses what cannot be shared like this, whatever it is.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do.
pub fn check(new: &NewSharing, now: DateTime<Utc>) -> Result<()> {
    let mut wrong = Vec::new();
    let mut refuse = |path: &str, message: String| wrong.push(FieldError { path: path.to_owned(), message });
    if let With::Link { password } = &new.with {
        if new.access == ShareAccess::Edit {
            refuse("input.access", "A link only shows. Share with a person to let them edit.".to_owned());
        }
        let length = |password: &SecretString| password.expose_secret().chars().count();
        if password.as_ref().is_some_and(|password| !PASSWORD.contains(&length(password))) {
            let message = format!("A password has {} to {} characters.", PASSWORD.start(), PASSWORD.end());
            refuse("input.link.password", message);
        }
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        refuse("input.expiresAt", "This is over already.".to_owned());
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::bad_inputs(wrong)) }
}

/// What becomes of a dashboard by a rearrangement: what its tiles show, of which query and with which values, and what its filters can
/// choose stays as its workspace has it.
///
/// # Errors
/// `NOT_FOUND` for tiles that it does not have, BAD_USER_INPUT for other filters than it has, for a text in the place of a result, and for a
/// new tile without a text.
pub fn change(was: &Content, wanted: &Rearrangement) -> Result<Change> {
    let tiles = wanted.tiles.as_ref().map(|tiles| {
        tiles.iter().enumerate().map(|(place, tile)| draft(&was.tiles, place, tile)).collect::<Result<Vec<_>>>()
    });
    Ok(Change {
        title: wanted.title.clone(),
        description: wanted.description.clone(),
        tabs: wanted.tabs.clone(),
        filters: filters(&was.filters, wanted)?,
        tiles: tiles.transpose()?,
        refresh: None,
    })
}

fn draft(was: &[TileDraft], place: usize, tile: &Placed) -> Result<TileDraft> {
    let path = |part: &str| format!("input.tiles.{place}.{part}");
    let known = match tile.id {
        None => None,
        Some(id) => {
            let known = was.iter().find(|known| known.id == Some(id));
            Some(known.ok_or_else(|| Error::not_found("tile").with_field(path("id")))?)
        }
    };
    let show = match (known.map(|known| &known.show), &tile.text) {
        (None | Some(Show::Text(_)), Some(text)) => Show::Text(text.clone()),
        (Some(show), None) => show.clone(),
        (None, None) => return Err(Error::bad_input(path("text"), "A new tile is a text.")),
        (Some(_), Some(_)) => {
            return Err(Error::bad_input(path("text"), "This tile shows a result, and stays what it is."));
        }
    };
    let parameters = known.map(|known| known.parameters.clone()).unwrap_or_default();
    Ok(TileDraft { id: tile.id, tab: tile.tab.clone(), show, place: tile.place, parameters })
}

fn filters(was: &[Filter], wanted: &Rearrangement) -> Result<Option<Vec<Filter>>> {
    let Some(looks) = &wanted.filters else { return Ok(None) };
    let mut filters = Vec::new();
    for (place, look) in looks.iter().enumerate() {
        let Some(filter) = was.iter().find(|filter| filter.name == look.name) else {
            let message = "The dashboard has no filter of this name.";
            return Err(Error::bad_input(format!("input.filters.{place}.name"), message));
        };
        filters.push(Filter { label: look.label.clone(), default: look.default.clone(), ..filter.clone() });
    }
    // Names that come twice are refused with all else that does not do.
    if was.iter().any(|filter| !looks.iter().any(|look| look.name == filter.name)) {
        return Err(Error::bad_input("input.filters", "Give all filters of the dashboard: none can be taken away."));
    }
    Ok(Some(filters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dashboards::boards::model::{Place, Refresh, RefreshPolicy};
    use crate::domain::dashboards::shares::model::FilterLook;
    use crate::domain::data::queries::identity::GivenType;
    use crate::error::ErrorCode;
    use crate::ids::{DashboardId, DashboardTileId, SavedQueryId};

    const PLACE: Place = Place { x: 1, y: 2, width: 3, height: 4 };

    fn tile_id(number: u128) -> DashboardTileId {
        DashboardTileId::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn tile(number: u128, show: Show) -> TileDraft {
        let place = Place { x: 0, y: 0, width: 1, height: 1 };
        TileDraft { id: Some(tile_id(number)), tab: Some("main".to_owned()), show, place, parameters: Vec::new() }
    }

    fn table() -> Show {
        Show::Table(SavedQueryId::from_uuid(uuid::Uuid::nil()))
    }

    fn was() -> Content {
        let filter = Filter {
            name: "where".to_owned(),
            label: None,
            kind: GivenType::Text,
            default: None,
            options: Some(vec!["north".to_owned()]),
        };
        Content {
            title: "Sales".to_owned(),
            description: None,
            tabs: Vec::new(),
            filters: vec![filter],
            tiles: vec![tile(1, table()), tile(2, Show::Text("old".to_owned()))],
            refresh: Refresh { policy: RefreshPolicy::Manual, seconds: None },
        }
    }

    fn placed(number: Option<u128>, text: Option<&str>) -> Placed {
        Placed { id: number.map(tile_id), tab: None, text: text.map(str::to_owned), place: PLACE }
    }

    fn refused(wanted: &Rearrangement) -> (ErrorCode, String) {
        let error = change(&was(), wanted).unwrap_err();
        (error.code(), error.fields()[0].path.clone())
    }

    #[test]
    fn tiles_move_and_keep_what_they_show() {
        let tiles = vec![placed(Some(2), Some("new")), placed(Some(1), None), placed(None, Some("more"))];
        let changed = change(&was(), &Rearrangement { tiles: Some(tiles), ..Rearrangement::default() }).unwrap();
        let tiles = changed.tiles.unwrap();
        let shows: Vec<&Show> = tiles.iter().map(|tile| &tile.show).collect();
        assert_eq!(shows, [&Show::Text("new".to_owned()), &table(), &Show::Text("more".to_owned())]);
        assert!(tiles.iter().all(|tile| tile.place == PLACE));
        assert!(changed.refresh.is_none() && changed.filters.is_none() && changed.title.is_none());
        let with = |tile| Rearrangement { tiles: Some(vec![tile]), ..Rearrangement::default() };
        let field = |part: &str| format!("input.tiles.0.{part}");
        assert_eq!(refused(&with(placed(Some(3), None))), (ErrorCode::NotFound, field("id")));
        assert_eq!(refused(&with(placed(None, None))), (ErrorCode::BadUserInput, field("text")));
        assert_eq!(refused(&with(placed(Some(1), Some("x")))), (ErrorCode::BadUserInput, field("text")));
    }

    #[test]
    fn filters_are_named_anew_and_let_choose_what_they_did() {
        let look = |name: &str| FilterLook {
            name: name.to_owned(),
            label: Some("Where".to_owned()),
            default: Some("north".to_owned()),
        };
        let with = |filters| Rearrangement { filters: Some(filters), ..Rearrangement::default() };
        let changed = change(&was(), &with(vec![look("where")])).unwrap().filters.unwrap();
        let kept = was().filters.remove(0);
        let label = Some("Where".to_owned());
        assert_eq!(changed, [Filter { label, default: Some("north".to_owned()), ..kept }]);
        assert_eq!(refused(&with(vec![])), (ErrorCode::BadUserInput, "input.filters".to_owned()));
        let other = refused(&with(vec![look("where"), look("other")]));
        assert_eq!(other, (ErrorCode::BadUserInput, "input.filters.1.name".to_owned()));
    }

    #[test]
    fn links_only_show_and_end_later() {
        let now = DateTime::UNIX_EPOCH;
        let new = |with, access, expires_at| NewSharing {
            dashboard: DashboardId::from_uuid(uuid::Uuid::nil()),
            with,
            access,
            expires_at,
        };
        let link = |password: Option<&str>| With::Link { password: password.map(|text| text.to_owned().into()) };
        assert!(check(&new(link(None), ShareAccess::View, None), now).is_ok());
        assert!(check(&new(With::Person(String::new()), ShareAccess::Edit, None), now).is_ok());
        let refused = check(&new(link(Some("1234567")), ShareAccess::Edit, Some(now)), now).unwrap_err();
        let paths: Vec<&str> = refused.fields().iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["input.access", "input.link.password", "input.expiresAt"]);
    }
}
