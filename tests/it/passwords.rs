//! Passwords: forgotten ones, changed ones, and which are taken.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::letters::names;
use super::support::people::PASSWORD;
use super::support::served::{Person, Served};

const NEW: &str = "seven orange herons";
const FORGET: &str = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { email } }";
const RESET: &str = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { email } }";
const CHANGE: &str =
    "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id updatedAt } } }";
const LOGIN: &str =
    "mutation ($input: LoginInput!) { login(input: $input) { accessToken user { id emailVerifiedAt } } }";
const WHO: &str = "{ viewer { user { email } } }";

/// Code, message and the one field of a refusal.
fn refusal(answer: &Value) -> (&str, &str, &str) {
    let error = &answer["errors"][0];
    let field = error["extensions"]["fields"][0]["path"].as_str().unwrap_or_default();
    (
        error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer}")),
        error["message"].as_str().unwrap(),
        field,
    )
}

const UNKNOWN: (&str, &str, &str) =
    ("NOT_FOUND", "This link is not valid any more. Please ask for a new one.", "input.token");
const USED: (&str, &str, &str) = ("CONFLICT", "This link has been used already.", "input.token");

impl Served {
    async fn forget(&self, email: &str) -> Value {
        self.ask(None, FORGET, json!({"input": {"email": email}})).await
    }

    async fn reset(&self, token: &str, password: &str) -> Value {
        self.ask(None, RESET, json!({"input": {"token": token, "newPassword": password}})).await
    }

    async fn change(&self, person: &Person, present: &str, new: &str) -> Value {
        self.ask(Some(&person.token), CHANGE, json!({"input": {"currentPassword": present, "newPassword": new}})).await
    }

    async fn signs_in(&self, name: &str, password: &str) -> Value {
        self.ask(None, LOGIN, json!({"input": {"identifier": name, "password": password}})).await
    }

