//! How fast texts are embedded on this machine: `cargo bench --bench embed`. `EMBED_MODEL_DIR` and `EMBED_THREADS` count.

use std::path::Path;
use std::time::{Duration, Instant};

use elenchus::ai::embed::embedder::{Embedder, Purpose};
use elenchus::ai::embed::error::EmbedError;
use elenchus::ai::embed::load::load;
use elenchus::config::env::Env;
use elenchus::config::models::ModelsConfig;

/// About 200 tokens, as a chunk of 1,000 characters of English has.
fn chunk(number: usize) -> String {
    let words = ["contract", "the", "tenant", "of", "notice", "and", "river", "measured", "to", "light", "a", "window"];
    (0..199).map(|at| words[(number * 7 + at * at + at) % words.len()]).collect::<Vec<_>>().join(" ")
}

async fn passages(embedder: &dyn Embedder, count: u16) -> Result<f64, EmbedError> {
    let texts: Vec<String> = (0..count.into()).map(chunk).collect();
    let start = Instant::now();
    embedder.embed(&texts, Purpose::Passage).await?;
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

/// The median and the longest of `count` queries, one after the other.
async fn queries(embedder: &dyn Embedder, count: usize) -> Result<(Duration, Duration), EmbedError> {
    let query = ["How many days of notice must the tenant give?".to_owned()];
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        embedder.embed(&query, Purpose::Query).await?;
        times.push(start.elapsed());
        // People pause: the threads of the model fall asleep between two queries.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    times.sort();
    Ok((times[count / 2], times[count - 1]))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pairs = ["EMBED_MODEL_DIR", "EMBED_THREADS"].map(|name| (name, std::env::var(name).unwrap_or_default()));
    let config = ModelsConfig::from_env(&Env::from_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty())))?;
    let start = Instant::now();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let embedder = load(&config, folder).await?.ok_or("the settings name no embedding model")?;
    println!("load                        {:>8.0?}", start.elapsed());
    passages(&*embedder, 8).await?;
    for batch in [1, 8, 32, 96] {
        let mut best = 0.0_f64;
        for _ in 0..3 {
            best = best.max(passages(&*embedder, batch).await?);
        }
        println!("chunks a second, {batch:>2} at once {best:>8.1}");
    }
    let (median, longest) = queries(&*embedder, 100).await?;
    println!("a query, alone              {median:>8.1?} median, {longest:.1?} longest");
    let bulk = async { passages(&*embedder, 96).await };
    let (rate, query) = tokio::join!(bulk, queries(&*embedder, 60));
    let (median, longest) = query?;
    println!("a query, beside 96 chunks   {median:>8.1?} median, {longest:.1?} longest; {:.1} chunks a second", rate?);
    Ok(())
}
