//! Search over passages.

use std::sync::Arc;

use elenchus::domain::documents::actions::change;
use elenchus::domain::documents::model::DocumentChange;
use elenchus::domain::documents::retrieval::query::{Hit, Query, Scope, SearchMode};
use elenchus::domain::documents::retrieval::search::search;
use elenchus::domain::users::actor::Actor;
use elenchus::domain::users::model::Role;
use elenchus::error::ErrorCode;

use super::documents::FirstBytes;
use super::support::library::Library;

async fn find(library: &Library, actor: &Actor, text: &str, mode: SearchMode, scope: &Scope) -> Vec<Hit> {
    let query = Query { text, mode, scope, limit: 10 };
    search(&library.app, actor.require_id().unwrap(), &query).await.unwrap()
}

async fn titles(library: &Library, actor: &Actor, text: &str, scope: &Scope) -> Vec<String> {
    let hits = find(library, actor, text, SearchMode::Keyword, scope).await;
    hits.into_iter().map(|hit| hit.document_title).collect()
}

#[tokio::test]
async fn any_word_finds_and_rare_ones_rank() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    library.add(&actor, "rent.txt", b"The tenant owes the rent in advance, says the law.").await;
    library.add(&actor, "court.txt", b"The courts fixed the damages that the law knows.").await;
    library.add(&actor, "lion.txt", b"The lion sleeps in the law of the jungle.").await;
    let all = Scope::default();
    // No passage has all of the words.
    assert_eq!(
        titles(&library, &actor, "court ruling about rents and penguins", &all).await,
        ["court.txt", "rent.txt"]
    );
    assert_eq!(titles(&library, &actor, "lions law", &all).await[0], "lion.txt");
    let hits = find(&library, &actor, "Courts", SearchMode::Keyword, &all).await;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].keyword_rank, Some(1));
    assert_eq!(hits[0].semantic_rank, None);
    assert!(hits[0].score > 0.0 && hits[0].score <= 1.0);
    assert_eq!(hits[0].highlights, ["The courts fixed the damages that the law knows."]);
}

#[tokio::test]
async fn scores_are_bm25() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    library.add(&actor, "a.txt", "zebra ".repeat(3).as_bytes()).await;
    library.add(&actor, "b.txt", b"zebra quagga okapi gnu tapir").await;
    let hits = find(&library, &actor, "zebra", SearchMode::Keyword, &Scope::default()).await;
    // N = 2, df = 2, lengths 3 and 5, mean 4.
    let bm25 = |tf: f64, length: f64| tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * length / 4.0)) / 2.2;
    assert_eq!(hits.len(), 2);
    assert_eq!(hits[0].document_title, "a.txt");
    assert!((f64::from(hits[0].score) - bm25(3.0, 3.0)).abs() < 1e-6, "{}", hits[0].score);
    assert!((f64::from(hits[1].score) - bm25(1.0, 5.0)).abs() < 1e-6, "{}", hits[1].score);
}

#[tokio::test]
async fn occurrences_are_counted_exactly_from_the_rank() {
    let library = Library::new().await;
    let wrong = library
        .text(
            "count(*) FROM generate_series(0, 255) n, LATERAL (SELECT CASE WHEN n = 0 THEN 'b:1'::tsvector ELSE \
             (SELECT ('a:' || string_agg(i::text, ','))::tsvector FROM generate_series(1, n) i) END AS terms) v \
             WHERE round(0.6079271018540267 / (1 - ts_rank('{1,1,1,1}', v.terms, 'a')::double precision) - 0.5) <> n",
        )
        .await;
    assert_eq!(wrong.as_deref(), Some("0"));
}

#[tokio::test]
async fn languages_are_found_side_by_side() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    let german = "Die Mieterinnen schulden die Mieten im Voraus, und die Gerichte setzen den Schaden fest. ".repeat(3);
    library.add(&actor, "de.txt", german.as_bytes()).await;
    library.add(&actor, "ja.txt", "東京都では家賃は前払いです。裁判所は損害を定めることができます。".as_bytes()).await;
    library
        .add(&actor, "en.txt", b"The tenants owe their rents in advance, as the courts have ruled many times.")
        .await;
    let all = Scope::default();
    assert_eq!(titles(&library, &actor, "Gericht", &all).await, ["de.txt"]);
    assert_eq!(titles(&library, &actor, "tenant", &all).await, ["en.txt"]);
    assert_eq!(titles(&library, &actor, "家賃", &all).await, ["ja.txt"]);
}

