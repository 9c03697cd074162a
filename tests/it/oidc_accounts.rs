//! Whose account somebody enters whom another service vouches for, and how they get on without a password.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::people::PASSWORD;

use super::oidc::*;

#[tokio::test]
async fn an_address_that_the_issuer_has_not_confirmed_opens_nothing() {
    let place = Place::new().await;
    let ada = place.served.person("ada").await;
    place.served.library.sql("UPDATE users SET email_verified_at = now()").await;
    for claims in [
        json!({"email_verified": false}),
        json!({"email_verified": null}),
        json!({"email": null}),
        json!({"email": "not an address"}),
        json!({"email": "new@example.org", "email_verified": false}),
    ] {
        place.issuer.says(claims.clone());
        let refused = place.sign_in().await;
        assert_eq!(failure(&refused).0, "FORBIDDEN", "{claims}");
    }
    assert_eq!((place.count("users").await, place.count("identities").await), ("1".to_owned(), "0".to_owned()));
    place.issuer.says(json!({"email": "ADA@Example.org"}));
    assert_eq!(user(&place.sign_in().await)["id"], *ada.id, "in any case");
}

#[tokio::test]
async fn a_confirmed_account_is_linked_and_keeps_all_that_it_has() {
    let place = Place::new().await;
    let ada = place.served.person("ada").await;
    place.served.library.sql("UPDATE users SET email_verified_at = now()").await;
    assert_eq!(user(&place.sign_in().await)["id"], *ada.id);
    let login = json!({"input": {"identifier": "ada", "password": PASSWORD}});
    assert_eq!(place.served.ask(None, LOGIN, login).await["data"]["login"]["user"]["id"], *ada.id, "the password too");
    let viewer = place.served.ask(Some(&ada.token), VIEWER, json!({})).await;
    assert_eq!(viewer["data"]["viewer"]["user"]["id"], *ada.id, "and the sign-ins");
    place.served.library.sql("UPDATE users SET is_active = false").await;
    assert_eq!(failure(&place.sign_in().await), ("FORBIDDEN", "This account has been deactivated."));
    place.served.library.sql("UPDATE users SET is_active = true, deleted_at = now()").await;
    assert_eq!(failure(&place.sign_in().await).0, "FORBIDDEN");
}

/// Somebody registers with another person's address and waits for them to come (Sudhodanan and Paverd, "Pre-hijacked
/// accounts", USENIX Security 2022).
#[tokio::test]
async fn whoever_registered_with_an_address_that_they_do_not_read_loses_the_account() {
    let place = Place::new().await;
    let squatter = place.served.person("ada").await;
    let key = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }";
    let input = json!({"input": {"name": "waiting", "scopes": ["CONVERSATIONS_READ"]}});
    let key = place.served.ask(Some(&squatter.token), key, input).await;
    let key = key["data"]["createApiKey"]["secret"].as_str().unwrap_or_else(|| panic!("{key}")).to_owned();
    let owner = place.sign_in().await;
    assert_eq!(user(&owner)["id"], *squatter.id);

    for token in [&squatter.token, &key] {
        assert_eq!(failure(&place.served.ask(Some(token), VIEWER, json!({})).await).0, "UNAUTHENTICATED");
    }
    let refresh = "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { user { id } } }";
    let input = json!({"input": {"refreshToken": squatter.refresh_token}});
    assert_eq!(failure(&place.served.ask(None, refresh, input).await).0, "UNAUTHENTICATED");
    let login = json!({"input": {"identifier": "ada", "password": PASSWORD}});
    assert_eq!(failure(&place.served.ask(None, LOGIN, login).await).0, "UNAUTHENTICATED");
    let token = owner["data"]["completeOidcSignIn"]["accessToken"].as_str().unwrap();
    let viewer = place.served.ask(Some(token), VIEWER, json!({})).await;
    assert_eq!(viewer["data"]["viewer"]["user"]["id"], *squatter.id);
    assert_eq!(place.served.library.text("email_verified_at IS NOT NULL FROM users").await.unwrap(), "true");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_as_well() {
    let place = Place::with(&[("SECOND_FACTOR_TRIES", "0")]).await;
    let ada = place.served.person("ada").await;
    let (device, codes) = super::second_factor::enrolled(&place.served, &ada).await;
    let refused = place.sign_in().await;
    assert_eq!(failure(&refused).0, "CONFLICT", "what protects an account is not taken off with an address: {refused}");
    place.served.library.sql("UPDATE users SET email_verified_at = now()").await;
    for code in [device.shows(&place.served, 0), codes[0].clone()] {
        let asked = place.sign_in().await;
        let extensions = &asked["errors"][0]["extensions"];
        assert_eq!(extensions["code"], "SECOND_FACTOR_REQUIRED", "{asked}");
        let complete = "mutation ($input: CompleteLoginInput!) { completeLogin(input: $input) { user { id } } }";
        let input = json!({"input": {"challenge": extensions["challenge"], "code": code}});
        let entered = place.served.ask(None, complete, input).await;
        assert_eq!(entered["data"]["completeLogin"]["user"]["id"], *ada.id, "{entered}");
    }
}

