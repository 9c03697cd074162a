//! Pure rules of dashboards.

use super::model::{Content, Filter, Place, Refresh, RefreshPolicy, Show, Tab, TileDraft};
use crate::domain::data::queries::identity::{GivenType, NO_NAME, is_name};
use crate::domain::data::saved::policy::{clean, fits, is_value, line, no_value};
use crate::error::{Error, FieldError, Result};

/// Columns of the grid.
const COLUMNS: i32 = 12;
/// Rows of the grid.
const ROWS: i32 = 1000;
/// Rows that one tile takes at most.
const HEIGHT_MAX: i32 = 24;
const TABS_MAX: usize = 10;
const FILTERS_MAX: usize = 20;
const TILES_MAX: usize = 50;
/// Values that one filter lets choose from.
const OPTIONS_MAX: usize = 100;
/// Longest title of a dashboard, in characters, as the table has it.
const TITLE_MAX: usize = 200;
/// Longest description, in characters, as the table has it.
const DESCRIPTION_MAX: usize = 2000;
/// Longest label of a filter, title of a tab and key of one, in characters.
const LABEL_MAX: usize = 100;
/// Longest option, in characters.
const OPTION_MAX: usize = 200;
/// Longest text of a tile, in characters, as the table has it.
const TEXT_MAX: usize = 20_000;
/// Seconds between two refreshes: a minute to a week, as the table has it.
const SECONDS: std::ops::RangeInclusive<i32> = 60..=604_800;

/// What was found wrong so far.
#[derive(Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { path: path.into(), message: message.into() });
    }

    fn bound(&mut self, path: &str, text: &str, longest: usize) {
        if text.chars().count() > longest {
            self.add(path, format!("At most {longest} characters."));
        }
    }

    /// Whether there are few enough; what is too much is not looked at further.
    fn are_few(&mut self, path: &str, count: usize, most: usize) -> bool {
        if count > most {
            self.add(path, format!("At most {most}."));
        }
        count <= most
    }
}

/// Content as it is kept: titles in one line, texts trimmed, empty ones taken as none, every tile on a tab. `are_tiles_said` tells whether
/// somebody gave the tiles just now: if not, what does not go with them is told of the tabs and filters.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do. What tiles can show is looked at elsewhere.
pub fn checked(content: &Content, are_tiles_said: bool) -> Result<Content> {
    let mut wrong = Wrong::default();
    let title = line(&content.title);
    if title.is_empty() {
        wrong.add("input.title", "This must not be empty.");
    }
    wrong.bound("input.title", &title, TITLE_MAX);
    let description = content.description.as_deref().map(clean).filter(|text| !text.is_empty());
    wrong.bound("input.description", description.as_deref().unwrap_or_default(), DESCRIPTION_MAX);
    let tabs = checked_tabs(&content.tabs, &mut wrong);
    let filters = checked_filters(&content.filters, &mut wrong);
    check_refresh(content.refresh, &mut wrong);
    let tiles = checked_tiles(content, &tabs, are_tiles_said, &mut wrong);
    if wrong.0.is_empty() {
        return Ok(Content { title, description, tabs, filters, tiles, refresh: content.refresh });
    }
    Err(Error::bad_inputs(wrong.0))
}

fn checked_tabs(tabs: &[Tab], wrong: &mut Wrong) -> Vec<Tab> {
    let tabs: Vec<Tab> = tabs.iter().map(|tab| Tab { key: tab.key.clone(), title: line(&tab.title) }).collect();
    if tabs.is_empty() {
        wrong.add("input.tabs", "There is at least one tab.");
    }
    if !wrong.are_few("input.tabs", tabs.len(), TABS_MAX) {
        return tabs;
    }
    for (place, tab) in tabs.iter().enumerate() {
        let path = |part: &str| format!("input.tabs.{place}.{part}");
        let is_key = tab.key.chars().all(|char| char.is_ascii_alphanumeric() || char == '_' || char == '-');
        if tab.key.is_empty() || !is_key {
            wrong.add(path("key"), "A key is letters, digits, _ and -.");
        }
        wrong.bound(&path("key"), &tab.key, LABEL_MAX);
        if tabs.iter().take(place).any(|other| other.key == tab.key) {
            wrong.add(path("key"), "There is another tab of this key.");
        }
        if tab.title.is_empty() {
            wrong.add(path("title"), "This must not be empty.");
        }
        wrong.bound(&path("title"), &tab.title, LABEL_MAX);
    }
    tabs
}

