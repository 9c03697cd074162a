//! One search, from the question to the passages.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::corpus_store::{self as corpus, extent};
use super::fusion::{Candidate, Candidates};
use super::highlights::highlights;
use super::query::{Hit, MAX_HITS, MAX_QUERY_CHARS, Query, Scope, SearchMode};
use super::ranking::{Corpus, Wanted, Weighed};
use super::scope_sql::Searched;
use super::semantic_store::{Asked, cosines_of, nearest};
use super::terms::Analyzer;
use super::{hit_store, keyword_store, overview_store};
use crate::ai::embed::embedder::{Embedder, Purpose};
use crate::app::App;
use crate::db::types::Vector;
use crate::domain::documents::vector_costs::{self, Cost};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, UserId};

/// Passages that each way of searching brings in; the hits are the best of these.
const DEPTH: i64 = 100;

/// The passages that fit a query best, best first, from what `viewer` may see. The same query over the same documents
/// gives the same hits in the same order. An empty query fits nothing.
///
/// # Errors
/// UPSTREAM_UNAVAILABLE for a search by meaning alone while there is no embedding model, and `QUOTA_EXCEEDED` where a budget
/// does not cover the question's vector; a hybrid search then goes by words alone.
pub async fn search(app: &App, viewer: UserId, query: &Query<'_>) -> Result<Vec<Hit>> {
    let text: String = query.text.chars().take(MAX_QUERY_CHARS).collect();
    let text = text.trim();
    if text.is_empty() || query.limit == 0 || query.scope.documents.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let searched = Searched::new(viewer, app.clock.now(), query.scope);
    let ((in_scope, languages), asked) = tokio::try_join!(
        async { extent(&*app.db.read().await?, &searched).await },
        ask(app, viewer, text, query.mode)
    )?;
    if in_scope == 0 {
        return Ok(Vec::new());
    }
    let by_words = async {
        if query.mode == SearchMode::Semantic {
            return Ok(Words::default());
        }
        Words::find(app, &searched, text, &languages).await
    };
    let by_meaning = async {
        match &asked {
            Some(asked) => nearest(&app.db, &searched, asked, in_scope, DEPTH).await,
            None => Ok(Vec::new()),
        }
    };
    let (words, near) = tokio::try_join!(by_words, by_meaning)?;
    let mut found = Candidates::default();
    found.add_keyword(&words.ranked, words.weighed.best);
    found.add_semantic(&near);
    let limit = query.limit.min(MAX_HITS);
    let best = match (query.mode, &asked) {
        (SearchMode::Keyword, _) | (SearchMode::Hybrid, None) => found.best(limit, |candidate| candidate.keyword),
        (SearchMode::Semantic, _) => found.best(limit, |candidate| candidate.semantic),
        (SearchMode::Hybrid, Some(asked)) => {
            let (no_keyword, no_semantic) = found.lacking();
            let (keyword, semantic) = tokio::try_join!(
                async {
                    keyword_store::scores_of(&*app.db.read().await?, &no_keyword, words.corpus, &words.weighed).await
                },
                async { cosines_of(&*app.db.read().await?, &no_semantic, asked).await },
            )?;
            found.complete(&keyword, words.weighed.best, &semantic);
            found.best(limit, Candidate::hybrid)
        }
    };
    hits(app, viewer, best, &words, text).await
}

/// Passages that show what the documents in scope are about, from what `viewer` may see: spread evenly over each, in the
/// order of the text. They were not searched for, so their score is 0.
///
/// # Errors
/// When Postgres does not answer.
pub async fn overview(app: &App, viewer: UserId, scope: &Scope, limit: usize) -> Result<Vec<Hit>> {
    let conn = app.db.read().await?;
    let limit = i64::try_from(limit.min(MAX_HITS)).unwrap_or(0);
    let ids = overview_store::spread(&conn, &Searched::new(viewer, app.clock.now(), scope), limit).await?;
    let rows = hit_store::load(&conn, viewer, app.clock.now(), &ids).await?;
    let mut rows: HashMap<ChunkId, hit_store::Found> = rows.into_iter().map(|row| (row.chunk.id, row)).collect();
    let hit = |row: hit_store::Found| Hit {
        highlights: Vec::new(),
        document_id: row.chunk.document_id,
        document_title: row.document_title,
        chunk: row.chunk,
        score: 0.0,
        keyword_rank: None,
        semantic_rank: None,
    };
    Ok(ids.iter().filter_map(|id| rows.remove(id)).map(hit).collect())
}

