//! Dashboards that are shared by links: what anybody sees by one, for how long, and with which password.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::dashboard_shares_support::{Gallery, SHARES};
use super::support::classroom::{refusal, text};

#[tokio::test]
async fn a_link_shows_it_to_anybody_until_it_ends_or_is_taken_back() {
    let gallery = Gallery::new().await;
    let (share, token) = gallery.share(json!({ "link": {}, "expiresAt": "2026-03-01T12:10:00Z" })).await;
    let plain = text(&token);
    assert!(plain.starts_with("eld_") && plain.len() == 47, "{plain}");
    let seen = gallery.open(&token, None).await.unwrap();
    assert_eq!((&seen["id"], &seen["title"], &seen["access"]), (&Value::Null, &json!("Sales"), &json!("VIEW")));
    assert_eq!(seen["tiles"][0]["result"]["rows"], json!([["south", 20]]));
    gallery.open(&token, None).await.unwrap();
    for wrong in ["", "eld_", &plain[4..], &plain.replacen("eld", "elc", 1), &format!("eld_{}", "A".repeat(43))] {
        assert_eq!(gallery.open(&json!(wrong), None).await, Err(refusal("NOT_FOUND", &[])), "{wrong}");
    }

    // Its token is told once, and kept nowhere.
    let shares = gallery.office.ada.run(SHARES, json!({ "id": gallery.dashboard })).await["node"]["shares"].clone();
    let expected = json!([{
        "id": share, "kind": "LINK", "access": "VIEW", "email": null, "name": null, "hasPassword": false,
        "expiresAt": "2026-03-01T12:10:00+00:00", "isActive": true, "lastUsedAt": "2026-03-01T12:00:00+00:00", "useCount": 2,
        "createdAt": "2026-03-01T12:00:00+00:00", "author": { "email": "eddy@example.org" },
    }]);
    assert_eq!(shares, expected);
    let viewers = gallery.office.vera.run(SHARES, json!({ "id": gallery.dashboard })).await;
    assert_eq!(viewers["node"]["shares"], json!([]));
    let secret = &plain[4..];
    for table in ["dashboard_shares", "audit_events"] {
        let rows = gallery.stored(&format!("string_agg(t::text, ' ') FROM {table} t")).await;
        assert!(!rows.contains(secret), "{table}");
    }
    let fits = "count(*) FROM dashboard_shares WHERE length(token_hash) = 32 AND password_hash IS NULL";
    assert_eq!(gallery.stored(fits).await, "1");

    gallery.office.desk.served.library.app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(gallery.open(&token, None).await, Err(refusal("NOT_FOUND", &[])), "it is over");
    let (share, token) = gallery.share(json!({ "link": {} })).await;
    gallery.open(&token, None).await.unwrap();
    let revoke = json!({ "id": share });
    let refused = gallery.office.vera.act_refused("revokeShare", "RevokeShareInput", revoke.clone()).await;
    assert_eq!(refused, refusal("FORBIDDEN", &[]));
    let refused = gallery.office.eve.act_refused("revokeShare", "RevokeShareInput", revoke.clone()).await;
    assert_eq!(refused, refusal("NOT_FOUND", &[]));
    gallery.revoke(&share).await;
    assert_eq!(gallery.open(&token, None).await, Err(refusal("NOT_FOUND", &[])));
    let twice = gallery.office.ada.act_refused("revokeShare", "RevokeShareInput", revoke).await;
    assert_eq!(twice, refusal("NOT_FOUND", &[]));

    let by = "string_agg(action || ' ' || actor_account_is, ' | ' ORDER BY id) FROM (SELECT id, action, \
              coalesce(split_part(actor_account, '_', 1), actor) AS actor_account_is FROM audit_events WHERE action LIKE 'dashboard_share.%') e";
    let expected = "dashboard_share.created user | dashboard_share.first_used nobody | dashboard_share.created user | \
                    dashboard_share.first_used nobody | dashboard_share.revoked user";
    assert_eq!(gallery.stored(by).await, expected);
}

#[tokio::test]
async fn a_password_is_wanted_and_cannot_be_guessed() {
    const PASSWORD: &str = "correct horse";
    let gallery = Gallery::with(&[("SHARE_LINK_TRIES", "3")]).await;
    let (_, token) = gallery.share(json!({ "link": { "password": PASSWORD } })).await;
    assert_eq!(gallery.open(&token, None).await, Err(refusal("FORBIDDEN", &["password"])));
    for _ in 0..2 {
        assert_eq!(gallery.open(&token, Some("wrong horse")).await, Err(refusal("FORBIDDEN", &["password"])));
    }
    gallery.open(&token, Some(PASSWORD)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(gallery.open(&token, Some("wrong horse")).await, Err(refusal("FORBIDDEN", &["password"])));
    }
    assert_eq!(gallery.open(&token, Some(PASSWORD)).await, Err(refusal("RATE_LIMITED", &[])), "right or wrong");
    let (_, other) = gallery.share(json!({ "link": {} })).await;
    gallery.open(&other, None).await.unwrap();
    assert_eq!(gallery.stored("string_agg(use_count::text, ' ' ORDER BY id) FROM dashboard_shares").await, "1 1");
    assert!(gallery.stored("string_agg(password_hash, ' ') FROM dashboard_shares").await.starts_with("$argon2id$"));
    assert!(!gallery.stored("string_agg(t::text, ' ') FROM audit_events t").await.contains(PASSWORD));
}