fn checked_filters(filters: &[Filter], wrong: &mut Wrong) -> Vec<Filter> {
    let label = |filter: &Filter| filter.label.as_deref().map(line).filter(|label| !label.is_empty());
    let filters: Vec<Filter> = filters.iter().map(|filter| Filter { label: label(filter), ..filter.clone() }).collect();
    if !wrong.are_few("input.filters", filters.len(), FILTERS_MAX) {
        return filters;
    }
    for (place, filter) in filters.iter().enumerate() {
        let path = |part: &str| format!("input.filters.{place}.{part}");
        if !is_name(&filter.name) {
            wrong.add(path("name"), NO_NAME);
        }
        if filters.iter().take(place).any(|other| other.name == filter.name) {
            wrong.add(path("name"), "There is another filter of this name.");
        }
        wrong.bound(&path("label"), filter.label.as_deref().unwrap_or_default(), LABEL_MAX);
        check_options(filter, &path("options"), wrong);
        if filter.default.as_deref().is_some_and(|default| !is_chosen_from(filter, default)) {
            wrong.add(path("default"), no_choice(filter));
        }
    }
    filters
}

fn check_options(filter: &Filter, path: &str, wrong: &mut Wrong) {
    let Some(options) = &filter.options else { return };
    if options.is_empty() {
        wrong.add(path, "Give at least one option, or null for everything of the type.");
    }
    if !wrong.are_few(path, options.len(), OPTIONS_MAX) {
        return;
    }
    for (place, option) in options.iter().enumerate() {
        let path = format!("{path}.{place}");
        wrong.bound(&path, option, OPTION_MAX);
        if !is_value(option) || !fits(filter.kind, option) {
            wrong.add(path.as_str(), wanted(filter.kind));
        }
        if options.iter().take(place).any(|other| other == option) {
            wrong.add(path, "This option is there already.");
        }
    }
}

/// Whether a filter can have this value.
#[must_use]
pub fn is_chosen_from(filter: &Filter, value: &str) -> bool {
    let is_option = filter.options.as_ref().is_none_or(|options| options.iter().any(|option| option == value));
    is_option && is_value(value) && fits(filter.kind, value)
}

/// What is said of a value that a filter cannot have.
#[must_use]
pub fn no_choice(filter: &Filter) -> String {
    match filter.options {
        Some(_) => "Give one of the filter's options.".to_owned(),
        None if filter.kind == GivenType::Text => no_value(),
        None => wanted(filter.kind).to_owned(),
    }
}

const fn wanted(kind: GivenType) -> &'static str {
    match kind {
        GivenType::Text => "Give a text, without U+0000.",
        GivenType::Number => "Give a number, as in 12.5.",
        GivenType::Boolean => "Give true or false.",
        GivenType::Date => "Give a day, as in 2026-12-31, or today, yesterday or tomorrow.",
        GivenType::Timestamp => "Give a moment, as in 2026-12-31T10:00:00Z, a day, or now.",
    }
}

fn check_refresh(refresh: Refresh, wrong: &mut Wrong) {
    let is_fine = match refresh.policy {
        RefreshPolicy::Interval => refresh.seconds.is_some_and(|seconds| SECONDS.contains(&seconds)),
        RefreshPolicy::Manual | RefreshPolicy::OnChange => refresh.seconds.is_none(),
    };
    if !is_fine {
        let message = format!("For INTERVAL {} to {} seconds, else null.", SECONDS.start(), SECONDS.end());
        wrong.add("input.refresh.seconds", message);
    }
}

