//! One run: asks the model, passes its parts on to the log, ends.

use std::time::{Duration, Instant};

use bigdecimal::{BigDecimal, ToPrimitive};
use futures::StreamExt as _;
use tracing::Span;

use super::ending;
use super::engine::{Engine, Signals};
use super::event::Event;
use super::model::{Generation, GenerationStatus};
use super::outcome::{Ending, INTERRUPTED};
use super::purpose::{Prompt, Purpose};
use super::sink::Sink;
use super::store;
use super::written::Written;
use crate::ai::chat::part::{Part, Usage};
use crate::config::models::ModelName;
use crate::db::error::is_transient;
use crate::error::{Error, ErrorCode};

/// How the model's part of a run ended.
enum Stopped {
    Completed,
    ByRequest,
    HandedOver,
    Failed { code: String, message: String },
}

/// Follows a claimed run to its end.
pub async fn run(engine: Engine, generation: Generation, signals: Signals) {
    let started = Instant::now();
    let feed = engine.feeds().get(generation.id);
    let mut written = Written::default();
    let stopped = write(&engine, &generation, &signals, started, &mut written).await;
    let Some(progress) = engine.log().close(generation.id).await else {
        tracing::warn!(generation = %generation.id, "another instance has ended this run");
        return;
    };
    if matches!(stopped, Stopped::HandedOver) && progress.cursor.seq == 0 {
        give_back(&engine, &generation).await;
        return;
    }
    let (status, error) = match stopped {
        Stopped::Completed => (GenerationStatus::Completed, None),
        Stopped::ByRequest => (GenerationStatus::Stopped, None),
        Stopped::HandedOver => {
            (GenerationStatus::Failed, Some((INTERRUPTED.to_owned(), "The server was shut down.".to_owned())))
        }
        Stopped::Failed { code, message } => (GenerationStatus::Failed, Some((code, message))),
    };
    let usage = written.usage();
    if let Some(usage) = &usage {
        count(usage);
    }
    let cost_usd = match (&written.provider, &written.model, &usage) {
        (Some(provider), Some(model), Some(usage)) => engine.prices().cost(provider, model, usage),
        _ => None,
    };
    if let Some(cost) = cost_usd.as_ref().and_then(ToPrimitive::to_f64) {
        metrics::gauge!("elenchus_cost_usd").increment(cost);
    }
    note(status, error.as_ref().map(|(code, _)| code.as_str()), cost_usd.as_ref());
    let ending = Ending {
        status,
        content: written.text,
        citations: written.citations,
        provider: written.provider,
        model: written.model,
        prompt_version: written.prompt_version,
        finish_reason: written.finish_reason,
        error,
        usage,
        cost_usd,
        first_token_ms: written.first_token.map(millis),
        duration_ms: Some(millis(started.elapsed())),
        last_seq: progress.cursor.seq + 1,
        text_seq: progress.text_seq,
        citations_seq: progress.citations_seq,
    };
    if let Some(event) = end(&engine, &generation, ending).await {
        feed.push([event]);
    }
}

/// Says on the run's span how it ended.
fn note(status: GenerationStatus, error: Option<&str>, cost_usd: Option<&BigDecimal>) {
    let span = Span::current();
    span.record("elenchus.generation.status", status.as_str());
    if let Some(cost) = cost_usd.and_then(ToPrimitive::to_f64) {
        span.record("elenchus.generation.cost_usd", cost);
    }
    if let Some(code) = error {
        span.record("error.type", code);
        span.record("otel.status_code", "ERROR");
    }
}

