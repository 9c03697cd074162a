//! Who sets budgets, for whom, and what a key has besides its account.

use chrono::TimeDelta;
use elenchus::domain::conversations::answer::{Question, ask};
use elenchus::domain::users::actor::{Actor, Credential, SignedIn};
use elenchus::domain::users::budgets::model::Period;
use elenchus::domain::users::budgets::own_standing;
use elenchus::domain::users::model::Scope as KeyScope;
use elenchus::ids::ApiKeyId;
use serde_json::{Value, json};

use super::budgets_support::*;
use super::support::dialogue::answer;
use super::support::provider::ProviderServer;

#[tokio::test]
async fn administrators_set_budgets_and_others_do_not() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[]).await;
    let code = |answer: &Value| {
        let extensions = &answer["errors"][0]["extensions"];
        json!([extensions["code"], extensions["fields"][0]["path"]])
    };
    let input =
        json!({"kind": "USER", "subjectId": house.ada.id, "period": "DAY", "maxCostUsd": "1.50", "maxTokens": 7});
    for who in [&house.ada] {
        assert_eq!(code(&house.ask(who, SET, input.clone()).await), json!(["FORBIDDEN", null]));
        assert_eq!(
            code(&house.ask(who, SET, json!({"kind": "USER", "period": "DAY", "subjectId": "x"})).await),
            json!(["FORBIDDEN", null])
        );
        assert_eq!(code(&house.ask(who, REMOVE, json!({"id": "budget_x"})).await), json!(["FORBIDDEN", null]));
    }
    let list =
        "query ($kind: BudgetKind, $first: Int, $after: String) { budgets(kind: $kind, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { kind role subjectId period maxCostUsd maxTokens } } }";
    assert_eq!(code(&house.served.ask(Some(&house.ada.token), list, json!({})).await), json!(["FORBIDDEN", null]));
    for (input, expected) in [
        (
            json!({"kind": "DEFAULT", "period": "DAY", "maxCostUsd": "-0.01"}),
            json!(["BAD_USER_INPUT", "input.maxCostUsd"]),
        ),
        (json!({"kind": "DEFAULT", "period": "DAY", "maxTokens": -1}), json!(["BAD_USER_INPUT", "input.maxTokens"])),
        (json!({"kind": "ROLE", "period": "DAY"}), json!(["BAD_USER_INPUT", "input.role"])),
        (json!({"kind": "DEFAULT", "role": "ADMIN", "period": "DAY"}), json!(["BAD_USER_INPUT", "input.role"])),
        (json!({"kind": "USER", "period": "DAY"}), json!(["BAD_USER_INPUT", "input.subjectId"])),
        (
            json!({"kind": "DEFAULT", "subjectId": house.ada.id, "period": "DAY"}),
            json!(["BAD_USER_INPUT", "input.subjectId"]),
        ),
        (
            json!({"kind": "USER", "subjectId": "user_01h455vb4pex5vsknk084sn02q", "period": "DAY"}),
            json!(["NOT_FOUND", "input.subjectId"]),
        ),
        (
            json!({"kind": "API_KEY", "subjectId": "key_01h455vb4pex5vsknk084sn02q", "period": "DAY"}),
            json!(["NOT_FOUND", "input.subjectId"]),
        ),
        (
            json!({"kind": "API_KEY", "subjectId": house.ada.id, "period": "DAY"}),
            json!(["NOT_FOUND", "input.subjectId"]),
        ),
    ] {
        assert_eq!(code(&house.ask(&house.root, SET, input.clone()).await), expected, "{input}");
    }
    let made = house.ask(&house.root, SET, input.clone()).await["data"]["setBudget"]["budget"].clone();
    let expected = json!({"id": made["id"], "kind": "USER", "role": null, "subjectId": house.ada.id, "period": "DAY",
        "maxCostUsd": "1.5", "maxTokens": 7, "createdAt": "2026-03-01T12:00:00+00:00", "updatedAt": "2026-03-01T12:00:00+00:00"});
    assert_eq!(made, expected);
    house.served.library.app.clock.advance(TimeDelta::seconds(1));
    let again = house.set(json!({"kind": "USER", "subjectId": house.ada.id}), "DAY", (None, Some(8))).await;
    let replaced = (&again["id"], &again["maxCostUsd"], &again["maxTokens"], &again["updatedAt"]);
    assert_eq!(replaced, (&made["id"], &Value::Null, &json!(8), &json!("2026-03-01T12:00:01+00:00")));
    house.set(json!({"kind": "DEFAULT"}), "MONTH", (Some("0"), None)).await;

    let listed = house.served.ask(Some(&house.root.token), list, json!({"first": 1})).await["data"]["budgets"].clone();
    let newest = json!([{"kind": "DEFAULT", "role": null, "subjectId": null, "period": "MONTH", "maxCostUsd": "0", "maxTokens": null}]);
    assert_eq!(
        (&listed["totalCount"], &listed["nodes"], &listed["pageInfo"]["hasNextPage"]),
        (&json!(2), &newest, &json!(true))
    );
    let rest = json!({"first": 5, "after": listed["pageInfo"]["endCursor"]});
    let rest = house.served.ask(Some(&house.root.token), list, rest).await["data"]["budgets"].clone();
    assert_eq!((&rest["nodes"][0]["kind"], rest["nodes"].as_array().unwrap().len()), (&json!("USER"), 1));
    let users =
        house.served.ask(Some(&house.root.token), list, json!({"kind": "ROLE"})).await["data"]["budgets"].clone();
    assert_eq!(users["totalCount"], 0);

    // An administrator sees how anybody stands; others only themselves.
    let of = "query ($id: ID!) { node(id: $id) { ... on User { budget { day { kind limitTokens leftTokens } } } } }";
    let day = json!({"kind": "USER", "limitTokens": 8, "leftTokens": 8});
    for who in [&house.root, &house.ada] {
        let seen = house.served.ask(Some(&who.token), of, json!({"id": house.ada.id})).await;
        assert_eq!(seen["data"]["node"]["budget"]["day"], day, "{seen}");
    }

    let removed = house.ask(&house.root, REMOVE, json!({"id": made["id"]})).await;
    assert_eq!(removed["data"]["removeBudget"]["budget"]["id"], made["id"]);
    assert_eq!(code(&house.ask(&house.root, REMOVE, json!({"id": made["id"]})).await)[0], "NOT_FOUND");

    let trail = "{ viewer { auditTrail(filter: {actions: [\"budget.set\", \"budget.removed\"]}) { nodes { action actor object before after } } } }";
    let trail =
        house.served.ask(Some(&house.ada.token), trail, json!({})).await["data"]["viewer"]["auditTrail"].clone();
    let (first, second) = (
        json!({"period": "DAY", "maxCostUsd": "1.5", "maxTokens": 7}),
        json!({"period": "DAY", "maxCostUsd": null, "maxTokens": 8}),
    );
    let event = |action: &str, before: Value, after: Value| json!({"action": action, "actor": house.root.id, "object": house.ada.id, "before": before, "after": after});
    let expected = [
        event("budget.removed", second.clone(), Value::Null),
        event("budget.set", first.clone(), second),
        event("budget.set", Value::Null, first),
    ];
    assert_eq!(trail["nodes"], json!(expected));
}

