//! Profiles: what people say of themselves.

use serde_json::{Value, json};

use super::support::served::Served;

const UPDATE: &str = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user {
    fullName username organization jobTitle timezone language preferences } } }";

async fn update(served: &Served, token: &str, input: Value) -> Value {
    served.ask(Some(token), UPDATE, json!({ "input": input })).await
}

fn fields(answer: &Value) -> Vec<&str> {
    let fields = answer["errors"][0]["extensions"]["fields"].as_array().unwrap_or_else(|| panic!("{answer}"));
    fields.iter().map(|field| field["path"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_empties() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let input = json!({
        "fullName": "  Ada  Lovelace ", "username": "Countess", "organization": "Analytical Society", "jobTitle": "Analyst",
        "timezone": "europe/london", "language": "en-gb",
        "preferences": {"theme": "DARK", "notifications": {"email": false, "digest": "WEEKLY"}, "sidebar": {"open": true}},
    });
    let changed = update(&served, &ada.token, input).await;
    let mut profile = json!({
        "fullName": "Ada  Lovelace", "username": "Countess", "organization": "Analytical Society", "jobTitle": "Analyst",
        "timezone": "Europe/London", "language": "en-GB",
        "preferences": {"theme": "DARK", "notifications": {"email": false, "digest": "WEEKLY"}, "sidebar": {"open": true}},
    });
    assert_eq!(changed, json!({"data": {"updateProfile": {"user": profile}}}));

    let patch =
        json!({"preferences": {"theme": null, "notifications": {"inApp": true}, "sidebar": [1]}, "jobTitle": null});
    profile["preferences"] =
        json!({"notifications": {"email": false, "digest": "WEEKLY", "inApp": true}, "sidebar": [1]});
    profile["jobTitle"] = Value::Null;
    assert_eq!(update(&served, &ada.token, patch).await["data"]["updateProfile"]["user"], profile);

    let empty = json!({"fullName": null, "username": null, "organization": " ", "timezone": null, "language": null, "preferences": null});
    let emptied = json!({
        "fullName": null, "username": null, "organization": null, "jobTitle": null, "timezone": "UTC", "language": "en",
        "preferences": {},
    });
    assert_eq!(update(&served, &ada.token, empty).await["data"]["updateProfile"]["user"], emptied);
    assert_eq!(update(&served, &ada.token, json!({})).await["data"]["updateProfile"]["user"], emptied);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_profile_is_said_at_once() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    served.person("bob").await;
    let nobody = served.ask(None, UPDATE, json!({"input": {}})).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let wrong = json!({
        "fullName": "x".repeat(256), "username": "a@b", "organization": "y".repeat(256), "jobTitle": "a\u{7}b",
        "timezone": "Middle/Earth", "language": "elvish tongue",
        "preferences": {"theme": "PINK", "notifications": {"email": 1, "digest": "HOURLY", "smoke": true}},
    });
    let refused = update(&served, &ada.token, wrong).await;
    let expected = [
        "input.fullName",
        "input.username",
        "input.organization",
        "input.jobTitle",
        "input.timezone",
        "input.language",
        "input.preferences.theme",
        "input.preferences.notifications.digest",
        "input.preferences.notifications.email",
        "input.preferences.notifications.smoke",
    ];
    let mut found = fields(&refused);
    found[7..].sort_unstable();
    assert_eq!(found, expected);
    for preferences in [json!([]), json!("DARK"), json!({"notifications": []}), json!({"x": "\0"})] {
        let refused = update(&served, &ada.token, json!({ "preferences": preferences })).await;
        assert!(fields(&refused)[0].starts_with("input.preferences"), "{refused}");
    }
    let taken = update(&served, &ada.token, json!({"username": "BOB"})).await;
    assert_eq!(
        (taken["errors"][0]["extensions"]["code"].as_str(), fields(&taken)),
        (Some("CONFLICT"), vec!["input.username"])
    );
    let own = update(&served, &ada.token, json!({"username": "ADA"})).await;
    assert_eq!(own["data"]["updateProfile"]["user"]["username"], "ADA", "one's own name in another spelling: {own}");
}

#[tokio::test]
async fn preferences_are_bounded_as_a_whole() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let half = "z".repeat(9000);
    assert_eq!(update(&served, &ada.token, json!({"preferences": {"a": half}})).await.get("errors"), None);
    let refused = update(&served, &ada.token, json!({"preferences": {"b": half}})).await;
    assert_eq!(fields(&refused), ["input.preferences"], "both together are too large");
    assert_eq!(update(&served, &ada.token, json!({"preferences": {"a": null, "b": half}})).await.get("errors"), None);
    let deep = (0..8).fold(json!(1), |inner, _| json!({ "in": inner }));
    let refused = update(&served, &ada.token, json!({ "preferences": deep })).await;
    assert_eq!(refused.get("errors"), None, "eight deep");
    let deeper = (0..9).fold(json!(1), |inner, _| json!({ "in": inner }));
    assert_eq!(fields(&update(&served, &ada.token, json!({ "preferences": deeper })).await), ["input.preferences"]);
}

#[tokio::test]
async fn of_two_changes_to_preferences_none_is_lost() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let changes =
        (0..8).map(|number| update(&served, &ada.token, json!({"preferences": {format!("key{number}"): number}})));
    for changed in futures::future::join_all(changes).await {
        assert_eq!(changed.get("errors"), None, "{changed}");
    }
    let kept = served.library.text("count(*) FROM users, jsonb_object_keys(preferences)").await.unwrap();
    assert_eq!(kept, "8");
}
