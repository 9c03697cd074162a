//! What goes wrong with providers: each failure has its kind, is repeated only where nothing was shown, and ends once.

use std::time::Duration;

use elenchus::ai::chat::error::ChatErrorKind as Kind;
use elenchus::ai::chat::models::Models;
use elenchus::ai::chat::part::{FinishReason, Part};
use elenchus::config::env::Env;
use elenchus::config::models::{ModelName, ModelsConfig};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::support::chat::{Outcome, ask, models, question, read};
use crate::support::provider::{ProviderServer, Reply, Step, Wire};

const SOON: [(&str, &str); 2] = [("MODEL_FIRST_TOKEN_TIMEOUT_MS", "400"), ("MODEL_IDLE_TIMEOUT_MS", "400")];

fn good(wire: Wire) -> Reply {
    Reply::stream([wire.transcript(&["good"])])
}

/// The beginning of an answer with one word.
fn begun(wire: Wire) -> Reply {
    Reply::stream([wire.opening() + &wire.token("half")])
}

fn error_body(wire: Wire, kind: &str, status: u16) -> Value {
    match wire {
        Wire::OpenAi => json!({"error": {"message": "sk-secret is bad", "type": kind, "param": null, "code": null}}),
        Wire::Anthropic => json!({"type": "error", "error": {"type": kind, "message": "sk-secret is bad"}}),
        Wire::Google => json!({"error": {"code": status, "message": "sk-secret is bad", "status": kind}}),
    }
}

async fn ask_with(wire: Wire, server: &ProviderServer, settings: &[(&str, &str)]) -> Outcome {
    read(models(wire, server, settings).default_chat().stream(question("Hello?"))).await
}

/// Asserts that the first reply fails with `kind` and, when `repeated`, that the good one after it is used.
async fn check(wire: Wire, bad: Reply, kind: Kind, repeated: bool, case: &str) {
    let server = ProviderServer::start(vec![bad.clone()]).await;
    let outcome = ask_with(wire, &server, &SOON).await;
    let timed_out = matches!(kind, Kind::FirstTokenTimeout | Kind::IdleTimeout);
    let calls = if !repeated {
        1
    } else if timed_out {
        2
    } else {
        3
    };
    assert_eq!((outcome.kind(), server.requests().len()), (Some(kind), calls), "{wire:?} {case}: {outcome:?}");
    assert!(!outcome.end.unwrap_err().message.contains("secret"), "{wire:?} {case}");
    if repeated {
        let server = ProviderServer::start(vec![bad, good(wire)]).await;
        let outcome = ask_with(wire, &server, &SOON).await;
        assert_eq!((outcome.text().as_str(), server.requests().len()), ("good", 2), "{wire:?} {case}");
        assert_eq!(outcome.end.unwrap(), FinishReason::Stop);
    }
}

#[tokio::test]
async fn refusals_have_their_kinds() {
    let cases = [
        (Wire::OpenAi, 401, "invalid_request_error", Kind::Unauthorized, false),
        (Wire::OpenAi, 429, "insufficient_quota", Kind::Unauthorized, false),
        (Wire::OpenAi, 429, "tokens", Kind::RateLimited, true),
        (Wire::OpenAi, 500, "server_error", Kind::ServerError, true),
        (Wire::OpenAi, 400, "invalid_request_error", Kind::BadRequest, false),
        (Wire::OpenAi, 307, "", Kind::NotConfigured, false),
        (Wire::Anthropic, 401, "authentication_error", Kind::Unauthorized, false),
        (Wire::Anthropic, 404, "not_found_error", Kind::NotConfigured, false),
        (Wire::Anthropic, 413, "request_too_large", Kind::ContextTooLong, false),
        (Wire::Anthropic, 429, "rate_limit_error", Kind::RateLimited, true),
        (Wire::Anthropic, 500, "api_error", Kind::ServerError, true),
        (Wire::Anthropic, 529, "overloaded_error", Kind::Overloaded, true),
        (Wire::Google, 403, "PERMISSION_DENIED", Kind::Unauthorized, false),
        (Wire::Google, 429, "RESOURCE_EXHAUSTED", Kind::RateLimited, true),
        (Wire::Google, 500, "INTERNAL", Kind::ServerError, true),
        (Wire::Google, 503, "UNAVAILABLE", Kind::Overloaded, true),
    ];
    for (wire, status, word, kind, repeated) in cases {
        let reply = Reply::refusal(status, &error_body(wire, word, status)).header("location", "http://127.0.0.1:1/");
        check(wire, reply, kind, repeated, &format!("{status} {word}")).await;
    }
}

