//! What becomes of an API key: how its uses are counted, what they cost, and what ends it.

use chrono::TimeDelta;
use elenchus::db::statements::counted;
use elenchus::domain::users::actions::authenticate::authenticate;
use elenchus::jobs::job::Job as _;
use serde_json::json;

use super::support::live::{Person, until_some};
use super::support::served::Served;

use super::api_keys::*;

#[tokio::test]
async fn what_has_ended_is_told_from_nothing() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let (revoked_id, revoked) = key_of(&ada, &ALL).await;
    let (_, good) = key_of(&ada, &ALL).await;
    let bob = served.speaker("bob").await;
    let (_, shut) = key_of(&bob, &ALL).await;
    let carol = served.speaker("carol").await;
    let (_, deleted) = key_of(&carol, &ALL).await;
    served
        .library
        .sql(
            "UPDATE users SET is_active = false WHERE username = 'bob'; \
                        UPDATE users SET deleted_at = now() WHERE username = 'carol'",
        )
        .await;
    let done = ada.run(REVOKE, json!({"input": {"id": revoked_id}})).await;
    assert_eq!(done["revokeApiKey"]["apiKey"]["revokedAt"], "2026-03-01T12:00:00+00:00");
    served.library.app.clock.advance(TimeDelta::seconds(1));
    let again = ada.run(REVOKE, json!({"input": {"id": revoked_id}})).await;
    assert_eq!(again, done, "it keeps its time");
    let (head, last) = good.token.split_at(55);
    let changed = format!("{head}{}", if last == "A" { "Q" } else { "A" });
    let other_prefix = format!("elk_00000000{}", &good.token[12..]);
    let swapped = format!("{}{}", &good.token[..12], &revoked.token[12..]);
    let expected = json!({"errors": [{"message": "The API key is not valid, or not any more.",
                                      "extensions": {"code": "UNAUTHENTICATED"}}]});
    let dead = [&revoked.token, &shut.token, &deleted.token, &changed, &other_prefix, &swapped];
    let dead = dead.map(String::as_str).into_iter().chain(["elk_", "elk_x_y"]);
    for token in dead {
        let person = Person { url: served.url(""), token: token.to_owned() };
        assert_eq!(person.respond(ME, json!({})).await, expected, "{token}");
    }
    good.run(ME, json!({})).await;
    served.library.app.clock.advance(TimeDelta::days(90) - TimeDelta::seconds(2));
    good.run(ME, json!({})).await;
    served.library.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(good.respond(ME, json!({})).await, expected, "to the second");
    let foreign = bob.respond(REVOKE, json!({"input": {"id": revoked_id}})).await;
    assert_eq!(foreign["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "bob is shut out");
    let eve = served.speaker("eve").await;
    let foreign = eve.refused(REVOKE, json!({"input": {"id": revoked_id}})).await;
    assert_eq!(foreign.0, "NOT_FOUND");

    // A month later nothing is left of any of them.
    served.library.app.clock.advance(TimeDelta::days(31));
    let purge = elenchus::domain::users::jobs::PurgeSignIns {};
    purge.run(served.library.app.clone(), super::support::library::FIRST).await.unwrap();
    assert_eq!(served.library.text("count(*) FROM api_keys").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn a_key_is_looked_up_by_one_statement() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let (id, program) = key_of(&ada, &["DOCUMENTS_READ"]).await;
    let (actor, statements) = counted(authenticate(&served.library.app, &program.token)).await;
    let actor = actor.unwrap();
    assert_eq!((statements, actor.require().unwrap().api_key().unwrap().to_string()), (1, id));
    assert!(!format!("{actor:?}").contains(&program.token[13..]), "nothing that is logged holds the key");
    let (refused, statements) = counted(authenticate(&served.library.app, "elk_00000000_x")).await;
    assert_eq!((refused.is_err(), statements), (true, 0), "what cannot be a key is not looked up");
}

#[tokio::test]
async fn uses_are_counted_and_written_down_at_the_end() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let (_, used) = key_of(&ada, &ALL).await;
    let (_, unused) = key_of(&ada, &ALL).await;
    served.library.app.clock.advance(TimeDelta::minutes(1));
    for _ in 0..7 {
        used.run(ME, json!({})).await;
    }
    let mut socket = used.socket().await;
    for _ in 0..3 {
        socket.subscribe(ME, json!({})).await;
        socket.step().await.unwrap();
        assert_eq!(socket.step().await, None);
    }
    drop(unused);
    let Served { library, running, .. } = served;
    running.stop().await;
    let counted = "string_agg(use_count || ' ' || coalesce((last_used_at = '2026-03-01T12:01:00Z')::text, 'never'), ', ' \
                   ORDER BY use_count DESC) FROM api_keys";
    assert_eq!(library.text(counted).await.as_deref(), Some("10 true, 0 never"));
}

#[tokio::test]
async fn one_key_does_not_use_up_what_its_account_may() {
    let served = Served::with(&[("RATE_LIMIT_API_KEY", "10"), ("RATE_LIMIT_DEFAULT", "0")]).await;
    let ada = served.speaker("ada").await;
    let (_, busy) = key_of(&ada, &ALL).await;
    let (_, other) = key_of(&ada, &ALL).await;
    let refused = until_some("a refusal", async || {
        let answer = busy.respond(ME, json!({})).await;
        answer.get("errors").map(|errors| errors[0].clone())
    })
    .await;
    assert_eq!(refused["message"], "Too many requests with this API key. Please wait a moment.");
    assert_eq!(refused["extensions"]["code"], "RATE_LIMITED");
    other.run(ME, json!({})).await;
    ada.run(ME, json!({})).await;
}