#[tokio::test]
async fn scopes_narrow_and_strangers_find_nothing() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    let stranger = library.person("bob", Role::Admin).await;
    let one = library.add(&actor, "one.txt", b"rent one").await;
    let two = library.add(&actor, "two.txt", b"rent two").await;
    let change = DocumentChange {
        category: Some(Some("lease".to_owned())),
        keywords: Some(vec!["home".to_owned()]),
        ..DocumentChange::default()
    };
    change::update(&library.app, &actor, two.id, change).await.unwrap();
    library.embedder.send_replace(Some(Arc::new(FirstBytes)));
    let foreign = library.add(&stranger, "foreign.txt", b"rent foreign").await;
    for (scope, expected) in [
        (Scope { documents: Some(vec![one.id]), ..Scope::default() }, vec!["one.txt"]),
        (Scope { documents: Some(vec![]), ..Scope::default() }, vec![]),
        (Scope { documents: Some(vec![foreign.id]), ..Scope::default() }, vec![]),
        (Scope { category: Some("lease".to_owned()), ..Scope::default() }, vec!["two.txt"]),
        (Scope { category: Some("\0".to_owned()), ..Scope::default() }, vec![]),
        (Scope { keywords: vec!["x".to_owned(), "home".to_owned()], ..Scope::default() }, vec!["two.txt"]),
        (Scope { jurisdiction: Some("CH".to_owned()), ..Scope::default() }, vec![]),
    ] {
        assert_eq!(titles(&library, &actor, "rent", &scope).await, expected, "{scope:?}");
    }
    for mode in [SearchMode::Keyword, SearchMode::Semantic, SearchMode::Hybrid] {
        let hits = find(&library, &stranger, "rent", mode, &Scope::default()).await;
        assert!(hits.iter().all(|hit| hit.document_id == foreign.id), "{mode:?}");
        assert_eq!(hits.len(), 1, "{mode:?}");
    }
    change::delete(&library.app, &actor, one.id).await.unwrap();
    assert_eq!(titles(&library, &actor, "rent", &Scope::default()).await, ["two.txt"]);
}

#[tokio::test]
async fn no_text_is_too_hostile() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    library.embedder.send_replace(Some(Arc::new(FirstBytes)));
    library.add(&actor, "a.txt", b"rent & | ! <-> ( ) : * ' \\ rent").await;
    for text in [
        "",
        "  \n",
        "& | !",
        "'",
        "\\",
        "rent & !rent",
        "rent:*",
        "a <-> b",
        "\0",
        "rent\0",
        "'); DROP TABLE chunks; --",
        "\u{FFFF}",
    ] {
        for mode in [SearchMode::Keyword, SearchMode::Semantic, SearchMode::Hybrid] {
            let hits = find(&library, &actor, text, mode, &Scope::default()).await;
            assert!(hits.len() <= 1, "{text:?}");
            if text.trim().is_empty() {
                assert!(hits.is_empty(), "{text:?}");
            }
            if text.contains("rent") {
                assert_eq!(hits.len(), 1, "{text:?}");
            }
        }
    }
    let long = (0..20_000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ") + " rent";
    assert!(find(&library, &actor, &long, SearchMode::Hybrid, &Scope::default()).await.len() <= 1);
}

#[tokio::test]
async fn the_same_question_gets_the_same_answer() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    library.embedder.send_replace(Some(Arc::new(FirstBytes)));
    for n in 0..12 {
        library.add(&actor, &format!("{n}.txt"), b"rent is due").await;
    }
    for mode in [SearchMode::Keyword, SearchMode::Semantic, SearchMode::Hybrid] {
        let first = find(&library, &actor, "rent", mode, &Scope::default()).await;
        assert_eq!(first.len(), 10);
        for _ in 0..3 {
            assert_eq!(find(&library, &actor, "rent", mode, &Scope::default()).await, first, "{mode:?}");
        }
    }
}

#[tokio::test]
async fn without_a_model_words_alone_are_searched() {
    let library = Library::new().await;
    let actor = library.person("ada", Role::Member).await;
    library.add(&actor, "a.txt", b"The rent is due.").await;
    let hits = find(&library, &actor, "rent", SearchMode::Hybrid, &Scope::default()).await;
    assert_eq!((hits.len(), hits[0].keyword_rank, hits[0].semantic_rank), (1, Some(1), None));
    let scope = Scope::default();
    let query = Query { text: "rent", mode: SearchMode::Semantic, scope: &scope, limit: 5 };
    let error = search(&library.app, actor.require_id().unwrap(), &query).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
}
