//! The rules of the rooms: who may import whom, where Diesel is named, how large a file gets. Read from the source.
//!
//! An exception stands here with its reason; the lists may only shrink.

use std::collections::{BTreeMap, BTreeSet};

use super::support::folders::checkout;
use super::support::sources::{Imports, Source, circles, imports, is_room, read_all, room, source, stem};

const GROUND: &[&str] = &["error", "ids", "clock", "config", "trace", "wheels", "outbound"];

/// What each room may import besides the ground and itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("ids", &[]),
    ("clock", &[]),
    ("config", &[]),
    ("trace", &[]),
    ("wheels", &[]),
    ("outbound", &[]),
    ("db", &[]),
    ("ai", &[]),
    ("storage", &[]),
    ("extraction", &[]),
    ("telemetry", &[]),
    ("events", &["db"]),
    ("jobs", &["db", "events"]),
    ("limits", &["db"]),
    ("mail", &[]),
    ("seal", &["db"]),
    ("oidc", &[]),
    ("tabular", &[]),
    ("sql", &[]),
    ("planner", &["sql", "tabular"]),
    ("warehouse", &["db", "sql"]),
    // The types of what comes out of it.
    ("charts", &["warehouse"]),
    ("exporting", &["warehouse"]),
    // Only the columns of a result: `warehouse/cells.rs`.
    ("insights", &["warehouse"]),
    ("app", &["db", "ai", "storage", "extraction", "events", "jobs", "limits", "mail", "oidc", "seal", "warehouse"]),
    (
        "domain",
        &[
            "db",
            "ai",
            "storage",
            "extraction",
            "events",
            "jobs",
            "limits",
            "mail",
            "oidc",
            "seal",
            "tabular",
            "sql",
            "planner",
            "charts",
            "insights",
            "warehouse",
            "exporting",
            "app",
        ],
    ),
    ("graphql", &["db", "limits", "tabular", "charts", "app", "domain"]),
    // Health and metrics look at migrations and the queue.
    ("http", &["db", "jobs", "limits", "app", "domain", "graphql", "telemetry"]),
    ("worker", &["jobs", "limits", "app", "domain", "graphql"]),
    (
        "start",
        &[
            "db",
            "ai",
            "storage",
            "extraction",
            "events",
            "jobs",
            "limits",
            "mail",
            "oidc",
            "seal",
            "warehouse",
            "app",
            "domain",
        ],
    ),
    ("server", &["app", "domain", "graphql", "http", "start", "telemetry", "worker"]),
    (
        "command",
        &[
            "ai",
            "app",
            "db",
            "domain",
            "extraction",
            "graphql",
            "http",
            "limits",
            "seal",
            "server",
            "start",
            "storage",
            "telemetry",
            "warehouse",
            "worker",
        ],
    ),
    ("main", &["command", "extraction"]),
];

/// What of another room a room may import, where it is not all of it.
const PARTS: &[(&str, &str, &[&str], &str)] = &[(
    "charts",
    "warehouse",
    &["warehouse/cells.rs"],
    "a chart is made of columns and values, wherever they are from",
)];

/// Each imports only those before it.
const DOMAINS: &[&str] = &[
    "users",
    "documents",
    "generation",
    "conversations",
    "workspaces",
    "notifications",
    "webhooks",
    "data",
    "dashboards",
    "courses",
    "analytics",
    "accounts",
];

/// Where Diesel is named outside of stores, models, `db` and `jobs`.
const DIESEL: &[(&str, &str)] = &[
    ("ids.rs", "an id is a column: it is written and read as a uuid"),
    ("events/bus.rs", "NOTIFY goes out in the transaction of the fact that it tells"),
    ("limits/postgres.rs", "one of the stores of the count, named after where it is"),
    ("domain/generation/log.rs", "the store of the log, named after what it keeps"),
    ("domain/documents/visibility.rs", "who may see a document, as one expression that every store adds"),
    ("domain/generation/visibility.rs", "who may read a generation, likewise"),
    ("domain/conversations/visibility.rs", "who may read a conversation, likewise"),
    ("domain/documents/retrieval/scope_sql.rs", "where a search looks, as SQL that both its stores add"),
];

/// What data of the graph imports besides its domain's model.
const TYPES: &[(&str, &str, &str)] = &[
    (
        "graphql/documents/types.rs",
        "domain/documents/retrieval/query.rs",
        "the model of a search: its mode and its hits",
    ),
    (
        "graphql/conversations/inputs.rs",
        "graphql/generation/types.rs",
        "`ask` gives a generation, which has no conversation",
    ),
];