#[tokio::test]
async fn a_key_has_a_budget_besides_that_of_its_account() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[("BUDGET_DAILY_TOKENS", "100000")]).await;
    let app = &house.served.library.app;
    let now = app.clock.now();
    let person = house.ada.actor.require().unwrap().clone();
    let (one, other) = (ApiKeyId::generate(now), ApiKeyId::generate(now));
    for (key, prefix) in [(one, "00000001"), (other, "00000002")] {
        let insert = format!(
            "INSERT INTO api_keys (id, user_id, name, prefix, hash, scopes, created_at, expires_at) VALUES ('{}', '{}', 'k',
                 '{prefix}', decode(repeat('00', 32), 'hex'), '{{CONVERSATIONS_WRITE}}', now(), now())",
            key.uuid(),
            person.user.id.uuid()
        );
        house.served.library.sql(&insert).await;
    }
    let with = |id: ApiKeyId| {
        let scopes = vec![KeyScope::ConversationsWrite, KeyScope::DocumentsRead];
        Actor::somebody(SignedIn { credential: Credential::ApiKey { id, scopes }, ..person.clone() })
    };
    let set = json!({"kind": "API_KEY", "subjectId": one.to_string()});
    let set = house.set(set, "DAY", (None, Some(HELD + TOKENS - 1))).await;
    assert_eq!((&set["kind"], &set["subjectId"]), (&json!("API_KEY"), &json!(one.to_string())));
    let question = || Question { text: HELLO.to_owned(), documents: None, kind: None };
    let asked = ask(app, &with(one), question(), None).await.unwrap();
    house.until_sums((COST, TOKENS, "0", 0)).await;
    assert_eq!(house.person().until(&asked.to_string(), "COMPLETED").await["costUsd"], COST);
    let refused = ask(app, &with(one), question(), None).await.unwrap_err();
    assert_eq!(
        refused.message(),
        "This API key's budget of tokens for today does not cover this. It starts anew at 2026-03-02 00:00 UTC."
    );
    let quota = refused.quota().unwrap();
    assert_eq!((quota.kind, quota.period, quota.unit), ("API_KEY", "DAY", "TOKENS"));
    assert_eq!(
        house.sums().await,
        (COST.to_owned(), TOKENS, "0".to_owned(), 0),
        "nothing is held, not of the account either"
    );

    // Another key, and the person, have the rest of the account's.
    ask(app, &with(other), question(), None).await.unwrap();
    house.until_sums(("0.0001875", 2 * TOKENS, "0", 0)).await;
    house.say().await;
    assert_eq!(house.sums().await, ("0.00028125".to_owned(), 3 * TOKENS, "0".to_owned(), 0));
    let standing = async |key| {
        let standings = own_standing(app, &with(key)).await.unwrap();
        let days = standings.into_iter().filter(|standing| standing.period == Period::Day);
        let mut days: Vec<_> = days.map(|day| (day.of_key, day.tokens, day.left_tokens())).collect();
        days.sort_unstable();
        days
    };
    assert_eq!(standing(one).await, [(false, 54, Some(99_946)), (true, 18, Some(HELD - 1))]);
    assert_eq!(standing(other).await, [(false, 54, Some(99_946)), (true, 18, None)]);
    let trail = "{ viewer { auditTrail(filter: {actions: [\"budget.set\"]}) { nodes { object account } } } }";
    let trail = house.served.ask(Some(&house.ada.token), trail, json!({})).await;
    let expected = json!([{"object": one.to_string(), "account": house.ada.id}]);
    assert_eq!(trail["data"]["viewer"]["auditTrail"]["nodes"], expected, "its owner learns of it");
    // A key that goes takes its budget along, and leaves what the account spent.
    house.served.library.sql("DELETE FROM api_keys").await;
    assert_eq!(house.served.library.text("count(*) FROM budgets").await.unwrap(), "0");
    assert_eq!(house.sums().await.1, 3 * TOKENS);
}