#[tokio::test]
async fn new_accounts_are_made_while_registration_is_open() {
    let place = Place::with(&[("REGISTRATION", "closed")]).await;
    let refused = place.sign_in().await;
    assert_eq!(failure(&refused).0, "FORBIDDEN", "{refused}");
    assert_eq!((place.count("users").await, place.count("identities").await), ("0".to_owned(), "0".to_owned()));
    place
        .served
        .library
        .sql(
            "INSERT INTO users (id, email, role, email_verified_at, created_at, updated_at) \
              VALUES (gen_random_uuid(), 'ada@example.org', 'PROFESSOR', now(), now(), now())",
        )
        .await;
    assert_eq!(user(&place.sign_in().await)["role"], "PROFESSOR", "whoever has one gets in");
}

#[tokio::test]
async fn roles_come_from_the_issuers_groups_where_that_is_configured() {
    let settings = [("OIDC_ROLES_CLAIM", "realm.roles"), ("OIDC_ROLES", "staff=PROFESSOR, root=ADMIN,lab=ANALYST")];
    let place = Place::with(&settings).await;
    let groups = |groups: Value| json!({"realm": {"roles": groups}});
    for (groups, role) in [
        (groups(json!(["lab", "others"])), "ANALYST"),
        (groups(json!("staff")), "PROFESSOR"),
        (groups(json!(["root", "lab"])), "ADMIN"),
        // The last administrator stays one.
        (groups(json!([])), "ADMIN"),
    ] {
        place.issuer.says(groups.clone());
        assert_eq!(user(&place.sign_in().await)["role"], role, "{groups}");
    }
    place.issuer.says(json!({"sub": "subject-2", "email": "root@example.org", "realm": {"roles": ["root"]}}));
    assert_eq!(user(&place.sign_in().await)["role"], "ADMIN");
    for nothing in [groups(json!(["ROOT", "admin"])), json!({}), groups(json!(7)), json!({"realm.roles": ["root"]})] {
        place.issuer.says(nothing.clone());
        assert_eq!(user(&place.sign_in().await)["role"], "MEMBER", "{nothing}");
    }
}

/// Somebody who came with another service: the account that was made, and its access token.
async fn newcomer(place: &Place) -> (String, String) {
    let entered = place.sign_in().await;
    let text = |path: &str| entered.pointer(path).unwrap().as_str().unwrap().to_owned();
    (text("/data/completeOidcSignIn/user/id"), text("/data/completeOidcSignIn/accessToken"))
}

const WAYS: &str = "{ viewer { hasPassword identities { id issuer email createdAt lastUsedAt } } }";
const UNLINK: &str =
    "mutation ($input: UnlinkIdentityInput!) { unlinkIdentity(input: $input) { identities { id issuer } } }";
const CHANGE: &str = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }";

