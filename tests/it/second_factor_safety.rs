//! What the second factor keeps out: open windows, guesses, whoever reads the database; and who may take it off.

use base64::Engine as _;
use elenchus::domain::users::second_factor::step_of;
use secrecy::{ExposeSecret as _, SecretSlice};
use serde_json::{Value, json};

use super::support::people::PASSWORD;
use super::support::served::Served;

use super::second_factor::*;

#[tokio::test]
async fn whoever_finds_an_open_window_can_change_nothing() {
    let served = server().await;
    let ada = served.person("ada").await;
    for password in [json!("not the password"), json!(""), Value::Null] {
        let refused = served.ask(Some(&ada.token), BEGIN, json!({"input": {"password": password}})).await;
        assert_eq!(failure(&refused).2, Some("input.password"), "{refused}");
    }
    let refused = served.ask(Some(&ada.token), CONFIRM, json!({"input": {"code": "123456"}})).await;
    assert_eq!(failure(&refused).0, "CONFLICT", "nothing was begun");
    let (device, codes) = enrolled(&served, &ada).await;
    let code = device.shows(&served, 0);
    for (password, code, field) in [
        ("not the password", code.as_str(), "input.password"),
        (PASSWORD, "000000x", "input.code"),
        ("", &codes[0], "input.password"),
    ] {
        let input = json!({"input": {"password": password, "code": code}});
        let refused = served.ask(Some(&ada.token), DISABLE, input).await;
        assert_eq!(failure(&refused).2, Some(field), "{refused}");
    }
    // Nobody in particular is told nothing, with the right password and code too.
    let good = json!({"input": {"password": PASSWORD, "code": code}});
    for (query, input) in [
        (BEGIN, json!({"input": {"password": PASSWORD}})),
        (CONFIRM, json!({"input": {"code": code}})),
        (DISABLE, good.clone()),
        (REGENERATE, good),
    ] {
        assert_eq!(failure(&served.ask(None, query, input).await).0, "UNAUTHENTICATED");
    }
    // The wrong password is refused as ever, and says nothing of a second factor.
    let wrong = login(&served, "ada", "not the password").await;
    assert_eq!(failure(&wrong), ("UNAUTHENTICATED", "E-mail, username or password is wrong.", None));
    assert_eq!(wrong["errors"][0]["extensions"], json!({"code": "UNAUTHENTICATED"}));
}

#[tokio::test]
async fn wrong_codes_are_counted_by_account_whatever_the_challenge() {
    let served = Served::with(&[("SECOND_FACTOR_TRIES", "6")]).await;
    let ada = served.person("ada").await;
    let (device, codes) = enrolled(&served, &ada).await;
    let wrong = device.never_shows(&served);
    for _ in 0..6 {
        assert_eq!(failure(&complete(&served, &challenge(&served, "ada").await, &wrong).await), WRONG);
    }
    for code in [&device.shows(&served, 0), &codes[0]] {
        let refused = complete(&served, &challenge(&served, "ada").await, code).await;
        assert_eq!(failure(&refused).0, "RATE_LIMITED", "even the right one");
        assert!(refused["errors"][0]["extensions"]["retryAfterSeconds"].as_u64().unwrap() > 60);
    }
    let input = json!({"input": {"password": PASSWORD, "code": device.shows(&served, 0)}});
    assert_eq!(failure(&served.ask(Some(&ada.token), DISABLE, input).await).0, "RATE_LIMITED", "there neither");
    // Others go on.
    let eve = served.person("eve").await;
    let (hers, _) = enrolled(&served, &eve).await;
    let entered = complete(&served, &challenge(&served, "eve").await, &hers.shows(&served, 0)).await;
    assert_eq!(entered["data"]["completeLogin"]["user"]["id"], *eve.id);
}

