//! E-mail addresses: confirmed by a link, and changed by one.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::letters::{Letter, names};
use super::support::people::PASSWORD;
use super::support::served::{Person, Served};

const VERIFY: &str =
    "mutation ($input: MailTokenInput!) { verifyEmail(input: $input) { email user { id emailVerifiedAt } } }";
const ASK: &str = "mutation { requestEmailVerification { user { id emailVerifiedAt } } }";
const CHANGE: &str = "mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { pendingEmail user { email emailVerifiedAt } } }";
const CONFIRM: &str =
    "mutation ($input: MailTokenInput!) { confirmEmailChange(input: $input) { email user { email emailVerifiedAt } } }";
const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) { user { id } } }";

fn refusal(answer: &Value) -> (&str, &str) {
    let error = &answer["errors"][0];
    let field = error["extensions"]["fields"][0]["path"].as_str().unwrap_or_default();
    (error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer}")), field)
}

fn token(token: &str) -> Value {
    json!({"input": {"token": token}})
}

impl Served {
    async fn move_to(&self, person: &Person, email: &str, password: &str) -> Value {
        let input = json!({"input": {"newEmail": email, "password": password}});
        self.ask(Some(&person.token), CHANGE, input).await
    }
}

#[tokio::test]
async fn an_address_is_confirmed_by_its_link_once() {
    let served = Served::new().await;
    served.person("ada").await;
    let bob = served.person("bob").await;
    served.person("carol").await;
    let letters = served.library.letters().await;
    let expected = ["ada", "bob", "carol"].map(|name| (format!("{name}@example.org"), "verify_email".to_owned()));
    assert_eq!(letters.iter().map(|letter| (letter.to.clone(), letter.name.clone())).collect::<Vec<_>>(), expected);
    let links: Vec<String> = letters.iter().map(Letter::token).collect();
    // A link alone shows nothing of the account, whoever else opens it.
    let verified = served.ask(Some(&bob.token), VERIFY, token(&links[0])).await;
    assert_eq!(verified, json!({"data": {"verifyEmail": {"email": "ada@example.org", "user": null}}}));
    assert_eq!(refusal(&served.ask(None, VERIFY, token(&links[0])).await), ("CONFLICT", "input.token"));

    served.library.app.clock.advance(TimeDelta::hours(24) - TimeDelta::microseconds(1));
    let verified = served.ask(None, VERIFY, token(&links[1])).await;
    assert_eq!(verified["data"]["verifyEmail"]["email"], "bob@example.org", "{verified}");
    let at = "email_verified_at = '2026-03-02T11:59:59.999999Z' FROM users WHERE username = 'bob'";
    assert_eq!(served.library.text(at).await.unwrap(), "true");
    served.library.app.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(refusal(&served.ask(None, VERIFY, token(&links[2])).await), ("NOT_FOUND", "input.token"), "after a day");
}

#[tokio::test]
async fn another_link_can_be_asked_for_until_the_address_is_confirmed() {
    let served = Served::with(&[("RATE_LIMIT_MAIL", "2")]).await;
    let ada = served.person("ada").await;
    let first = served.library.letter("verify_email").await.token();
    assert_eq!(refusal(&served.ask(None, ASK, json!({})).await).0, "UNAUTHENTICATED");
    let asked = served.ask(Some(&ada.token), ASK, json!({})).await;
    assert_eq!(asked, json!({"data": {"requestEmailVerification": {"user": {"id": ada.id, "emailVerifiedAt": null}}}}));
    let second = served.library.letter("verify_email").await.token();
    assert_eq!(refusal(&served.ask(None, VERIFY, token(&first)).await).0, "NOT_FOUND", "a newer one was sent");
    served.ask(Some(&ada.token), ASK, json!({})).await;
    assert_eq!(refusal(&served.ask(Some(&ada.token), ASK, json!({})).await).0, "RATE_LIMITED");
    assert_eq!(refusal(&served.ask(None, VERIFY, token(&second)).await).0, "NOT_FOUND");
    let third = served.library.letter("verify_email").await.token();
    let verified = served.ask(Some(&ada.token), VERIFY, token(&third)).await;
    let user = json!({"id": ada.id, "emailVerifiedAt": "2026-03-01T12:00:00+00:00"});
    assert_eq!(verified["data"]["verifyEmail"]["user"], user, "{verified}");
    assert_eq!(refusal(&served.ask(Some(&ada.token), ASK, json!({})).await).0, "CONFLICT");
}

#[tokio::test]
async fn what_costs_can_be_kept_for_confirmed_addresses() {
    let served = Served::with(&[("REQUIRE_VERIFIED_EMAIL", "true")]).await;
    let ada = served.person("ada").await;
    let create =
        "mutation ($input: CreateConversationInput!) { createConversation(input: $input) { conversation { id } } }";
    let created = served.ask(Some(&ada.token), create, json!({"input": {"title": "plans"}})).await;
    assert_eq!(created.get("errors"), None, "what costs nothing is open");
    let send = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }";
    let ask = "mutation ($input: AskInput!) { ask(input: $input) { generation { id } } }";
    let upload = "mutation ($files: [Upload!]!) { uploadDocuments(input: {files: $files}) { documents { id } } }";
    let tries = async || {
        [
            served.ask(Some(&ada.token), send, json!({"input": {"text": "hello"}})).await,
            served.ask(Some(&ada.token), ask, json!({"input": {"question": "hello?"}})).await,
            served.upload(Some(&ada.token), upload, "a file").await,
        ]
    };
    for refused in tries().await {
        assert_eq!(refusal(&refused).0, "FORBIDDEN", "{refused}");
        let message = "Please confirm your e-mail address first: open the link that was sent to you.";
        assert_eq!(refused["errors"][0]["message"], message);
    }
    let link = served.library.letter("verify_email").await.token();
    assert_eq!(served.ask(None, VERIFY, token(&link)).await.get("errors"), None);
    for taken in tries().await {
        assert_eq!(taken.get("errors"), None, "{taken}");
    }
}