#[tokio::test]
async fn whoever_has_no_password_proves_themselves_by_a_fresh_sign_in() {
    let place = Place::with(&[("APP_URL", "https://app.example.org")]).await;
    let (id, token) = newcomer(&place).await;
    let ask = async |token: &str, query: &str, input: Value| {
        place.served.ask(Some(token), query, json!({ "input": input })).await
    };
    let ways = place.served.ask(Some(&token), WAYS, json!({})).await;
    assert_eq!(ways["data"]["viewer"]["hasPassword"], false, "{ways}");
    let delete = "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId } }";
    let email = "mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { pendingEmail } }";
    place.served.library.app.clock.advance(TimeDelta::minutes(10) + TimeDelta::microseconds(1));
    let stale = "Please sign in again first: this takes a sign-in of the last ten minutes.";
    for (query, input) in [
        (delete, json!({})),
        (email, json!({"newEmail": "countess@example.org"})),
        (CHANGE, json!({"newPassword": "correct horse battery staple"})),
        (super::second_factor::BEGIN, json!({})),
    ] {
        assert_eq!(failure(&ask(&token, query, input.clone()).await), ("FORBIDDEN", stale), "{input}");
    }
    let (again, token) = newcomer(&place).await;
    assert_eq!(again, id);
    let asked = ask(&token, email, json!({"newEmail": "countess@example.org"})).await;
    assert_eq!(asked["data"]["changeEmail"]["pendingEmail"], "countess@example.org", "{asked}");
    // With a first password that one is what counts.
    let chosen = ask(&token, CHANGE, json!({"newPassword": "correct horse battery staple"})).await;
    assert_eq!(chosen["data"]["changePassword"]["user"]["id"], *id, "{chosen}");
    let refused = ask(&token, delete, json!({})).await;
    assert_eq!(failure(&refused), ("BAD_USER_INPUT", "Give your password."));
    assert_eq!(refused["errors"][0]["extensions"]["fields"][0]["path"], "input.password");
    let login = json!({"input": {"identifier": "ada@example.org", "password": "correct horse battery staple"}});
    assert_eq!(place.served.ask(None, LOGIN, login).await["data"]["login"]["user"]["id"], *id);
    let ways = place.served.ask(Some(&token), WAYS, json!({})).await;
    assert_eq!(ways["data"]["viewer"]["hasPassword"], true);
    let gone = ask(&token, delete, json!({"password": "correct horse battery staple"})).await;
    assert_eq!(gone["data"]["deleteAccount"]["deletedId"], *id, "{gone}");
}

#[tokio::test]
async fn a_service_is_listed_and_taken_off_unless_it_is_the_only_way_in() {
    let place = Place::new().await;
    let (_, token) = newcomer(&place).await;
    let ways = place.served.ask(Some(&token), WAYS, json!({})).await;
    let identities = &ways["data"]["viewer"]["identities"];
    let google = identities[0]["id"].as_str().unwrap_or_else(|| panic!("{ways}")).to_owned();
    let expected = json!([{"id": google, "issuer": place.issuer.url, "email": "ada@example.org",
        "createdAt": "2026-03-01T12:00:00+00:00", "lastUsedAt": "2026-03-01T12:00:00+00:00"}]);
    assert_eq!(identities, &expected);
    let unlink = async |token: Option<&str>| place.served.ask(token, UNLINK, json!({"input": {"id": google}})).await;
    let only = "This is the only way into your account. Choose a password first.";
    assert_eq!(failure(&unlink(Some(&token)).await), ("CONFLICT", only));
    let stranger = place.served.person("eve").await;
    assert_eq!(failure(&unlink(Some(&stranger.token)).await).0, "NOT_FOUND");
    let input = json!({"input": {"newPassword": "correct horse battery staple"}});
    let chosen = place.served.ask(Some(&token), CHANGE, input).await;
    assert_eq!(chosen.get("errors"), None, "{chosen}");
    // Of two at once one takes it off.
    let (one, two) = tokio::join!(unlink(Some(&token)), unlink(Some(&token)));
    let done = [&one, &two].into_iter().find(|answer| answer.get("errors").is_none());
    assert_eq!(done.unwrap()["data"]["unlinkIdentity"]["identities"], json!([]), "{one} {two}");
    let late = [&one, &two].into_iter().find(|answer| answer.get("errors").is_some());
    assert_eq!(failure(late.unwrap()).0, "NOT_FOUND", "{one} {two}");
    let trail = "string_agg(action || ' ' || coalesce(before->>'subject', after->>'subject'), ', ' ORDER BY id)
        FROM audit_events WHERE action LIKE 'identity.%'";
    let trail = place.served.library.text(trail).await.unwrap();
    assert_eq!(trail, "identity.linked subject-1, identity.unlinked subject-1");
    // The service vouches for the address still: it is linked anew, and the owner is told.
    let (_, token) = newcomer(&place).await;
    let letter = place.served.library.letter("identity_linked").await;
    assert_eq!(letter.to, "ada@example.org");
    assert!(letter.subject.ends_with("127.0.0.1"), "{}", letter.subject);
    let ways = place.served.ask(Some(&token), WAYS, json!({})).await;
    assert_ne!(ways["data"]["viewer"]["identities"][0]["id"], *google);
}
