//! The second factor as a client of the graph meets it: set up, asked for, used once, lost, taken off.

use chrono::TimeDelta;
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::support::people::PASSWORD;
use super::support::served::{Person, Served};

pub const BEGIN: &str =
    "mutation ($input: BeginTwoFactorInput!) { beginTwoFactor(input: $input) { secret otpauthUrl } }";
pub const CONFIRM: &str = "mutation ($input: ConfirmTwoFactorInput!) { confirmTwoFactor(input: $input) {
    user { id twoFactorEnabled } recoveryCodes } }";
pub const DISABLE: &str = "mutation ($input: DisableTwoFactorInput!) { disableTwoFactor(input: $input) {
    user { id twoFactorEnabled } } }";
pub const REGENERATE: &str =
    "mutation ($input: RegenerateRecoveryCodesInput!) { regenerateRecoveryCodes(input: $input) {
    user { id } recoveryCodes } }";
pub const LOGIN: &str =
    "mutation ($input: LoginInput!) { login(input: $input) { accessToken refreshToken user { id } } }";
pub const COMPLETE: &str = "mutation ($input: CompleteLoginInput!) { completeLogin(input: $input) {
    accessToken refreshToken user { id } } }";
pub const VIEWER: &str = "{ viewer { user { id twoFactorEnabled } recoveryCodesLeft } }";

/// An authenticator app with one account in it.
pub struct Device(pub Totp);

impl Device {
    pub fn new(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).unwrap().as_bytes().to_vec();
        let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(secret).with_account_name("ada").build();
        Self(totp.unwrap())
    }

    /// What it shows; `late` seconds later.
    pub fn shows(&self, served: &Served, late: i64) -> String {
        let time = served.library.app.clock.now().timestamp() + late;
        self.0.generate(time.try_into().unwrap()).to_string()
    }

    /// Six digits that it shows neither now nor a step before or after.
    pub fn never_shows(&self, served: &Served) -> String {
        let near = [self.shows(served, -30), self.shows(served, 0), self.shows(served, 30)];
        ["000000", "111111", "222222", "333333"]
            .into_iter()
            .find(|code| !near.iter().any(|one| one == code))
            .unwrap()
            .to_owned()
    }
}

pub async fn server() -> Served {
    Served::with(&[("SECOND_FACTOR_TRIES", "0")]).await
}

/// Turns the second factor on for somebody, and lets a step pass so that a code is fresh.
pub async fn enrolled(served: &Served, person: &Person) -> (Device, Vec<String>) {
    let begun = served.ask(Some(&person.token), BEGIN, json!({"input": {"password": PASSWORD}})).await;
    let secret = begun["data"]["beginTwoFactor"]["secret"].as_str().unwrap_or_else(|| panic!("{begun}"));
    let device = Device::new(secret);
    let input = json!({"input": {"code": device.shows(served, 0)}});
    let confirmed = served.ask(Some(&person.token), CONFIRM, input).await;
    let codes =
        confirmed["data"]["confirmTwoFactor"]["recoveryCodes"].as_array().unwrap_or_else(|| panic!("{confirmed}"));
    let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    served.library.app.clock.advance(TimeDelta::seconds(30));
    (device, codes)
}

pub async fn login(served: &Served, name: &str, password: &str) -> Value {
    served.ask(None, LOGIN, json!({"input": {"identifier": name, "password": password}})).await
}

