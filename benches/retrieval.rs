//! How well search finds: reads sets of questions through the product's own upload, reading and search, and writes what
//! it found for scoring.
//!
//! `cargo bench --bench retrieval -- <folder> <out> <every> <set>…` reads `<folder>/<set>.docs.jsonl` (`doc`, `text`) and
//! every so-manyth of
//! `<set>.queries.jsonl` (`qid`, `text`), and writes `<out>/<set>.<mode>.jsonl`: a line a question with `qid` and `hits`
//! of `doc`, `start`, `end`, `score`, best first. It needs the Postgres of the tests, and `EMBED_MODEL_DIR` or a network
//! for the model.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on stops")]

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use elenchus::ai::embed::load::load;
use elenchus::domain::documents::retrieval::query::{Query, Scope, SearchMode};
use elenchus::domain::documents::retrieval::search::search;
use elenchus::domain::users::model::Role;
use elenchus::ids::DocumentId;
use serde_json::{Value, json};

#[path = "../tests/it/support/cluster.rs"]
mod cluster;
#[path = "../tests/it/support/database.rs"]
mod database;
#[path = "../tests/it/support/folders.rs"]
mod folders;
#[path = "../tests/it/support/library.rs"]
#[expect(dead_code, reason = "shared with the tests, which use all of it")]
mod library;

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [folder, out, every, sets @ ..] = arguments.as_slice() else {
        println!("cargo bench --bench retrieval -- <folder> <out> <every> <set>…");
        return;
    };
    let world = library::Library::new().await;
    let embedder = load(&world.app.config.models, &std::env::temp_dir()).await.unwrap();
    world.embedder.send_replace(embedder);
    for set in sets {
        measure(&world, Path::new(folder), Path::new(out), every.parse().unwrap(), set).await;
    }
}

async fn measure(world: &library::Library, folder: &Path, out: &Path, every: usize, set: &str) {
    let actor = world.person(set, Role::Member).await;
    let viewer = actor.require_id().unwrap();
    let mut names: HashMap<DocumentId, String> = HashMap::new();
    let start = Instant::now();
    for line in lines(&folder.join(format!("{set}.docs.jsonl"))) {
        let name = line["doc"].as_str().unwrap();
        let document = world.add(&actor, &format!("{name}.txt"), line["text"].as_str().unwrap().as_bytes()).await;
        assert_eq!(document.status.as_str(), "READY", "{name}: {:?}", document.error_message);
        names.insert(document.id, name.to_owned());
    }
    println!("{set}: {} documents read in {:.1?}", names.len(), start.elapsed());
    let scope = Scope::default();
    for (mode, name) in
        [(SearchMode::Keyword, "keyword"), (SearchMode::Semantic, "semantic"), (SearchMode::Hybrid, "hybrid")]
    {
        let mut file = std::fs::File::create(out.join(format!("{set}.{name}.jsonl"))).unwrap();
        let mut times: Vec<Duration> = Vec::new();
        for line in lines(&folder.join(format!("{set}.queries.jsonl"))).into_iter().step_by(every) {
            let start = Instant::now();
            let query = Query { text: line["text"].as_str().unwrap(), mode, scope: &scope, limit: 50 };
            let hits = search(&world.app, viewer, &query).await.unwrap();
            times.push(start.elapsed());
            let hits: Vec<Value> = hits
                .iter()
                .map(|hit| {
                    json!({
                        "doc": names[&hit.document_id], "start": hit.chunk.start_char, "end": hit.chunk.end_char,
                        "score": hit.score,
                    })
                })
                .collect();
            writeln!(file, "{}", json!({ "qid": line["qid"], "hits": hits })).unwrap();
        }
        times.sort();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        println!("{set} {name}: {} questions, median {:.1?}, 99 of 100 within {:.1?}", times.len(), at(50), at(99));
    }
}