    /// Somebody who has read all mail so far.
    async fn reader(&self, name: &str) -> Person {
        let person = self.person(name).await;
        self.library.letters().await;
        person
    }
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_once() {
    let served = Served::new().await;
    let ada = served.reader("ada").await;
    assert_eq!(
        served.forget(" ADA@example.org").await,
        json!({"data": {"requestPasswordReset": {"email": " ADA@example.org"}}})
    );
    let letter = served.library.letter("reset_password").await;
    assert_eq!((letter.to.as_str(), letter.subject.as_str()), ("ada@example.org", "Choose a new password"));
    assert!(letter.text.contains("/reset-password?token=elm_"), "{}", letter.text);
    let token = letter.token();
    let kept = format!("count(*) FROM mail_tokens t, jobs j WHERE (t.*::text || j.*::text) LIKE '%{token}%'");
    assert_eq!(served.library.text(&kept).await.unwrap(), "0", "the token itself is stored nowhere");

    served.library.app.clock.advance(TimeDelta::minutes(59));
    let weak = served.reset(&token, "ada-2026").await;
    assert_eq!((refusal(&weak).0, refusal(&weak).2), ("BAD_USER_INPUT", "input.newPassword"), "{weak}");
    let reset = served.reset(&token, NEW).await;
    assert_eq!(reset, json!({"data": {"resetPassword": {"email": "ada@example.org"}}}));
    assert_eq!(refusal(&served.reset(&token, "nine yellow cranes").await), USED);

    assert_eq!(refusal(&served.ask(Some(&ada.token), WHO, json!({})).await).0, "UNAUTHENTICATED");
    let ended = "revoke_reason FROM login_sessions";
    assert_eq!(served.library.text(ended).await.unwrap(), "PASSWORD_CHANGED");
    assert_eq!(refusal(&served.signs_in("ada", PASSWORD).await).0, "UNAUTHENTICATED");
    let entered = served.signs_in("ada", NEW).await;
    assert_eq!(entered["data"]["login"]["user"]["emailVerifiedAt"], "2026-03-01T12:59:00+00:00", "the mail was read");
    let told = served.library.letter("password_changed").await;
    assert_eq!(told.to, "ada@example.org");
    assert!(told.text.contains("was changed on 1 March 2026, 12:59 (UTC)."), "{}", told.text);
}

#[tokio::test]
async fn asking_tells_nobody_who_has_an_account() {
    let served = Served::new().await;
    served.reader("ada").await;
    served.reader("shut").await;
    served.library.sql("UPDATE users SET is_active = false WHERE username = 'shut'").await;
    let queued = "string_agg(kind || state || attempts, ',' ORDER BY id) FROM jobs WHERE state = 'QUEUED'";
    let mut seen = Vec::new();
    for email in ["ada@example.org", "nobody@example.org", "shut@example.org"] {
        let answer = served.answer(None, FORGET, json!({"input": {"email": email}})).await;
        let statements = answer.headers.get("x-sql-statements").map(|value| value.to_str().unwrap().to_owned());
        let body = answer.body.to_string().replace(email, "…");
        seen.push((body, statements, served.library.text(queued).await));
        served.library.work_off().await;
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert_eq!(names(&served.library.letters().await), [("ada@example.org", "reset_password")]);
    let malformed = served.forget("not an address").await;
    assert_eq!(refusal(&malformed), ("BAD_USER_INPUT", "This is not an e-mail address.", "input.email"));
}

#[tokio::test]
async fn links_end_and_are_good_for_one_thing_and_one_account() {
    let served = Served::new().await;
    served.person("ada").await;
    let welcome = served.library.letter("verify_email").await.token();
    assert_eq!(refusal(&served.reset(&welcome, NEW).await), UNKNOWN, "of another purpose");
    for forged in ["", "elm_", "elr_AAAA", &format!("elm_{}", "A".repeat(43)), &"x".repeat(10_000)] {
        assert_eq!(refusal(&served.reset(forged, NEW).await), UNKNOWN, "{forged:.20}");
    }
    served.forget("ada@example.org").await;
    let first = served.library.letter("reset_password").await.token();
    served.forget("ada@example.org").await;
    let second = served.library.letter("reset_password").await.token();
    assert_eq!(refusal(&served.reset(&first, NEW).await), UNKNOWN, "a newer one was sent");
    served.library.app.clock.advance(TimeDelta::hours(1));
    assert_eq!(refusal(&served.reset(&second, NEW).await), UNKNOWN, "after its hour");

    served.forget("ada@example.org").await;
    let third = served.library.letter("reset_password").await.token();
    for shut in
        ["is_active = false", "is_active = true, deleted_at = now()", "deleted_at = NULL, email = 'else@example.org'"]
    {
        served.library.sql(&format!("UPDATE users SET {shut}")).await;
        assert_eq!(refusal(&served.reset(&third, NEW).await), UNKNOWN, "{shut}");
    }
    served.library.sql("UPDATE users SET email = 'ada@example.org'").await;
    let (one, other) = tokio::join!(served.reset(&third, NEW), served.reset(&third, "nine yellow cranes"));
    let (won, lost) = if one.get("errors").is_none() { (one, other) } else { (other, one) };
    assert_eq!(won["data"]["resetPassword"]["email"], "ada@example.org", "{won}");
    assert_eq!(refusal(&lost), USED);
}

#[tokio::test]
async fn so_many_mails_go_to_one_address_in_an_hour_whoever_has_it() {
    let served = Served::with(&[("RATE_LIMIT_MAIL", "2")]).await;
    served.reader("ada").await;
    for email in ["ada@example.org", "nobody@example.org"] {
        for _ in 0..2 {
            assert_eq!(served.forget(email).await.get("errors"), None);
        }
        let refused = served.forget(&email.to_uppercase()).await;
        let message = "Too many mails to this address. Please look for the last one, or wait a while.";
        assert_eq!(refusal(&refused), ("RATE_LIMITED", message, ""));
        assert!(refused["errors"][0]["extensions"]["retryAfterSeconds"].as_u64().unwrap() > 1700, "{refused}");
    }
}

#[tokio::test]
async fn whoever_tried_too_often_may_sign_in_with_the_new_password() {
    let served = Served::with(&[("SIGN_IN_TRIES", "2")]).await;
    served.reader("ada").await;
    for _ in 0..2 {
        assert_eq!(refusal(&served.signs_in("ada", "wrong password").await).0, "UNAUTHENTICATED");
    }
    assert_eq!(refusal(&served.signs_in("ada", PASSWORD).await).0, "RATE_LIMITED");
    served.forget("ada@example.org").await;
    let token = served.library.letter("reset_password").await.token();
    assert_eq!(served.reset(&token, NEW).await.get("errors"), None);
    assert_eq!(served.signs_in("ada", NEW).await.get("errors"), None);
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sign_ins() {
    let served = Served::new().await;
    let ada = served.reader("ada").await;
    let bob = served.reader("bob").await;
    let other = served.signs_in("ada", PASSWORD).await["data"]["login"]["accessToken"].as_str().unwrap().to_owned();
    served.forget("ada@example.org").await;
    let link = served.library.letter("reset_password").await.token();

    assert_eq!(
        refusal(&served.ask(None, CHANGE, json!({"input": {"currentPassword": PASSWORD, "newPassword": NEW}})).await).0,
        "UNAUTHENTICATED"
    );
    let wrong = served.change(&ada, "not my password", NEW).await;
    assert_eq!(refusal(&wrong), ("BAD_USER_INPUT", "This is not your password.", "input.currentPassword"));
    let weak = served.change(&ada, PASSWORD, "password1").await;
    let common = "This is one of the first passwords that anybody tries.";
    assert_eq!(refusal(&weak), ("BAD_USER_INPUT", common, "input.newPassword"));
    served.library.app.clock.advance(TimeDelta::minutes(1));
    let changed = served.change(&ada, PASSWORD, NEW).await;
    let user = json!({"id": ada.id, "updatedAt": "2026-03-01T12:01:00+00:00"});
    assert_eq!(changed, json!({"data": {"changePassword": {"user": user}}}));

    let email = |answer: Value| answer["data"]["viewer"]["user"]["email"].clone();
    assert_eq!(email(served.ask(Some(&ada.token), WHO, json!({})).await), "ada@example.org", "this sign-in goes on");
    assert_eq!(email(served.ask(Some(&bob.token), WHO, json!({})).await), "bob@example.org");
    assert_eq!(refusal(&served.ask(Some(&other), WHO, json!({})).await).0, "UNAUTHENTICATED");
    assert_eq!(refusal(&served.reset(&link, "nine yellow cranes").await), UNKNOWN, "a link under way is void");
    assert_eq!(refusal(&served.signs_in("ada", PASSWORD).await).0, "UNAUTHENTICATED");
    assert_eq!(served.signs_in("ada", NEW).await.get("errors"), None);
    assert_eq!(names(&served.library.letters().await), [("ada@example.org", "password_changed")]);
}

#[tokio::test]
async fn guesses_at_a_password_are_limited_inside_as_they_are_outside() {
    let served = Served::with(&[("SIGN_IN_TRIES", "3")]).await;
    let ada = served.reader("ada").await;
    for _ in 0..3 {
        assert_eq!(refusal(&served.change(&ada, "a guess", NEW).await).0, "BAD_USER_INPUT");
    }
    assert_eq!(refusal(&served.change(&ada, PASSWORD, NEW).await).0, "RATE_LIMITED");
}

#[tokio::test]
async fn registration_helps_to_find_a_better_password() {
    let served = Served::new().await;
    let register = "mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }";
    let with = |password: &str| json!({"input": {"email": "grace.hopper@example.org", "fullName": "Grace Hopper", "password": password}});
    let refused = served.ask(None, register, with("hopper1906")).await;
    let fields = &refused["errors"][0]["extensions"]["fields"];
    assert_eq!(fields.as_array().unwrap().len(), 1, "{refused}");
    assert_eq!(fields[0]["path"], "input.password");
    let said = fields[0]["message"].as_str().unwrap();
    assert!(said.starts_with("This password is too easy to guess. ") && said.len() > 60, "{said}");
    assert_eq!(served.ask(None, register, with("eine lange Kette aus Wörtern")).await.get("errors"), None);

    let easy = Served::with(&[("PASSWORD_MIN_SCORE", "0")]).await;
    assert_eq!(easy.ask(None, register, with("hopper1906")).await.get("errors"), None);
}