/// Longest file without its unit tests, in lines.
const LONGEST: usize = 400;
/// What a program writes, and nobody reads from its beginning to its end.
const WRITTEN: &str = "db/schema.rs";

fn sources() -> Vec<Source> {
    read_all(&checkout("src"))
}

/// Importer and imported, for every import from one file by another.
fn pairs(imports: &Imports) -> impl Iterator<Item = (&str, &str)> {
    imports.files.iter().flat_map(|(file, imported)| imported.iter().map(move |other| (file.as_str(), other.as_str())))
}

fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn rooms_import_only_what_they_stand_on() {
    let imports = imports(&sources());
    let rooms: BTreeMap<_, _> = ROOMS.iter().copied().collect();
    let mut breaches = Vec::new();
    for (file, imported) in pairs(&imports) {
        // `lib.rs` lists the rooms.
        if file == "lib.rs" {
            continue;
        }
        let (from, to) = (room(file), room(imported));
        let Some(allowed) = rooms.get(from) else { panic!("{from} is a new room: say what it stands on") };
        if from != to && !GROUND.contains(&to) && !allowed.contains(&to) {
            breaches.push(format!("{file} imports {imported}"));
        }
    }
    none(&breaches);
    let seen: BTreeSet<_> = imports.files.keys().map(|file| room(file)).filter(|room| *room != "lib").collect();
    let listed: BTreeSet<_> = rooms.keys().copied().collect();
    assert_eq!(seen, listed);
}

#[test]
fn rooms_import_only_the_parts_that_they_need() {
    let imports = imports(&sources());
    let mut breaches = Vec::new();
    for (file, imported) in pairs(&imports) {
        for (from, to, parts, reason) in PARTS {
            if room(file) == *from && room(imported) == *to && !parts.contains(&imported) {
                breaches.push(format!("{file} imports {imported}: {reason}"));
            }
        }
    }
    none(&breaches);
}

#[test]
fn files_are_imported_and_not_rooms() {
    let imports = imports(&sources());
    none(&imports.through_rooms.iter().map(|(file, path)| format!("{file} imports {path}")).collect::<Vec<_>>());
}

#[test]
fn no_files_import_one_another_in_a_circle() {
    let mut files = imports(&sources()).files;
    files.retain(|file, _| !is_room(file));
    assert_eq!(circles(&files), Vec::<Vec<String>>::new());
}

#[test]
fn the_domain_knows_nothing_of_transports() {
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|source| source.room() == "domain") {
        for word in ["async_graphql", "axum", "tower_http"] {
            if words(&source.code).any(|found| found == word) {
                breaches.push(format!("{} names {word}", source.path));
            }
        }
    }
    none(&breaches);
}

#[test]
fn domains_import_only_earlier_ones_and_never_a_store() {
    let sources = sources();
    let imports = imports(&sources);
    let domain = |path: &str| {
        path.strip_prefix("domain/").and_then(|rest| rest.split_once('/')).map(|(name, _)| name.to_owned())
    };
    let place =
        |name: &str| DOMAINS.iter().position(|domain| *domain == name).unwrap_or_else(|| panic!("{name} is new"));
    let mut breaches = Vec::new();
    for (file, imported) in pairs(&imports) {
        let Some(to) = domain(imported) else { continue };
        let from = domain(file);
        if from.as_ref().is_some_and(|from| place(from) < place(&to)) {
            breaches.push(format!("{file} imports {imported} of a later domain"));
        }
        if from.as_ref() != Some(&to) && is_store(imported) {
            breaches.push(format!("{file} imports the store {imported}"));
        }
    }
    none(&breaches);
}

fn is_store(path: &str) -> bool {
    let stem = stem(path);
    path.starts_with("domain/")
        && (stem.starts_with("store") || stem.ends_with("_store") || stem.ends_with("_sql") || stem == "log")
}

#[test]
fn data_of_the_graph_imports_no_behaviour() {
    let imports = imports(&sources());
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for (file, imported) in pairs(&imports) {
        let Some((folder @ "graphql", rest)) = file.split_once('/') else { continue };
        let Some((domain, "types.rs" | "inputs.rs")) = rest.split_once('/') else { continue };
        let own = [format!("domain/{domain}/model.rs"), format!("{folder}/{domain}/types.rs")];
        if ["ids.rs", "graphql/scalars.rs"].contains(&imported) || own.iter().any(|own| own == imported) {
            continue;
        }
        match TYPES.iter().find(|(from, to, _)| *from == file && *to == imported) {
            Some(exception) => drop(used.insert(exception)),
            None => breaches.push(format!("{file} imports {imported}")),
        }
    }
    none(&breaches);
    assert_eq!(used.len(), TYPES.len(), "an exception that nobody needs");
}