/// Asks the model and passes on what it says.
async fn write(
    engine: &Engine,
    generation: &Generation,
    signals: &Signals,
    started: Instant,
    written: &mut Written,
) -> Stopped {
    if generation.stop_requested_at.is_some() {
        return Stopped::ByRequest;
    }
    let Some(purpose) = engine.purposes().get(&generation.purpose) else {
        return failed(&Error::internal(format!("no purpose {:?}", generation.purpose)));
    };
    let prompt = tokio::select! {
        prompt = prepare(engine, &*purpose, generation) => prompt,
        () = signals.stop.cancelled() => return Stopped::ByRequest,
        () = signals.hand_over.cancelled() => return Stopped::HandedOver,
    };
    let prompt = match prompt {
        Ok(prompt) => prompt,
        Err(error) => return failed(&error),
    };
    written.prompt_version = Some(prompt.version);
    if let Some(said) = &prompt.said {
        written.spend(prompt.spent);
        let mut sink = Sink::new(engine, generation, None, None);
        sink.text(written, said, &signals.stop).await;
        sink.finish(written).await;
        return Stopped::Completed;
    }
    let requested = generation.requested_model.as_deref().and_then(ModelName::parse_chat);
    let model = match engine.models().chat(requested.as_ref()) {
        Ok(model) => model,
        Err(error) => {
            return Stopped::Failed { code: error.kind.code().to_owned(), message: error.message.into_owned() };
        }
    };
    written.ask(&prompt.request, prompt.spent);
    let mut sink = Sink::new(engine, generation, purpose.gate(engine.app(), generation), prompt.evidence);
    let mut parts = model.stream(prompt.request);
    loop {
        let part = tokio::select! {
            part = parts.next() => part,
            () = signals.stop.cancelled() => {
                // Dropping the stream closes the provider's connection: no more tokens are paid for.
                drop(parts);
                sink.cut(written).await;
                return Stopped::ByRequest;
            }
            () = signals.hand_over.cancelled() => {
                drop(parts);
                sink.cut(written).await;
                return Stopped::HandedOver;
            }
        };
        match part {
            Some(Ok(Part::Started { provider, model })) => {
                written.provider = Some(provider);
                written.model = Some(model);
            }
            Some(Ok(Part::Text(text))) => {
                let goes_on = sink.text(written, &text, &signals.stop).await;
                if !written.text.is_empty() {
                    written.first_token.get_or_insert_with(|| started.elapsed());
                }
                if !goes_on {
                    drop(parts);
                    sink.cut(written).await;
                    return Stopped::Completed;
                }
            }
            Some(Ok(Part::ToolCall(call))) => {
                tracing::warn!(generation = %generation.id, tool = call.name, "a tool that was not offered was called");
            }
            Some(Ok(Part::Usage(usage))) => written.charge(usage),
            Some(Ok(Part::Finished(reason))) => {
                written.finish_reason = Some(reason.as_str());
                sink.finish(written).await;
                return Stopped::Completed;
            }
            Some(Err(error)) => {
                // Its causes were logged where they were met.
                let code = error.kind.code();
                tracing::warn!(event = "ai_service_failed", generation = %generation.id, code, "the model failed");
                sink.cut(written).await;
                return Stopped::Failed { code: error.kind.code().to_owned(), message: error.message.into_owned() };
            }
            None => {
                sink.cut(written).await;
                return Stopped::Failed {
                    code: "MODEL_BROKEN".to_owned(),
                    message: "The model's answer broke off.".to_owned(),
                };
            }
        }
    }
}

async fn prepare(engine: &Engine, purpose: &dyn Purpose, generation: &Generation) -> Result<Prompt, Error> {
    let mut tries = 0;
    loop {
        match purpose.prepare(engine.app(), generation).await {
            Err(error) if is_transient(&error) && tries < 5 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(200 * tries)).await;
            }
            prepared => return prepared,
        }
    }
}

fn count(usage: &Usage) {
    metrics::counter!("elenchus_tokens_total", "direction" => "input").increment(u64::from(usage.input_tokens));
    metrics::counter!("elenchus_tokens_total", "direction" => "output").increment(u64::from(usage.output_tokens));
}

fn failed(error: &Error) -> Stopped {
    tracing::error!(error = %error.chain(), "a run cannot begin");
    Stopped::Failed { code: error.code().to_string(), message: error.message().to_owned() }
}

/// Ends the run, however long Postgres is away, and gives its last event; `None` when another instance was faster.
async fn end(engine: &Engine, generation: &Generation, mut ending: Ending) -> Option<Event> {
    let mut pause = Duration::from_millis(50);
    loop {
        let instance = engine.instance();
        match ending::end(engine.app(), engine.purposes(), instance, generation.id, &ending, Some(instance)).await {
            Ok(ended) => {
                metrics::counter!("elenchus_generations_total", "status" => ending.status.as_str()).increment(1);
                return ended.map(|_| ending.event());
            }
            Err(error) if is_transient(&error) => {
                tracing::warn!(generation = %generation.id, error = %error.chain(), "the end of a run waits for Postgres");
            }
            Err(error) if ending.error.as_ref().is_none_or(|(code, _)| code != ErrorCode::Internal.as_str()) => {
                // Better an end that says so than a run that hangs.
                tracing::error!(generation = %generation.id, error = %error.chain(), "a run cannot be ended as it did");
                let message = Error::internal("settling failed").message().to_owned();
                ending.status = GenerationStatus::Failed;
                ending.citations.clear();
                ending.error = Some((ErrorCode::Internal.to_string(), message));
            }
            Err(error) => {
                tracing::error!(generation = %generation.id, error = %error.chain(), "a run cannot be ended");
                return None;
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// Puts a run of which nothing was shown back in line for another instance.
async fn give_back(engine: &Engine, generation: &Generation) {
    let given = async {
        let conn = engine.app().db.write().await?;
        if store::requeue(&conn, generation.id).await? {
            let fact = crate::events::fact::Fact::GenerationQueued { generation: generation.id };
            engine.app().bus.publish(&conn, &fact).await?;
        }
        Ok::<_, Error>(())
    };
    if let Err(error) = given.await {
        // Without it the reaper of another instance does the same a little later.
        tracing::warn!(generation = %generation.id, error = %error.chain(), "cannot hand a run over");
    }
}

fn millis(time: Duration) -> i32 {
    i32::try_from(time.as_millis()).unwrap_or(i32::MAX)
}