#[tokio::test]
async fn an_address_is_changed_when_the_new_one_says_so() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    served.person("bob").await;
    let old_link = served.library.letters().await[0].token();
    assert_eq!(
        refusal(&served.ask(None, CHANGE, json!({"input": {"newEmail": "a@b.org", "password": "x"}})).await).0,
        "UNAUTHENTICATED"
    );
    for (email, password, expected) in [
        ("not an address", PASSWORD, ("BAD_USER_INPUT", "input.newEmail")),
        ("ada@example.org", PASSWORD, ("BAD_USER_INPUT", "input.newEmail")),
        ("new@example.org", "a guess", ("BAD_USER_INPUT", "input.password")),
        ("BOB@example.org", PASSWORD, ("CONFLICT", "input.newEmail")),
    ] {
        assert_eq!(refusal(&served.move_to(&ada, email, password).await), expected, "{email}");
    }
    assert_eq!(served.library.letters().await.len(), 0);

    let asked = served.move_to(&ada, "new@example.org", PASSWORD).await;
    let pending =
        json!({"pendingEmail": "new@example.org", "user": {"email": "ada@example.org", "emailVerifiedAt": null}});
    assert_eq!(asked["data"]["changeEmail"], pending, "{asked}");
    let letters = served.library.letters().await;
    assert_eq!(names(&letters), [("ada@example.org", "email_change_asked"), ("new@example.org", "confirm_new_email")]);
    assert!(letters[0].text.contains("new@example.org"), "{}", letters[0].text);
    assert!(!letters[0].text.contains("elm_"), "the old address gets no link");
    let link = letters[1].token();

    served.library.app.clock.advance(TimeDelta::minutes(5));
    let confirmed = served.ask(Some(&ada.token), CONFIRM, token(&link)).await;
    let user = json!({"email": "new@example.org", "emailVerifiedAt": "2026-03-01T12:05:00+00:00"});
    assert_eq!(
        confirmed["data"]["confirmEmailChange"],
        json!({"email": "new@example.org", "user": user}),
        "{confirmed}"
    );
    assert_eq!(refusal(&served.ask(None, CONFIRM, token(&link)).await), ("CONFLICT", "input.token"));
    assert_eq!(refusal(&served.ask(None, VERIFY, token(&old_link)).await).0, "NOT_FOUND", "a link to the old address");
    assert_eq!(names(&served.library.letters().await), [("ada@example.org", "email_changed")]);
    let login = |name: &str| json!({"input": {"identifier": name, "password": PASSWORD}});
    assert_eq!(refusal(&served.ask(None, LOGIN, login("ada@example.org")).await).0, "UNAUTHENTICATED");
    assert_eq!(served.ask(None, LOGIN, login("new@example.org")).await["data"]["login"]["user"]["id"], *ada.id);
}

#[tokio::test]
async fn a_change_of_address_loses_to_whoever_has_it_first_and_to_a_new_password() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    served.library.letters().await;
    served.move_to(&ada, "wanted@example.org", PASSWORD).await;
    let link = served.library.letter("confirm_new_email").await.token();
    served.person("wanted").await;
    assert_eq!(refusal(&served.ask(None, CONFIRM, token(&link)).await).0, "CONFLICT");
    let email = "email FROM users WHERE username = 'ada'";
    assert_eq!(served.library.text(email).await.unwrap(), "ada@example.org");

    served.move_to(&ada, "thiefs@example.org", PASSWORD).await;
    let link = served.library.letter("confirm_new_email").await.token();
    let change = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }";
    let input = json!({"input": {"currentPassword": PASSWORD, "newPassword": "seven orange herons"}});
    assert_eq!(served.ask(Some(&ada.token), change, input).await.get("errors"), None);
    assert_eq!(refusal(&served.ask(None, CONFIRM, token(&link)).await).0, "NOT_FOUND");

    // In another spelling an address is one's own, and needs to be confirmed all the same.
    served.move_to(&ada, "Ada@Example.org", "seven orange herons").await;
    let link = served.library.letter("confirm_new_email").await.token();
    assert_eq!(served.ask(None, CONFIRM, token(&link)).await.get("errors"), None);
    assert_eq!(served.library.text(email).await.unwrap(), "Ada@Example.org");
}

#[tokio::test]
async fn without_mail_an_address_is_changed_at_once_and_is_not_confirmed() {
    let served = Served::with(&[("MAIL_URL", "none")]).await;
    let ada = served.person("ada").await;
    let changed = served.move_to(&ada, "new@example.org", PASSWORD).await;
    let now = json!({"pendingEmail": null, "user": {"email": "new@example.org", "emailVerifiedAt": null}});
    assert_eq!(changed["data"]["changeEmail"], now, "{changed}");
}