/// What the search by words found.
#[derive(Default)]
struct Words {
    corpus: Corpus,
    weighed: Weighed,
    ranked: Vec<(ChunkId, f64)>,
}

impl Words {
    async fn find(app: &App, searched: &Searched, text: &str, languages: &[Option<String>]) -> Result<Self> {
        let wanted = Wanted::new(text, languages);
        let terms = wanted.terms();
        let (corpus, frequencies) =
            tokio::try_join!(async { corpus::corpus(&*app.db.read().await?, searched).await }, async {
                corpus::frequencies(&*app.db.read().await?, searched, &terms).await
            },)?;
        let weighed = wanted.weigh(corpus, &frequencies);
        let ranked = keyword_store::best(&*app.db.read().await?, searched, corpus, &weighed, DEPTH).await?;
        Ok(Self { corpus, weighed, ranked })
    }
}

/// The vector of the question, where the mode wants one and there is a model.
async fn ask(app: &App, viewer: UserId, text: &str, mode: SearchMode) -> Result<Option<Asked>> {
    if mode == SearchMode::Keyword {
        return Ok(None);
    }
    let embedder: Option<Arc<dyn Embedder>> = app.embedder.borrow().clone();
    let Some(embedder) = embedder else {
        return match mode {
            SearchMode::Semantic => {
                Err(Error::unavailable("Search by meaning is not available: there is no embedding model."))
            }
            SearchMode::Keyword | SearchMode::Hybrid => Ok(None),
        };
    };
    match embed(app, viewer, embedder.as_ref(), text).await {
        Ok(asked) => Ok(Some(asked)),
        Err(error) if mode == SearchMode::Hybrid && vector_costs::is_refusal(&error) => Ok(None),
        Err(error) if mode == SearchMode::Hybrid => {
            tracing::warn!(error = %error.chain(), "a question could not be embedded; searching by words alone");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn embed(app: &App, viewer: UserId, embedder: &dyn Embedder, text: &str) -> Result<Asked> {
    let cost = Cost::of(app, embedder, std::iter::once(text));
    if let Some(cost) = &cost {
        cost.require_cover(app, viewer).await?;
    }
    let mut vectors = embedder.embed(&[text.to_owned()], Purpose::Query).await?;
    if let Some(cost) = &cost {
        cost.charge(app, viewer).await?;
    }
    let vector = vectors.pop().filter(|vector| vector.len() == embedder.dimensions());
    let vector = vector.filter(|vector| vector.iter().all(|value| value.is_finite()));
    let vector = vector.ok_or_else(|| Error::unavailable("The embedding model gave no usable vector."))?;
    Ok(Asked { model: embedder.model().to_owned(), vector: Vector::from_f32(&vector) })
}

/// The passages of the best candidates, in their order.
async fn hits(
    app: &App,
    viewer: UserId,
    best: Vec<(ChunkId, f64, Candidate)>,
    words: &Words,
    text: &str,
) -> Result<Vec<Hit>> {
    let ids: Vec<ChunkId> = best.iter().map(|(id, ..)| *id).collect();
    let rows = hit_store::load(&*app.db.read().await?, viewer, app.clock.now(), &ids).await?;
    let mut rows: HashMap<ChunkId, hit_store::Found> = rows.into_iter().map(|row| (row.chunk.id, row)).collect();
    let mut analyzers: BTreeMap<Option<String>, Analyzer> = BTreeMap::new();
    let terms = Wanted::new(text, &rows.values().map(|row| row.language.clone()).collect::<Vec<_>>()).terms();
    let mut weights: BTreeMap<&str, f64> = if words.weighed.terms.is_empty() {
        terms.iter().map(|term| (term.as_str(), 1.0)).collect()
    } else {
        BTreeMap::new()
    };
    weights.extend(words.weighed.terms.iter().map(String::as_str).zip(words.weighed.idfs.iter().copied()));
    let mut hits = Vec::with_capacity(best.len());
    for (id, score, candidate) in best {
        // Gone, or out of sight, since it was found.
        let Some(row) = rows.remove(&id) else { continue };
        let analyzer =
            analyzers.entry(row.language.clone()).or_insert_with(|| Analyzer::from_code(row.language.as_deref()));
        #[expect(clippy::cast_possible_truncation, reason = "a share needs no more digits")]
        let score = score as f32;
        hits.push(Hit {
            highlights: highlights(&row.chunk.content, analyzer, &weights),
            document_id: row.chunk.document_id,
            document_title: row.document_title,
            chunk: row.chunk,
            score,
            keyword_rank: candidate.keyword_rank,
            semantic_rank: candidate.semantic_rank,
        });
    }
    Ok(hits)
}
