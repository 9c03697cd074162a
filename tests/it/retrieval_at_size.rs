//! Search by meaning over more passages than are compared one by one: the index, its recall, and who sees what.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use elenchus::ai::embed::embedder::{Embedder, Purpose};
use elenchus::ai::embed::error::EmbedError;
use elenchus::domain::documents::jobs::IndexMissingEmbeddings;
use elenchus::jobs::job::Job as _;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::support::library::FIRST;
use super::support::live::until_some;
use super::support::served::{Person, Served};

/// Passages of one document.
const PASSAGES: i32 = 500;
/// Ada's documents: 11,000 passages, above the 10,000 up to which every distance is computed.
const ADAS: i32 = 22;
/// Bob's: 1,500 passages, each nearer to the questions than any of Ada's.
const BOBS: i32 = 3;
const QUESTIONS: usize = 20;
const HITS: usize = 50;

/// Knows the vectors of some questions by heart.
struct ByHeart {
    dimensions: usize,
    vectors: BTreeMap<String, Vec<f32>>,
}

impl Embedder for ByHeart {
    fn model(&self) -> &'static str {
        "test/by-heart"
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn embed<'a>(&'a self, texts: &'a [String], _: Purpose) -> BoxFuture<'a, Result<Vec<Vec<f32>>, EmbedError>> {
        async { Ok(texts.iter().map(|text| self.vectors[text].clone()).collect()) }.boxed()
    }

    fn max_batch(&self) -> usize {
        64
    }
}

/// The database of a server, with a session of its own.
struct Shelf {
    served: Served,
    client: tokio_postgres::Client,
}

impl Shelf {
    async fn new() -> Self {
        let served = Served::new().await;
        let url = &served.library.database.url;
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        Self { served, client }
    }

    /// Documents with passages whose vectors lie about 40 points, the same every time. Those of `close` lie right at the
    /// points, the others around them: as texts do, which have subjects.
    async fn fill(&self, owner: &Person, documents: i32, dimensions: i32, close: bool) {
        let owner = owner.actor.require_id().unwrap().uuid();
        let (spread, seed) = if close { (0.15, 0.5) } else { (1.0, 0.25) };
        self.client
            .batch_execute(&format!(
                "SELECT setseed({seed}); \
                 CREATE TABLE IF NOT EXISTS points AS SELECT p, i, sin(p * 7919 + i * 104729) * 1.4 AS x \
                     FROM generate_series(0, 39) p, generate_series(1, {dimensions}) i; \
                 CREATE INDEX IF NOT EXISTS points_idx ON points (p, i); ANALYZE points; \
                 INSERT INTO documents (id, owner_id, filename, media_type, byte_size, sha256, storage_key, status, \
                     progress, chunk_count, created_at, updated_at) \
                 SELECT gen_random_uuid(), '{owner}', 'd' || n, 'text/plain', 1, sha256('x'), 'k', 'READY', 1, {PASSAGES}, \
                     now(), now() FROM generate_series(1, {documents}) n; \
                 INSERT INTO chunks (id, document_id, position, content, start_char, end_char, token_count, term_count, \
                     terms) SELECT gen_random_uuid(), d.id, n, 'passage', 0, 7, 1, 0, '' \
                 FROM documents d, generate_series(0, {PASSAGES} - 1) n WHERE d.owner_id = '{owner}'; \
                 INSERT INTO chunk_embeddings (chunk_id, model, dimensions, embedding) \
                 SELECT c.id, 'test/by-heart', {dimensions}, (SELECT array_agg((x + {spread} * (random() + random() + random() - 1.5) * 2)::real ORDER BY i) \
                     FROM points WHERE p = (c.position * 31 + ascii(d.filename)) % 40)::halfvec \
                 FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.owner_id = '{owner}'; \
                 ANALYZE"
            ))
            .await
            .unwrap();
    }

    /// Questions near the points, and the embedding model that knows them.
    async fn questions(&self, dimensions: usize) -> BTreeMap<String, Vec<f32>> {
        let query = "SELECT array_agg((x + 0.3 * (random() + random() + random() - 1.5) * 2)::real ORDER BY i) FROM points, setseed(0.75) WHERE p = $1";
        let mut vectors = BTreeMap::new();
        for number in 0..QUESTIONS {
            let row = self.client.query_one(query, &[&i32::try_from(number * 2).unwrap()]).await.unwrap();
            vectors.insert(format!("question {number}"), row.get(0));
        }
        let by_heart = ByHeart { dimensions, vectors: vectors.clone() };
        self.served.library.embedder.send_replace(Some(Arc::new(by_heart)));
        vectors
    }