fn checked_tiles(content: &Content, tabs: &[Tab], are_said: bool, wrong: &mut Wrong) -> Vec<TileDraft> {
    let first = tabs.first().map(|tab| tab.key.clone());
    let on_tab = |tile: &TileDraft| TileDraft { tab: tile.tab.clone().or_else(|| first.clone()), ..tile.clone() };
    let mut tiles: Vec<TileDraft> = content.tiles.iter().map(on_tab).collect();
    if !wrong.are_few("input.tiles", tiles.len(), TILES_MAX) {
        return tiles;
    }
    for (place, tile) in tiles.iter().enumerate() {
        let path = |part: &str| format!("input.tiles.{place}.{part}");
        let of = |said: &str, else_of: &str| if are_said { path(said) } else { format!("input.{else_of}") };
        if tile.tab.as_ref().is_some_and(|key| !tabs.iter().any(|tab| tab.key == *key)) {
            let key = tile.tab.as_deref().unwrap_or_default();
            wrong.add(of("tab", "tabs"), format!("A tile stands on the tab {key}, which is not there."));
        }
        for (column, is_fine, message) in bounds(tile.place) {
            if !is_fine {
                wrong.add(path(column), message);
            }
        }
        if tiles.iter().take(place).any(|other| other.tab == tile.tab && overlap(other.place, tile.place)) {
            wrong.add(format!("input.tiles.{place}"), "Another tile of the tab stands here.");
        }
        if tile.id.is_some() && tiles.iter().take(place).any(|other| other.id == tile.id) {
            wrong.add(path("id"), "This tile is there already.");
        }
        if let Show::Text(text) = &tile.show {
            if clean(text).is_empty() {
                wrong.add(path("text"), "This must not be empty.");
            }
            wrong.bound(&path("text"), text, TEXT_MAX);
            if !tile.parameters.is_empty() {
                wrong.add(path("parameters"), "A text has no parameters.");
            }
        }
        for (at, mapping) in tile.parameters.iter().enumerate() {
            if tile.parameters.iter().take(at).any(|other| other.parameter == mapping.parameter) {
                wrong.add(path(&format!("parameters.{at}.parameter")), "This parameter has a filter already.");
            }
            if !content.filters.iter().any(|filter| filter.name == mapping.filter) {
                let message =
                    format!("A tile takes its values from the filter {}, which is not there.", mapping.filter);
                wrong.add(of(&format!("parameters.{at}.filter"), "filters"), message);
            }
        }
    }
    for tile in &mut tiles {
        if let Show::Text(text) = &mut tile.show {
            *text = clean(text);
        }
        tile.parameters.sort();
    }
    tiles
}