#[tokio::test]
async fn broken_answers_are_repeated_before_the_first_word() {
    for wire in Wire::ALL {
        let open = || Reply::stream([wire.opening()]);
        let cases = [
            ("hang up", Reply::hang_up(), Kind::Broken),
            ("reset", open().then(Step::Reset), Kind::Broken),
            ("half-close", open().then(Step::Cut), Kind::Broken),
            ("no final event", open(), Kind::Broken),
            ("nothing at all", Reply::stream([""]), Kind::Broken),
            ("garbage", Reply::stream(["data: {]\n\n"]), Kind::Broken),
            ("not a stream", Reply::stream(["<html><body>Welcome to nginx</body></html>\n\n"]), Kind::Broken),
            ("stall", open().then(Step::Stall), Kind::FirstTokenTimeout),
            ("huge event", Reply::stream([format!("data: {}", "x".repeat(20_000))]), Kind::Broken),
            ("binary", Reply::stream([vec![0xff; 9000]]), Kind::Broken),
            ("JSON", Reply::refusal(200, &json!({"ok": true})), Kind::Broken),
        ];
        for (case, reply, kind) in cases {
            check(wire, reply, kind, true, case).await;
        }
    }
}

#[tokio::test]
async fn nothing_is_repeated_after_the_first_word() {
    for wire in Wire::ALL {
        let error = |kind| wire.event(&error_body(wire, kind, 503)).into_bytes();
        let overloaded = if wire == Wire::Google { "UNAVAILABLE" } else { "overloaded_error" };
        let flood = (0..20).map(|_| Step::Send(wire.token(&"x".repeat(6000)).into()));
        let mut endless = begun(wire);
        endless.steps.extend(flood);
        let cases = [
            ("reset", begun(wire).then(Step::Wait(Duration::from_millis(50))).then(Step::Reset), Kind::Broken),
            ("half-close", begun(wire).then(Step::Cut), Kind::Broken),
            ("no final event", begun(wire), Kind::Broken),
            ("garbage", begun(wire).then(Step::Send("data: garbage\n\n".into())), Kind::Broken),
            ("stall", begun(wire).then(Step::Stall), Kind::IdleTimeout),
            ("error", begun(wire).then(Step::Send(error(overloaded))), Kind::Overloaded),
            ("endless", endless, Kind::Broken),
        ];
        for (case, reply, kind) in cases {
            let server = ProviderServer::start(vec![reply, good(wire)]).await;
            let fallback = [SOON[0], SOON[1], ("FALLBACK_CHAT_MODEL", "extractive")];
            let outcome = ask_with(wire, &server, &fallback).await;
            assert_eq!((outcome.kind(), server.requests().len()), (Some(kind), 1), "{wire:?} {case}");
            assert!(outcome.text().starts_with("half"), "{wire:?} {case}");
        }
    }
}

#[tokio::test]
async fn an_error_in_the_stream_before_the_first_word_is_repeated() {
    for (wire, word, kind) in [
        (Wire::OpenAi, "server_error", Kind::ServerError),
        (Wire::OpenAi, "rate_limit_exceeded", Kind::RateLimited),
        (Wire::Anthropic, "overloaded_error", Kind::Overloaded),
        (Wire::Google, "UNAVAILABLE", Kind::Overloaded),
    ] {
        let event = wire.event(&error_body(wire, word, 503));
        check(wire, Reply::stream([event]), kind, true, word).await;
        check(wire, Reply::refusal(200, &error_body(wire, word, 503)), kind, true, word).await;
    }
}