    /// The nearest passages of these documents, by looking at every one.
    async fn exact(&self, documents: &[uuid::Uuid], vector: &[f32]) -> Vec<uuid::Uuid> {
        let vector = format!("{vector:?}");
        let documents: Vec<String> = documents.iter().map(ToString::to_string).collect();
        let query = "SELECT c.id::text FROM chunk_embeddings e JOIN chunks c ON c.id = e.chunk_id \
                     WHERE c.document_id = ANY ($1::text[]::uuid[]) ORDER BY e.embedding <=> ($2::text)::halfvec LIMIT 50";
        self.client.batch_execute("SET enable_indexscan = off").await.unwrap();
        ids(&self.client.query(query, &[&documents, &vector]).await.unwrap())
    }

    async fn documents(&self, owner: &Person) -> Vec<uuid::Uuid> {
        let owner = owner.actor.require_id().unwrap().uuid();
        let query = "SELECT id::text FROM documents WHERE owner_id::text = $1 ORDER BY id";
        ids(&self.client.query(query, &[&owner.to_string()]).await.unwrap())
    }

    /// What a person finds: passages.
    async fn find(&self, person: &Person, question: &str, documents: Option<&[uuid::Uuid]>) -> Vec<uuid::Uuid> {
        let query = "query($q: String!, $ids: [ID!]) { search(query: $q, mode: SEMANTIC, first: 50, \
                     scope: { documentIds: $ids }) { hits { chunk { id } semanticRank } } }";
        let ids = documents
            .map(|ids| ids.iter().map(|id| elenchus::ids::DocumentId::from_uuid(*id).to_string()).collect::<Vec<_>>());
        let answer = self.served.ask(Some(&person.token), query, json!({ "q": question, "ids": ids })).await;
        let hits = answer["data"]["search"]["hits"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let ranks: Vec<&Value> = hits.iter().map(|hit| &hit["semanticRank"]).collect();
        assert_eq!(json!(ranks), json!((1..=hits.len()).collect::<Vec<_>>()));
        let id = |hit: &Value| hit["chunk"]["id"].as_str().unwrap().parse::<elenchus::ids::ChunkId>().unwrap().uuid();
        hits.iter().map(id).collect()
    }

    /// How often each index was asked, and how often the whole table of vectors was read, by the server.
    async fn scans(&self) -> HashMap<String, i64> {
        // What sessions count reaches the statistics when they are told so.
        self.client.batch_execute("SELECT pg_stat_force_next_flush()").await.unwrap();
        for connection in [self.served.library.app.db.write().await, self.served.library.app.db.write().await] {
            use diesel_async::SimpleAsyncConnection as _;
            connection.unwrap().batch_execute("SELECT pg_stat_force_next_flush()").await.unwrap();
        }
        let query = "SELECT indexrelname::text, idx_scan FROM pg_stat_user_indexes WHERE relname = 'chunk_embeddings' \
                     UNION ALL SELECT 'table', seq_scan FROM pg_stat_user_tables WHERE relname = 'chunk_embeddings'";
        let rows = self.client.query(query, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }
}

fn ids(rows: &[tokio_postgres::Row]) -> Vec<uuid::Uuid> {
    rows.iter().map(|row| row.get::<_, String>(0).parse().unwrap()).collect()
}

/// Which share of the nearest was found.
fn recall(found: &[uuid::Uuid], exact: &[uuid::Uuid]) -> f64 {
    let found: HashSet<_> = found.iter().collect();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    let share = exact.iter().filter(|id| found.contains(id)).count() as f64 / exact.len() as f64;
    share
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_finds_what_every_distance_would_in_scope() {
    let shelf = Shelf::new().await;
    let (ada, bob) = (shelf.served.person("ada").await, shelf.served.person("bob").await);
    // As a server does that fills up: rows first cost less time here, and the index is the migration's own.
    let index = "SELECT pg_get_indexdef('chunk_embeddings_384_idx'::regclass)";
    let definition: String = shelf.client.query_one(index, &[]).await.unwrap().get(0);
    shelf.client.batch_execute("DROP INDEX chunk_embeddings_384_idx").await.unwrap();
    shelf.fill(&ada, ADAS, 384, false).await;
    shelf.fill(&bob, BOBS, 384, true).await;
    shelf.client.batch_execute(&definition).await.unwrap();
    let questions = shelf.questions(384).await;
    let (of_ada, of_bob) = (shelf.documents(&ada).await, shelf.documents(&bob).await);
    // All but one document of hers, and 300 passages: by the index, and by every distance.
    let scopes = [None, Some(&of_ada[1..]), Some(&of_ada[..1])];
    for (scope, by_index) in scopes.into_iter().zip([true, true, false]) {
        let mut exact = Vec::new();
        for vector in questions.values() {
            exact.push(shelf.exact(scope.unwrap_or(&of_ada), vector).await);
        }
        let before = shelf.scans().await;
        let mut recalls = Vec::new();
        for (question, exact) in questions.keys().zip(&exact) {
            let found = shelf.find(&ada, question, scope).await;
            assert_eq!(found.len(), HITS, "a full page, though Bob's passages lie nearer");
            recalls.push(recall(&found, exact));
        }
        #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
        let mean = recalls.iter().sum::<f64>() / recalls.len() as f64;
        assert!(mean >= if by_index { 0.95 } else { 1.0 }, "{recalls:?}");
        // Sessions of the pool tell their counts when they have been idle for a while, those that are asked to at once.
        let expected = if by_index { i64::try_from(QUESTIONS).unwrap() } else { 0 };
        let after = until_some("the counts of all sessions", async || {
            let after = shelf.scans().await;
            (after["chunk_embeddings_384_idx"] - before["chunk_embeddings_384_idx"] >= expected).then_some(after)
        })
        .await;
        let asked = |name: &str| after[name] - before[name];
        // Every passage is looked at by reading the whole table of vectors, where the index gave too few or was not asked.
        assert_eq!(asked("chunk_embeddings_384_idx"), expected);
        assert!(!by_index || asked("table") == 0, "{before:?} {after:?}");
    }
    // Bob sees his own alone, all of which lie nearer; Ada finds nothing in his.
    let question = "question 0";
    let exact = shelf.exact(&of_bob, &questions[question]).await;
    assert_eq!(shelf.find(&bob, question, None).await, exact);
    assert_eq!(shelf.find(&ada, question, Some(&of_bob)).await, Vec::<uuid::Uuid>::new());
    let both: Vec<_> = of_ada.iter().chain(&of_bob).copied().collect();
    assert_eq!(shelf.find(&ada, question, Some(&both)).await.len(), HITS);
    let foreign = shelf.exact(&both, &questions[question]).await;
    assert!(foreign.iter().all(|id| exact.contains(id)), "Bob's are the nearest of all");
}

#[tokio::test(flavor = "multi_thread")]
async fn vectors_of_another_length_get_an_index_of_their_own() {
    let shelf = Shelf::new().await;
    let ada = shelf.served.person("ada").await;
    let indexes = "string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE indexdef LIKE '%hnsw%'";
    let library = &shelf.served.library;
    for (dimensions, expected) in [
        (384, "chunk_embeddings_384_idx"),
        (24, "chunk_embeddings_24_idx chunk_embeddings_384_idx"),
        // Longer than the index takes.
        (4001, "chunk_embeddings_24_idx chunk_embeddings_384_idx"),
        (24, "chunk_embeddings_24_idx chunk_embeddings_384_idx"),
    ] {
        let by_heart = ByHeart { dimensions, vectors: BTreeMap::new() };
        library.embedder.send_replace(Some(Arc::new(by_heart)));
        IndexMissingEmbeddings {}.run(library.app.clone(), FIRST).await.unwrap();
        assert_eq!(library.text(indexes).await.as_deref(), Some(expected));
    }
    shelf.fill(&ada, ADAS, 24, false).await;
    let questions = shelf.questions(24).await;
    let documents = shelf.documents(&ada).await;
    let before = shelf.scans().await;
    let found = shelf.find(&ada, "question 3", None).await;
    assert_eq!(found.len(), HITS);
    assert!(recall(&found, &shelf.exact(&documents, &questions["question 3"]).await) >= 0.95);
    assert_eq!(shelf.scans().await["chunk_embeddings_24_idx"] - before["chunk_embeddings_24_idx"], 1);
}