/// What must hold of each number of a place, by the name of its field.
fn bounds(place: Place) -> [(&'static str, bool, String); 4] {
    let Place { x, y, width, height } = place;
    let fits = (1..=COLUMNS).contains(&width) && (!(0..COLUMNS).contains(&x) || x + width <= COLUMNS);
    [
        ("x", (0..COLUMNS).contains(&x), format!("From 0 to {}.", COLUMNS - 1)),
        ("y", (0..ROWS).contains(&y), format!("From 0 to {}.", ROWS - 1)),
        ("width", fits, format!("From 1 to {COLUMNS}, and not over the right edge, which is at {COLUMNS}.")),
        ("height", (1..=HEIGHT_MAX).contains(&height), format!("From 1 to {HEIGHT_MAX}.")),
    ]
}

fn overlap(one: Place, other: Place) -> bool {
    let meet = |start: i32, length: i32, other_start: i32, other_length: i32| {
        start < other_start.saturating_add(other_length) && other_start < start.saturating_add(length)
    };
    meet(one.x, one.width, other.x, other.width) && meet(one.y, one.height, other.y, other.height)
}

#[cfg(test)]
mod tests {
    use super::super::model::Mapping;
    use super::*;

    fn text(x: i32, y: i32, width: i32, height: i32) -> TileDraft {
        let place = Place { x, y, width, height };
        TileDraft { id: None, tab: None, show: Show::Text(" words ".to_owned()), place, parameters: Vec::new() }
    }

    fn tab(key: &str) -> Tab {
        Tab { key: key.to_owned(), title: format!(" {key}\n") }
    }

    fn filter(name: &str, default: Option<&str>, options: Option<&[&str]>) -> Filter {
        let options = options.map(|options| options.iter().map(|option| (*option).to_owned()).collect());
        let default = default.map(str::to_owned);
        Filter { name: name.to_owned(), label: Some(" ".to_owned()), kind: GivenType::Number, default, options }
    }

    fn content(tiles: Vec<TileDraft>) -> Content {
        Content {
            title: " Sales\n2026 ".to_owned(),
            description: Some(" ".to_owned()),
            tabs: vec![tab("a"), tab("b")],
            filters: vec![filter("least", Some("1"), None)],
            tiles,
            refresh: Refresh { policy: RefreshPolicy::Manual, seconds: None },
        }
    }

    fn paths(content: &Content, are_tiles_said: bool) -> Vec<String> {
        let refused = checked(content, are_tiles_said).unwrap_err();
        refused.fields().iter().map(|field| field.path.clone()).collect()
    }

    #[test]
    fn content_is_tidied_and_tiles_stand_on_the_first_tab() {
        let kept = checked(&content(vec![text(0, 0, 12, 1)]), true).unwrap();
        assert_eq!((kept.title.as_str(), kept.description, kept.filters[0].label.clone()), ("Sales 2026", None, None));
        assert_eq!((kept.tabs[1].title.as_str(), kept.tiles[0].tab.as_deref()), ("b", Some("a")));
        assert_eq!(kept.tiles[0].show, Show::Text("words".to_owned()));
    }

    #[test]
    fn tiles_stay_on_the_grid_and_off_each_other() {
        let fine = [
            text(0, 0, 6, 24),
            text(6, 0, 6, 1),
            text(6, 1, 6, 1),
            TileDraft { tab: Some("b".into()), ..text(0, 0, 1, 1) },
        ];
        assert!(checked(&content(fine.to_vec()), true).is_ok());
        for (tile, path) in [
            (text(-1, 0, 1, 1), "input.tiles.0.x"),
            (text(12, 0, 1, 1), "input.tiles.0.x"),
            (text(0, -1, 1, 1), "input.tiles.0.y"),
            (text(0, 1000, 1, 1), "input.tiles.0.y"),
            (text(0, 0, 0, 1), "input.tiles.0.width"),
            (text(1, 0, 12, 1), "input.tiles.0.width"),
            (text(11, 0, i32::MAX, 1), "input.tiles.0.width"),
            (text(0, 0, 1, 0), "input.tiles.0.height"),
            (text(0, 0, 1, 25), "input.tiles.0.height"),
        ] {
            assert_eq!(paths(&content(vec![tile]), true), [path]);
        }
        let over = vec![text(0, 0, 6, 2), text(6, 0, 6, 2), text(5, 1, 2, 1)];
        assert_eq!(paths(&content(over), true), ["input.tiles.2"]);
        assert_eq!(paths(&content((0..51).map(|y| text(0, y, 1, 1)).collect()), true), ["input.tiles"]);
    }

    #[test]
    fn tabs_and_filters_that_tiles_need_are_there() {
        let mapping = |filter: &str| Mapping { parameter: "p".to_owned(), filter: filter.to_owned() };
        let show = Show::Table(crate::ids::SavedQueryId::from_uuid(uuid::Uuid::nil()));
        let parameters = vec![mapping("least"), mapping("most")];
        let tile = TileDraft { tab: Some("c".to_owned()), show, parameters, ..text(0, 0, 1, 1) };
        let content = content(vec![tile]);
        assert_eq!(
            paths(&content, true),
            ["input.tiles.0.tab", "input.tiles.0.parameters.1.parameter", "input.tiles.0.parameters.1.filter"]
        );
        let unsaid = paths(&content, false);
        assert!(
            unsaid.contains(&"input.tabs".to_owned()) && unsaid.contains(&"input.filters".to_owned()),
            "{unsaid:?}"
        );
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_place() {
        let wrong = Content {
            title: String::new(),
            description: Some("x".repeat(2001)),
            tabs: vec![tab("a"), tab("a"), Tab { key: "a b".to_owned(), title: String::new() }],
            filters: vec![
                filter("least", Some("one"), None),
                filter("least", Some("3"), Some(&["1", "2", "2", "x"])),
                filter("1", None, Some(&[])),
            ],
            refresh: Refresh { policy: RefreshPolicy::Interval, seconds: Some(59) },
            ..content(Vec::new())
        };
        assert_eq!(
            paths(&wrong, true),
            [
                "input.title",
                "input.description",
                "input.tabs.1.key",
                "input.tabs.2.key",
                "input.tabs.2.title",
                "input.filters.0.default",
                "input.filters.1.name",
                "input.filters.1.options.2",
                "input.filters.1.options.3",
                "input.filters.1.default",
                "input.filters.2.name",
                "input.filters.2.options",
                "input.refresh.seconds",
            ]
        );
        let manual = Refresh { policy: RefreshPolicy::OnChange, seconds: Some(60) };
        assert_eq!(paths(&Content { refresh: manual, ..content(Vec::new()) }, true), ["input.refresh.seconds"]);
        assert_eq!(paths(&Content { tabs: Vec::new(), ..content(Vec::new()) }, true), ["input.tabs"]);
    }
}