#[tokio::test]
async fn a_whole_answer_survives_a_missing_end() {
    for wire in Wire::ALL {
        let text = wire.opening() + &wire.token("all") + &wire.reason();
        for (case, last) in [
            ("half-close", Step::Cut),
            ("stall", Step::Stall),
            ("garbage", Step::Send("data: {]\n\n".into())),
            ("error", Step::Send(wire.event(&error_body(wire, "server_error", 500)).into())),
        ] {
            let server = ProviderServer::start(vec![Reply::stream([text.clone()]).then(last)]).await;
            let outcome = ask(wire, &server).await;
            assert_eq!((outcome.text().as_str(), outcome.kind()), ("all", None), "{wire:?} {case}");
            assert_eq!(server.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_blocked_prompt_goes_to_no_other_model() {
    let blocked = Wire::Google.event(&json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {}}));
    let server = ProviderServer::start(vec![Reply::stream([blocked])]).await;
    let outcome = ask_with(Wire::Google, &server, &[("FALLBACK_CHAT_MODEL", "extractive")]).await;
    assert_eq!((outcome.kind(), server.requests().len(), outcome.started), (Some(Kind::ContentFiltered), 1, None));
    let refused = json!({"error": {"code": "content_filter", "message": "no"}});
    let server = ProviderServer::start(vec![Reply::refusal(400, &refused)]).await;
    let outcome = ask_with(Wire::OpenAi, &server, &[("FALLBACK_CHAT_MODEL", "extractive")]).await;
    assert_eq!((outcome.kind(), server.requests().len()), (Some(Kind::ContentFiltered), 1));
}

#[tokio::test]
async fn a_wait_that_the_provider_asks_for_is_bounded() {
    let limited = |wait: &str| {
        Reply::refusal(429, &error_body(Wire::OpenAi, "rate_limit_exceeded", 429)).header("retry-after", wait)
    };
    for (wait, calls) in [("0", 2), ("Thu, 01 Jan 2026 10:00:00 GMT", 2), ("3600", 1)] {
        let reply = limited(wait).header("date", "Thu, 01 Jan 2026 10:00:00 GMT");
        let server = ProviderServer::start(vec![reply, good(Wire::OpenAi)]).await;
        let outcome = ask(Wire::OpenAi, &server).await;
        assert_eq!(server.requests().len(), calls, "{wait}");
        if calls == 1 {
            assert_eq!(outcome.end.unwrap_err().retry_after, Some(Duration::from_hours(1)));
        }
    }
}

#[tokio::test]
async fn the_fallback_answers_under_its_own_name() {
    let down = ProviderServer::start(vec![Reply::refusal(500, &json!({}))]).await;
    let up = ProviderServer::start(vec![good(Wire::Anthropic)]).await;
    let settings = [("FALLBACK_CHAT_MODEL", "anthropic/b"), ("ANTHROPIC_BASE_URL", &up.base_url)];
    let outcome = ask_with(Wire::OpenAi, &down, &settings).await;
    assert_eq!((outcome.started.as_deref(), outcome.text().as_str()), (Some("anthropic/b"), "good"));
    assert_eq!((down.requests().len(), up.requests().len()), (3, 1));
    // Where both fail, the failure is that of the model that was asked for.
    let up = ProviderServer::start(vec![Reply::refusal(401, &json!({}))]).await;
    let settings = [("FALLBACK_CHAT_MODEL", "anthropic/b"), ("ANTHROPIC_BASE_URL", &up.base_url)];
    assert_eq!(ask_with(Wire::OpenAi, &down, &settings).await.kind(), Some(Kind::ServerError));
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    for wire in Wire::ALL {
        let server = ProviderServer::start(vec![begun(wire).then(Step::Stall)]).await;
        let mut stream = models(wire, &server, &[]).default_chat().stream(question("Hello?"));
        while !matches!(stream.next().await, Some(Ok(Part::Text(_)))) {}
        drop(stream);
        server.closed(1).await;
    }
    // Before the head of the response as well, and a time-out closes the attempt that it ends.
    let server = ProviderServer::start(vec![Reply::stream([""]).then(Step::Stall)]).await;
    assert_eq!(ask_with(Wire::OpenAi, &server, &SOON).await.kind(), Some(Kind::FirstTokenTimeout));
    server.closed(2).await;
}

#[tokio::test]
async fn keep_alives_are_no_sign_of_an_answer_but_work_is() {
    let wire = Wire::Anthropic;
    let ping = wire.event(&json!({"type": "ping"}));
    let mut pinging = Reply::stream([wire.opening()]);
    let thought =
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "thinking_delta", "thinking": "hm"}});
    let mut working = pinging.clone();
    for _ in 0..6 {
        let pause = Step::Wait(Duration::from_millis(100));
        pinging.steps.extend([pause.clone(), Step::Send(format!(": still here\n\n{ping}").into())]);
        working.steps.extend([pause, Step::Send(wire.event(&thought).into())]);
    }
    let server = ProviderServer::start(vec![pinging.then(Step::Stall)]).await;
    assert_eq!(ask_with(wire, &server, &SOON).await.kind(), Some(Kind::FirstTokenTimeout));
    let working = working.then(Step::Send((wire.reason() + &wire.ending()).into()));
    let server = ProviderServer::start(vec![working]).await;
    assert_eq!(ask_with(wire, &server, &SOON).await.end.unwrap(), FinishReason::Stop);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn nothing_happens_until_the_stream_is_polled() {
    let server = ProviderServer::start(vec![good(Wire::OpenAi)]).await;
    drop(models(Wire::OpenAi, &server, &[]).default_chat().stream(question("Hello?")));
    tokio::task::yield_now().await;
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn addresses_and_keys_that_cannot_work_are_said_plainly() {
    let server = ProviderServer::start(vec![good(Wire::OpenAi)]).await;
    let nobody = [("ANTHROPIC_BASE_URL", "http://127.0.0.1:1"), ("MODEL_MAX_RETRIES", "0")];
    let models = models(Wire::OpenAi, &server, &nobody);
    let named = |text: &str| ModelName::parse_chat(text).unwrap();
    let outcome = read(models.chat(Some(&named("anthropic/x"))).unwrap().stream(question("Hi"))).await;
    assert_eq!(outcome.kind(), Some(Kind::Unreachable));
    let error = models.chat(Some(&named("google/x"))).err().unwrap();
    assert_eq!((error.kind, &*error.message), (Kind::NotConfigured, "This model needs GOOGLE_API_KEY to be set."));
    assert_eq!(models.available(), [named("openai/m"), named("extractive")]);
    let outcome = read(models.default_chat().stream(question(" "))).await;
    assert_eq!((outcome.kind(), server.requests().len()), (Some(Kind::BadRequest), 0));

    let config = ModelsConfig::from_env(&Env::from_pairs([("CHAT_MODEL", "anthropic/x")])).unwrap();
    let error = Models::new(&config).err().unwrap();
    assert_eq!(error.to_string(), "CHAT_MODEL: anthropic/x: This model needs ANTHROPIC_API_KEY to be set.");
    let config = ModelsConfig::from_env(&Env::from_pairs([("MODERATION_MODEL", "google/y")])).unwrap();
    let error = Models::new(&config).err().unwrap();
    assert_eq!(error.to_string(), "MODERATION_MODEL: google/y: This model needs GOOGLE_API_KEY to be set.");
    assert!(models.moderation().is_none());
    let judge = self::models(Wire::OpenAi, &server, &[("MODERATION_MODEL", "openai/judge")]).moderation().unwrap();
    assert_eq!(judge.name().to_string(), "openai/judge");
    assert_eq!(read(judge.stream(question("Safe?"))).await.end.unwrap(), FinishReason::Stop);
}