#[tokio::test]
async fn a_role_may_have_to_set_one_up_first() {
    let served = Served::with(&[("REQUIRE_SECOND_FACTOR_FOR", "ADMIN, ANALYST"), ("SECOND_FACTOR_TRIES", "0")]).await;
    let ada = served.person("ada").await;
    let conversations = "{ viewer { conversations { totalCount } } }";
    assert_eq!(served.ask(Some(&ada.token), conversations, json!({})).await.get("errors"), None, "a MEMBER need not");
    served.library.sql("UPDATE users SET role = 'ADMIN' WHERE username = 'ada'").await;

    let refused = served.ask(Some(&ada.token), conversations, json!({})).await;
    let expected = ("SECOND_FACTOR_SETUP_REQUIRED", "Your role takes a second factor. Please set one up first.", None);
    assert_eq!(failure(&refused), expected);
    let secret = "query ($id: ID!) { node(id: $id) { id } }";
    assert_eq!(failure(&served.ask(Some(&ada.token), secret, json!({"id": ada.id})).await), expected);
    let bob = served.person("bob").await;
    assert_eq!(
        failure(&served.ask(Some(&ada.token), secret, json!({"id": bob.id})).await),
        expected,
        "not as ADMIN either"
    );
    let upload = "mutation ($files: [Upload!]!) { uploadDocuments(input: {files: $files}) { documents { id } } }";
    assert_eq!(failure(&served.upload(Some(&ada.token), upload, "a file").await), expected);

    // One can see who one is, refresh and set it up.
    let me = "{ viewer { user { id twoFactorEnabled } } }";
    let seen = json!({"data": {"viewer": {"user": {"id": ada.id, "twoFactorEnabled": false}}}});
    assert_eq!(served.ask(Some(&ada.token), me, json!({})).await, seen);
    let (device, _) = enrolled(&served, &ada).await;
    assert_eq!(served.ask(Some(&ada.token), conversations, json!({})).await.get("errors"), None);
    let found = served.ask(Some(&ada.token), secret, json!({"id": bob.id})).await;
    assert_eq!(found["data"]["node"]["id"], *bob.id, "{found}");
    // Taken off again, it is as before.
    let input = json!({"input": {"password": PASSWORD, "code": device.shows(&served, 0)}});
    assert_eq!(served.ask(Some(&ada.token), DISABLE, input).await.get("errors"), None);
    assert_eq!(failure(&served.ask(Some(&ada.token), conversations, json!({})).await), expected);
    let logout = "mutation { logout { user { id } } }";
    assert_eq!(served.ask(Some(&ada.token), logout, json!({})).await["data"]["logout"]["user"]["id"], *ada.id);
}

#[tokio::test]
async fn nothing_of_it_lies_open_in_the_database() {
    let served = server().await;
    let ada = served.person("ada").await;
    let (device, codes) = enrolled(&served, &ada).await;
    let challenge = challenge(&served, "ada").await;
    let raw = device.0.secret().as_bytes().to_vec();
    let code = device.shows(&served, 0);
    let sealed = served.library.text("encode(sealed_secret, 'hex') FROM second_factors").await.unwrap();
    let sealed = hex::decode(sealed).unwrap();
    assert!(!sealed.windows(4).any(|part| raw.windows(4).any(|plain| part == plain)));
    let secret: SecretSlice<u8> = raw.into();
    assert!(step_of(&secret, &code.as_str().into(), served.library.app.clock.now()).unwrap().is_some());
    let dump = served
        .library
        .text("string_agg(t::text, ' ') FROM (SELECT c::text AS t FROM sign_in_challenges c UNION ALL SELECT r::text FROM recovery_codes r)")
        .await
        .unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&challenge["elc_".len()..]).unwrap();
    assert!(!dump.contains(&challenge[4..]) && !dump.contains(&hex::encode(bytes)));
    assert!(codes.iter().all(|code| !dump.contains(code.as_str())));
    assert!(secret.expose_secret().len() == 20);
}

/// Whoever runs the server helps somebody who has lost everything.
#[tokio::test]
async fn an_operator_takes_it_off() {
    let served = server().await;
    let ada = served.person("ada").await;
    enrolled(&served, &ada).await;
    challenge(&served, "ada").await;
    let url = served.library.database.url.clone();
    let run = move |email: &str| {
        let folder = tempfile::tempdir().unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_elenchus"))
            .args(["admin", "reset-second-factor", email])
            .env_clear()
            .envs([("DATABASE_URL", url.as_str()), ("LOG_LEVEL", "off"), ("EMBEDDING_MODEL", "none")])
            .env("DATA_DIR", folder.path())
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let (first, again, unknown) = tokio::task::spawn_blocking(move || {
        (run("ADA@example.org"), run("ada@example.org"), run("nobody@example.org"))
    })
    .await
    .unwrap();
    assert_eq!(first, (true, "ada@example.org signs in without a second factor.\n".to_owned(), String::new()));
    let by = "actor FROM audit_events WHERE action = 'second_factor.disabled' ORDER BY id LIMIT 1";
    assert_eq!(served.library.text(by).await.unwrap(), "system");
    assert_eq!(again, (true, "ada@example.org had no second factor.\n".to_owned(), String::new()));
    assert!(!unknown.0 && unknown.2.starts_with("elenchus: "), "{unknown:?}");
    assert_eq!(login(&served, "ada", PASSWORD).await["data"]["login"]["user"]["id"], *ada.id);
    let off = served.ask(Some(&ada.token), VIEWER, json!({})).await;
    assert_eq!(off["data"]["viewer"]["user"]["twoFactorEnabled"], false);
}