#[test]
fn roots_are_imported_by_the_schema_alone() {
    let imports = imports(&sources());
    let mut breaches = Vec::new();
    for (file, imported) in pairs(&imports) {
        let is_root =
            imported.starts_with("graphql/") && ["query", "mutation", "subscription"].contains(&stem(imported));
        if is_root && file != "graphql/schema.rs" && !is_room(file) {
            breaches.push(format!("{file} imports {imported}"));
        }
    }
    none(&breaches);
}

#[test]
fn diesel_is_named_where_rows_are() {
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources() {
        let named = words(&source.code).any(|word| word == "diesel" || word.starts_with("diesel_"));
        let stem = source.stem();
        let at_home = ["db", "jobs"].contains(&source.room())
            || stem == "model"
            || stem.starts_with("store")
            || stem.ends_with("_store");
        if !named || at_home {
            continue;
        }
        match DIESEL.iter().find(|(path, _)| *path == source.path) {
            Some(exception) => drop(used.insert(exception)),
            None => breaches.push(format!("{} names Diesel", source.path)),
        }
    }
    none(&breaches);
    assert_eq!(used.len(), DIESEL.len(), "an exception that nobody needs");
}

#[test]
fn a_room_only_lists_its_files() {
    let mut breaches = Vec::new();
    for source in sources().iter().filter(|source| is_room(&source.path)) {
        for line in &source.lines {
            let line = line.trim();
            let is_module =
                line.ends_with(';') && (line.starts_with("mod ") || (line.starts_with("pub") && line.contains("mod ")));
            if !(line.is_empty()
                || line.starts_with("//")
                || line.starts_with("#[")
                || line.starts_with("#![")
                || is_module)
            {
                breaches.push(format!("{}: {line}", source.path));
            }
        }
        if !source.lines.first().is_some_and(|line| line.starts_with("//! ")) {
            breaches.push(format!("{} does not say what it is for", source.path));
        }
    }
    none(&breaches);
}

#[test]
fn files_are_short_and_named_after_what_they_keep() {
    let mut breaches = Vec::new();
    for source in sources() {
        if source.lines.len() > LONGEST && source.path != WRITTEN {
            breaches.push(format!("{} has {} lines", source.path, source.lines.len()));
        }
        for part in source.path.trim_end_matches(".rs").split('/') {
            if ["util", "utils", "common", "helper", "helpers", "core", "misc"].contains(&part) {
                breaches.push(format!("{} is named after nothing", source.path));
            }
        }
    }
    none(&breaches);
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// What the rules above rest on.
#[test]
fn imports_are_read_from_every_way_to_write_them() {
    let sources = [
        source("lib.rs".to_owned(), "pub mod a;\n"),
        source("a/mod.rs".to_owned(), "pub mod b;\npub mod c;\npub mod d;\n"),
        source("a/b.rs".to_owned(), "use super::c::{self, X};\nuse crate::a::{d::{Y as Z, W}, c};\n"),
        source(
            "a/c.rs".to_owned(),
            "// use crate::a::b::Not;\nfn f() -> crate::a::d::V<u8> {}\npub(in crate::a) struct S;\n",
        ),
        source("a/d.rs".to_owned(), "pub mod e;\nuse e::Q;\n#[cfg(test)]\nmod tests { use crate::a::c::Not; }\n"),
        source("a/d/e.rs".to_owned(), "use super::super::b::{\n    P,\n};\nuse crate::a::Through;\n"),
    ];
    let imports = imports(&sources);
    let of = |file: &str| imports.files[file].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(of("a/b.rs"), ["a/c.rs", "a/d.rs"]);
    assert_eq!(of("a/c.rs"), ["a/d.rs"]);
    assert_eq!(of("a/d.rs"), ["a/d/e.rs"]);
    assert_eq!(of("a/d/e.rs"), ["a/b.rs"]);
    assert_eq!(imports.through_rooms, [("a/d/e.rs".to_owned(), "a::Through".to_owned())]);
    let mut found = circles(&imports.files);
    for circle in &mut found {
        circle.sort();
    }
    assert_eq!(found, [["a/b.rs", "a/c.rs", "a/d.rs", "a/d/e.rs"]]);
}