/// Signs in with the password, as far as that goes.
pub async fn challenge(served: &Served, name: &str) -> String {
    let asked = login(served, name, PASSWORD).await;
    let extensions = &asked["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "SECOND_FACTOR_REQUIRED", "{asked}");
    extensions["challenge"].as_str().unwrap().to_owned()
}

pub async fn complete(served: &Served, challenge: &str, code: &str) -> Value {
    served.ask(None, COMPLETE, json!({"input": {"challenge": challenge, "code": code}})).await
}

/// Code, message and fields of the only failure.
pub fn failure(answer: &Value) -> (&str, &str, Option<&str>) {
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no failure: {answer}"));
    assert_eq!(errors.len(), 1, "{answer}");
    let extensions = &errors[0]["extensions"];
    let field = extensions["fields"][0]["path"].as_str();
    (extensions["code"].as_str().unwrap(), errors[0]["message"].as_str().unwrap(), field)
}

pub const WRONG: (&str, &str, Option<&str>) =
    ("BAD_USER_INPUT", "This code is wrong, or was used already.", Some("input.code"));
pub const ENDED: (&str, &str, Option<&str>) =
    ("UNAUTHENTICATED", "This sign-in has run out. Please sign in again.", None);

#[tokio::test]
async fn it_is_set_up_asked_for_and_taken_off_again() {
    let served = server().await;
    let ada = served.person("ada").await;
    let off =
        json!({"data": {"viewer": {"user": {"id": ada.id, "twoFactorEnabled": false}, "recoveryCodesLeft": null}}});
    assert_eq!(served.ask(Some(&ada.token), VIEWER, json!({})).await, off);

    let begun = served.ask(Some(&ada.token), BEGIN, json!({"input": {"password": PASSWORD}})).await;
    let begun = &begun["data"]["beginTwoFactor"];
    let secret = begun["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32, "160 bits in base 32");
    let url = format!("otpauth://totp/Elenchus:ada%40example.org?secret={secret}&issuer=Elenchus");
    assert_eq!(begun["otpauthUrl"], url);
    assert_eq!(served.ask(Some(&ada.token), VIEWER, json!({})).await, off, "until it is confirmed");
    assert_eq!(login(&served, "ada", PASSWORD).await["data"]["login"]["user"]["id"], *ada.id);

    let device = Device::new(secret);
    let wrong = json!({"input": {"code": device.never_shows(&served)}});
    let refused = served.ask(Some(&ada.token), CONFIRM, wrong).await;
    assert_eq!(failure(&refused).2, Some("input.code"));
    let input = json!({"input": {"code": device.shows(&served, 0)}});
    let confirmed = served.ask(Some(&ada.token), CONFIRM, input.clone()).await;
    let confirmed = &confirmed["data"]["confirmTwoFactor"];
    assert_eq!(confirmed["user"], json!({"id": ada.id, "twoFactorEnabled": true}));
    assert_eq!(confirmed["recoveryCodes"].as_array().unwrap().len(), 10);
    let on = json!({"data": {"viewer": {"user": {"id": ada.id, "twoFactorEnabled": true}, "recoveryCodesLeft": 10}}});
    assert_eq!(served.ask(Some(&ada.token), VIEWER, json!({})).await, on, "a sign-in that runs goes on");
    for (query, input) in [(BEGIN, json!({"input": {"password": PASSWORD}})), (CONFIRM, input)] {
        let refused = served.ask(Some(&ada.token), query, input).await;
        assert_eq!(failure(&refused).0, "CONFLICT", "{refused}");
    }

    let asked = login(&served, "ada", PASSWORD).await;
    assert_eq!(asked["data"], Value::Null);
    let error = &asked["errors"][0];
    assert_eq!(error["message"], "Please enter the code of your authenticator app, or one of your recovery codes.");
    assert_eq!(error["extensions"]["challengeExpiresAt"], "2026-03-01T12:05:00+00:00");
    let challenge = error["extensions"]["challenge"].as_str().unwrap();
    served.library.app.clock.advance(TimeDelta::seconds(30));
    let code = device.shows(&served, 0);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let entered = complete(&served, challenge, &spaced).await;
    assert_eq!(entered["data"]["completeLogin"]["user"]["id"], *ada.id, "{entered}");
    let token = entered["data"]["completeLogin"]["accessToken"].as_str().unwrap();
    assert_eq!(served.ask(Some(token), VIEWER, json!({})).await, on);

    served.library.app.clock.advance(TimeDelta::seconds(30));
    let input = json!({"input": {"password": PASSWORD, "code": device.shows(&served, 0)}});
    let disabled = served.ask(Some(token), DISABLE, input.clone()).await;
    assert_eq!(disabled["data"]["disableTwoFactor"]["user"], json!({"id": ada.id, "twoFactorEnabled": false}));
    assert_eq!(failure(&served.ask(Some(token), DISABLE, input).await).0, "CONFLICT");
    assert_eq!(login(&served, "ada", PASSWORD).await["data"]["login"]["user"]["id"], *ada.id);
    let trail = "string_agg(action || ' ' || (actor = account)::text, ', ' ORDER BY id) FROM audit_events \
                 WHERE action LIKE 'second_factor.%' OR action LIKE 'recovery_codes.%'";
    let trail = served.library.text(trail).await.unwrap();
    assert_eq!(trail, "second_factor.enabled true, second_factor.disabled true");
    let told = served.library.letters().await.into_iter().map(|letter| (letter.to, letter.name));
    let told: Vec<_> = told.filter(|(_, name)| name.starts_with("second_factor_")).collect();
    let expected = ["second_factor_disabled", "second_factor_enabled"];
    assert_eq!(told, expected.map(|name| ("ada@example.org".to_owned(), name.to_owned())));
    for table in ["second_factors", "recovery_codes", "sign_in_challenges"] {
        assert_eq!(served.library.text(&format!("count(*) FROM {table}")).await.unwrap(), "0", "{table}");
    }
}

#[tokio::test]
async fn a_code_opens_once_and_only_about_its_time() {
    let served = server().await;
    let ada = served.person("ada").await;
    let (device, _) = enrolled(&served, &ada).await;
    let try_code = async |code: &str| complete(&served, &challenge(&served, "ada").await, code).await;
    let code = device.shows(&served, 0);
    assert_eq!(try_code(&code).await["data"]["completeLogin"]["user"]["id"], *ada.id);
    assert_eq!(failure(&try_code(&code).await), WRONG, "used already");
    assert_eq!(failure(&try_code(&device.shows(&served, -30)).await), WRONG, "before one that was used");
    // A device whose clock is fast, and then one that is slow.
    let next = device.shows(&served, 30);
    assert_eq!(try_code(&next).await["data"]["completeLogin"]["user"]["id"], *ada.id);
    served.library.app.clock.advance(TimeDelta::seconds(30));
    assert_eq!(failure(&try_code(&next).await), WRONG, "used already, though of now");
    served.library.app.clock.advance(TimeDelta::seconds(60));
    assert_eq!(try_code(&device.shows(&served, -30)).await["data"]["completeLogin"]["user"]["id"], *ada.id);
    for late in [-60, 60] {
        assert_eq!(failure(&try_code(&device.shows(&served, late)).await), WRONG, "{late}");
    }
    for nonsense in ["", "12345", "1234567", "abcdef", "'; DROP TABLE users; --", &"9".repeat(10_000)] {
        assert_eq!(failure(&try_code(nonsense).await), WRONG, "{nonsense:.20}");
    }
    // Of many that come with one code at once, one gets in.
    served.library.app.clock.advance(TimeDelta::seconds(90));
    let code = device.shows(&served, 0);
    let mut challenges = Vec::new();
    for _ in 0..6 {
        challenges.push(challenge(&served, "ada").await);
    }
    let answers = futures::future::join_all(challenges.iter().map(|one| complete(&served, one, &code))).await;
    let entered = answers.iter().filter(|answer| answer["data"]["completeLogin"]["user"]["id"] == *ada.id).count();
    assert_eq!(entered, 1, "{answers:?}");
    assert!(answers.iter().filter(|answer| answer.get("errors").is_some()).all(|answer| failure(answer) == WRONG));
}

#[tokio::test]
async fn a_challenge_is_good_for_one_sign_in_five_tries_and_five_minutes() {
    let served = server().await;
    let ada = served.person("ada").await;
    let (device, _) = enrolled(&served, &ada).await;

    let used = challenge(&served, "ada").await;
    assert_eq!(
        complete(&served, &used, &device.shows(&served, 0)).await["data"]["completeLogin"]["user"]["id"],
        *ada.id
    );
    served.library.app.clock.advance(TimeDelta::seconds(30));
    assert_eq!(failure(&complete(&served, &used, &device.shows(&served, 0)).await), ENDED, "used");

    let tried = challenge(&served, "ada").await;
    let wrong = device.never_shows(&served);
    let answers = futures::future::join_all((0..8).map(|_| complete(&served, &tried, &wrong))).await;
    assert_eq!(answers.iter().filter(|answer| failure(answer) == WRONG).count(), 5, "however many come at once");
    assert_eq!(answers.iter().filter(|answer| failure(answer) == ENDED).count(), 3);
    assert_eq!(failure(&complete(&served, &tried, &device.shows(&served, 0)).await), ENDED, "out of tries");

    let late = challenge(&served, "ada").await;
    let early = challenge(&served, "ada").await;
    served.library.app.clock.advance(TimeDelta::minutes(5) - TimeDelta::microseconds(1));
    assert_eq!(
        complete(&served, &early, &device.shows(&served, 0)).await["data"]["completeLogin"]["user"]["id"],
        *ada.id
    );
    served.library.app.clock.advance(TimeDelta::seconds(30));
    assert_eq!(failure(&complete(&served, &late, &device.shows(&served, 0)).await), ENDED, "run out");

    let known = challenge(&served, "ada").await;
    for unknown in ["", "nonsense", &format!("elc_{}", "A".repeat(43)), &known[4..], &ada.token, &ada.refresh_token] {
        assert_eq!(failure(&complete(&served, unknown, &device.shows(&served, 0)).await), ENDED, "{unknown:.20}");
    }
    // A challenge opens nothing but the second step.
    let refused = served.ask(Some(&known), VIEWER, json!({})).await;
    assert_eq!(failure(&refused).0, "UNAUTHENTICATED");
    let refresh = "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { user { id } } }";
    let refused = served.ask(None, refresh, json!({"input": {"refreshToken": known}})).await;
    assert_eq!(failure(&refused).0, "UNAUTHENTICATED");
    // It is of one account: another's code does not answer it.
    let eve = served.person("eve").await;
    let (hers, _) = enrolled(&served, &eve).await;
    let of_ada = challenge(&served, "ada").await;
    let wrong = hers.shows(&served, 0);
    if wrong != device.shows(&served, 0) {
        assert_eq!(failure(&complete(&served, &of_ada, &wrong).await), WRONG);
    }
    // Whoever is shut out meanwhile stays out.
    served.library.sql("UPDATE users SET is_active = false WHERE username = 'ada'").await;
    assert_eq!(failure(&complete(&served, &of_ada, &device.shows(&served, 0)).await), ENDED);
}

#[tokio::test]
async fn recovery_codes_open_once_each_and_are_replaced_all_at_once() {
    let served = server().await;
    let ada = served.person("ada").await;
    let (device, codes) = enrolled(&served, &ada).await;
    assert_eq!(codes.len(), 10);
    let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
    assert_eq!(distinct.len(), 10);
    let kept = served.library.text("string_agg(encode(hash, 'hex'), ' ') FROM recovery_codes").await.unwrap();
    assert!(codes.iter().all(|code| !kept.contains(&code.replace('-', ""))), "kept as hashes");

    let try_code = async |code: &str| complete(&served, &challenge(&served, "ada").await, code).await;
    let entered = try_code(&codes[0].to_uppercase()).await;
    assert_eq!(entered["data"]["completeLogin"]["user"]["id"], *ada.id);
    assert_eq!(failure(&try_code(&codes[0]).await), WRONG, "used");
    assert_eq!(try_code(&codes[1].replace('-', "")).await["data"]["completeLogin"]["user"]["id"], *ada.id);
    let token = entered["data"]["completeLogin"]["accessToken"].as_str().unwrap();
    assert_eq!(served.ask(Some(token), VIEWER, json!({})).await["data"]["viewer"]["recoveryCodesLeft"], 8);

    let with = |password: &str, code: &str| json!({"input": {"password": password, "code": code}});
    let refused = served.ask(Some(token), REGENERATE, with("not the password", &codes[2])).await;
    assert_eq!(failure(&refused).2, Some("input.password"));
    let wrong = with(PASSWORD, &device.never_shows(&served));
    assert_eq!(failure(&served.ask(Some(token), REGENERATE, wrong).await), WRONG);
    let replaced = served.ask(Some(token), REGENERATE, with(PASSWORD, &device.shows(&served, 0))).await;
    let new =
        replaced["data"]["regenerateRecoveryCodes"]["recoveryCodes"].as_array().unwrap_or_else(|| panic!("{replaced}"));
    assert_eq!(new.len(), 10);
    assert_eq!(failure(&try_code(&codes[3]).await), WRONG, "of the set before");
    let new = new[9].as_str().unwrap();
    let disabled = served.ask(Some(token), DISABLE, with(PASSWORD, new)).await;
    assert_eq!(disabled["data"]["disableTwoFactor"]["user"]["twoFactorEnabled"], false, "{disabled}");
}
