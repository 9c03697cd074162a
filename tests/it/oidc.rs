//! Signing in with another service, against an issuer on this machine: who gets in, as whom, and what is refused.

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::support::oidc::{CLIENT_ID, CLIENT_SECRET, Issuer, Mood};
use super::support::served::Served;

pub const PAGE: &str = "https://app.example.org/signed-in";
pub const OTHER_PAGE: &str = "http://localhost:3000/back";
pub const BEGIN: &str = "mutation ($input: BeginOidcSignInInput!) { beginOidcSignIn(input: $input) {
    authorizationUrl proof expiresAt } }";
pub const COMPLETE: &str = "mutation ($input: CompleteOidcSignInInput!) { completeOidcSignIn(input: $input) {
    accessToken refreshToken user { id email fullName role } } }";
pub const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) { user { id } } }";
pub const VIEWER: &str = "{ viewer { user { id email } } }";

/// A server with an issuer.
pub struct Place {
    pub served: Served,
    pub issuer: Issuer,
}

/// Somebody on their way: what the program keeps, and what comes back with the browser.
#[derive(Debug, Clone)]
pub struct Underway {
    pub state: String,
    pub code: String,
    pub proof: String,
}

impl Underway {
    fn input(&self) -> Value {
        json!({"input": {"state": self.state, "code": self.code, "proof": self.proof}})
    }
}

impl Place {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let (listener, url) = Issuer::address().await;
        let pages = format!("{PAGE}, {OTHER_PAGE}");
        let given = [
            ("GOOGLE_CLIENT_ID", CLIENT_ID),
            ("GOOGLE_CLIENT_SECRET", CLIENT_SECRET),
            ("OIDC_ISSUER", url.as_str()),
            ("OIDC_REDIRECT_URLS", pages.as_str()),
        ];
        let served = Served::with(&[&given, settings].concat()).await;
        let issuer = Issuer::on(listener, served.library.app.clock.clone());
        Self { served, issuer }
    }

    pub async fn begin(&self) -> Value {
        self.served.ask(None, BEGIN, json!({"input": {}})).await
    }

    /// To the issuer and back.
    pub async fn underway(&self) -> Underway {
        let begun = self.begin().await;
        let begun = &begun["data"]["beginOidcSignIn"];
        let url = begun["authorizationUrl"].as_str().unwrap_or_else(|| panic!("{begun}"));
        let back = self.issuer.visit(url).await;
        assert_eq!(back.page, PAGE);
        Underway { state: back.state, code: back.code, proof: begun["proof"].as_str().unwrap().to_owned() }
    }

    pub async fn complete(&self, underway: &Underway) -> Value {
        self.served.ask(None, COMPLETE, underway.input()).await
    }

    /// The whole way.
    pub async fn sign_in(&self) -> Value {
        self.complete(&self.underway().await).await
    }

    pub async fn count(&self, table: &str) -> String {
        self.served.library.text(&format!("count(*) FROM {table}")).await.unwrap()
    }
}

pub fn user(answer: &Value) -> &Value {
    let user = &answer["data"]["completeOidcSignIn"]["user"];
    assert!(user.is_object(), "{answer}");
    user
}

/// Code and message of the only failure.
pub fn failure(answer: &Value) -> (&str, &str) {
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no failure: {answer}"));
    assert_eq!(errors.len(), 1, "{answer}");
    (errors[0]["extensions"]["code"].as_str().unwrap(), errors[0]["message"].as_str().unwrap())
}

pub const REFUSED: (&str, &str) = ("UNAUTHENTICATED", "This sign-in was refused. Please begin again.");
pub const AWAY: (&str, &str) =
    ("UPSTREAM_UNAVAILABLE", "The service that you sign in with does not answer right now. Please try again.");

#[tokio::test]
async fn a_new_person_gets_an_account_and_comes_back_to_it() {
    let place = Place::new().await;
    let begun = place.begin().await;
    let begun = &begun["data"]["beginOidcSignIn"];
    assert_eq!(begun["expiresAt"], "2026-03-01T12:10:00+00:00");
    let url = url::Url::parse(begun["authorizationUrl"].as_str().unwrap()).unwrap();
    assert_eq!(&url[..url::Position::AfterPath], format!("{}/authorize", place.issuer.url));
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let expected = [
        "response_type",
        "client_id",
        "state",
        "code_challenge",
        "code_challenge_method",
        "redirect_uri",
        "scope",
        "nonce",
    ];
    assert_eq!(names, expected);
    assert!(!url.as_str().contains(begun["proof"].as_str().unwrap()), "the proof stays with the program");

    let first = place.sign_in().await;
    let made = user(&first);
    assert_eq!((&made["email"], &made["fullName"]), (&json!("ada@example.org"), &json!("Ada Lovelace")));
    assert_eq!(made["role"], "MEMBER");
    let token = first["data"]["completeOidcSignIn"]["accessToken"].as_str().unwrap();
    let viewer = place.served.ask(Some(token), VIEWER, json!({})).await;
    assert_eq!(viewer["data"]["viewer"]["user"], json!({"id": made["id"], "email": "ada@example.org"}));
    let row = "password_hash IS NULL AND email_verified_at = '2026-03-01T12:00:00Z' FROM users";
    assert_eq!(place.served.library.text(row).await.unwrap(), "true");

    // Known by the issuer's name for them, whatever their address is meanwhile, confirmed or not.
    place.issuer.says(json!({"email": "countess@example.org", "email_verified": false, "name": null}));
    let second = place.sign_in().await;
    assert_eq!(user(&second), made);
    assert_eq!((place.count("users").await, place.count("identities").await), ("1".to_owned(), "1".to_owned()));
    // Nobody signs in to that account with a password.
    let login = json!({"input": {"identifier": "ada@example.org", "password": ""}});
    assert_eq!(failure(&place.served.ask(None, LOGIN, login).await).0, "UNAUTHENTICATED");
    // Someone else with the same address at the issuer is somebody else, and the address is taken.
    place.issuer.says(json!({"sub": "subject-2"}));
    assert_eq!(user(&place.sign_in().await), made, "the issuer vouches for the address, which is confirmed here");
    assert_eq!((place.count("users").await, place.count("identities").await), ("1".to_owned(), "2".to_owned()));
    assert_eq!(place.count("oidc_attempts").await, "1", "the one that nobody came back from");
}

#[tokio::test]
async fn the_browser_comes_back_to_a_page_that_is_configured() {
    let place = Place::new().await;
    let begin = async |page: &str| place.served.ask(None, BEGIN, json!({"input": {"redirectUrl": page}})).await;
    let begun = begin(OTHER_PAGE).await;
    let begun = &begun["data"]["beginOidcSignIn"];
    let back = place.issuer.visit(begun["authorizationUrl"].as_str().unwrap()).await;
    assert_eq!(back.page, OTHER_PAGE);
    let proof = begun["proof"].as_str().unwrap().to_owned();
    user(&place.complete(&Underway { state: back.state, code: back.code, proof }).await);
    for page in
        ["https://evil.example/signed-in", "https://app.example.org/", &format!("{PAGE}/"), &format!("{PAGE}?x"), ""]
    {
        let refused = begin(page).await;
        assert_eq!(refused["errors"][0]["extensions"]["fields"][0]["path"], "input.redirectUrl", "{page}");
    }
    let served = Served::new().await;
    let refused = served.ask(None, BEGIN, json!({"input": {}})).await;
    assert_eq!(failure(&refused), ("FORBIDDEN", "One cannot sign in with another service here."));
    let input = json!({"input": {"state": "a", "code": "b", "proof": "c"}});
    assert_eq!(failure(&served.ask(None, COMPLETE, input).await).0, "FORBIDDEN");
}

#[tokio::test]
async fn an_answer_counts_once_for_the_program_that_began() {
    let place = Place::new().await;
    // Somebody else's answer, put under a browser that did not begin, or began something else.
    let (mine, theirs) = (place.underway().await, place.underway().await);
    for (state, code, proof) in [(&theirs.state, &theirs.code, &mine.proof), (&mine.state, &theirs.code, &theirs.proof)]
    {
        let mixed = Underway { state: state.clone(), code: code.clone(), proof: proof.clone() };
        assert_eq!(failure(&place.complete(&mixed).await), REFUSED);
    }
    // Both attempts are used up by that.
    for spent in [&mine, &theirs] {
        assert_eq!(failure(&place.complete(spent).await), REFUSED);
    }
    let again = place.underway().await;
    user(&place.complete(&again).await);
    assert_eq!(failure(&place.complete(&again).await), REFUSED, "the same answer once more");
    let other = place.underway().await;
    let replayed = Underway { code: again.code.clone(), ..other };
    assert_eq!(failure(&place.complete(&replayed).await), REFUSED, "a used code in a new attempt");
    // A code that was meant for another attempt: its verifier and nonce are others.
    let (one, two) = (place.underway().await, place.underway().await);
    let crossed = Underway { code: two.code, ..one };
    assert_eq!(failure(&place.complete(&crossed).await), REFUSED);

    let late = place.underway().await;
    let early = place.underway().await;
    place.served.library.app.clock.advance(TimeDelta::minutes(10) - TimeDelta::microseconds(1));
    user(&place.complete(&early).await);
    place.served.library.app.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(failure(&place.complete(&late).await), REFUSED, "ten minutes later");
    let huge = "x".repeat(50_000);
    for nonsense in ["", "nonsense", "'; --", &huge] {
        let given = Underway { state: nonsense.to_owned(), code: nonsense.to_owned(), proof: nonsense.to_owned() };
        assert_eq!(failure(&place.complete(&given).await), REFUSED, "{nonsense:.20}");
        let given = Underway { code: nonsense.to_owned(), ..place.underway().await };
        assert_eq!(failure(&place.complete(&given).await), REFUSED, "{nonsense:.20}");
    }
    // Of two that bring the same answer at once, one gets in.
    let twice = place.underway().await;
    let (a, b) = tokio::join!(place.complete(&twice), place.complete(&twice));
    assert_eq!([&a, &b].iter().filter(|answer| answer.get("errors").is_none()).count(), 1, "{a} {b}");
}

#[tokio::test]
async fn nothing_of_an_attempt_lies_open_in_the_database() {
    let place = Place::new().await;
    let begun = place.begin().await;
    let begun = &begun["data"]["beginOidcSignIn"];
    let url = url::Url::parse(begun["authorizationUrl"].as_str().unwrap()).unwrap();
    let dump = place.served.library.text("a::text FROM oidc_attempts a").await.unwrap();
    let mut secrets: Vec<String> = url
        .query_pairs()
        .filter(|(name, _)| ["state", "nonce", "code_challenge"].contains(&name.as_ref()))
        .map(|(_, value)| value.into_owned())
        .collect();
    secrets.push(begun["proof"].as_str().unwrap().to_owned());
    assert_eq!(secrets.len(), 4);
    for secret in secrets {
        assert!(!dump.contains(&secret) && !dump.contains(&hex::encode(&secret)), "{secret}");
    }
}

#[tokio::test]
async fn an_id_token_must_be_of_the_issuer_for_us_for_this_attempt_and_of_now() {
    let place = Place::new().await;
    let now = place.served.library.app.clock.now().timestamp();
    let said = [
        ("another nonce", json!({"nonce": "A".repeat(43)})),
        ("no nonce", json!({"nonce": null})),
        ("for another client", json!({"aud": "somebody-else", "azp": null})),
        ("for others too", json!({"aud": [CLIENT_ID, "somebody-else"]})),
        ("for nobody", json!({"aud": []})),
        ("made for another client, which passed it on", json!({"azp": "somebody-else"})),
        ("of another issuer", json!({"iss": "https://accounts.google.com"})),
        ("of the issuer with a slash", json!({"iss": format!("{}/", place.issuer.url)})),
        ("expired", json!({"exp": now - 60})),
        ("made in the future", json!({"iat": now + 61})),
        ("without an end", json!({"exp": null})),
        ("without a subject", json!({"sub": null})),
    ];
    for (what, claims) in said {
        place.issuer.says(claims);
        let refused = place.sign_in().await;
        let (code, _) = failure(&refused);
        // What cannot be read at all is a fault of the issuer's.
        let expected = if what.starts_with("without") { AWAY.0 } else { REFUSED.0 };
        assert_eq!(code, expected, "{what}: {refused}");
    }
    place.issuer.says(json!({}));
    let forged = [
        ("a key that is not the issuer's", Algorithm::RS256, Issuer::key(1)),
        ("our secret as key", Algorithm::HS256, EncodingKey::from_secret(CLIENT_SECRET.as_bytes())),
        ("our id as key", Algorithm::HS256, EncodingKey::from_secret(CLIENT_ID.as_bytes())),
        (
            "the public key as secret",
            Algorithm::HS512,
            EncodingKey::from_secret(include_bytes!("fixtures/issuer-1.modulus")),
        ),
    ];
    for (what, algorithm, key) in forged {
        place.issuer.forges(Some((algorithm, key)));
        assert_eq!(failure(&place.sign_in().await), REFUSED, "{what}");
    }
    place.issuer.forges(None);
    assert_eq!((place.count("users").await, place.count("login_sessions").await), ("0".to_owned(), "0".to_owned()));
    // Within a minute clocks may differ.
    for fine in [json!({"iat": now + 60}), json!({"exp": now - 59}), json!({"aud": [CLIENT_ID]}), json!({"azp": null})]
    {
        place.issuer.says(fine);
        user(&place.sign_in().await);
    }
}

#[tokio::test]
async fn keys_that_the_issuer_exchanges_are_fetched_once() {
    let place = Place::new().await;
    user(&place.sign_in().await);
    user(&place.sign_in().await);
    let calls = || (place.issuer.calls("discovery"), place.issuer.calls("keys"));
    assert_eq!(calls(), (1, 1), "kept");
    place.issuer.exchanges_keys(1, &[1]);
    place.served.library.app.clock.advance(TimeDelta::seconds(10));
    user(&place.sign_in().await);
    user(&place.sign_in().await);
    assert_eq!(calls(), (1, 2), "fetched again for a key that nobody knew");
    // Tokens of a key that the issuer does not publish do not have it fetch on and on.
    place.issuer.exchanges_keys(0, &[1]);
    place.served.library.app.clock.advance(TimeDelta::seconds(10));
    for _ in 0..5 {
        assert_eq!(failure(&place.sign_in().await).0, REFUSED.0);
    }
    assert_eq!(calls(), (1, 3));
    place.issuer.exchanges_keys(1, &[1]);
    user(&place.sign_in().await);
    place.served.library.app.clock.advance(TimeDelta::hours(1));
    user(&place.sign_in().await);
    assert_eq!(calls(), (2, 4), "after an hour all is fetched anew");
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_not_waited_for_again_and_again() {
    let place = Place::new().await;
    for mood in [Mood::Status(500), Mood::Garbled, Mood::Endless, Mood::Elsewhere] {
        for endpoint in ["discovery", "keys"] {
            place.issuer.mood(endpoint, mood);
            let before = place.issuer.calls(endpoint);
            for _ in 0..3 {
                assert_eq!(failure(&place.begin().await), AWAY, "{endpoint} {mood:?}");
            }
            assert_eq!(place.issuer.calls(endpoint), before + 1, "{endpoint} {mood:?}");
            place.issuer.mood(endpoint, Mood::Well);
            place.served.library.app.clock.advance(TimeDelta::seconds(5));
        }
    }
    let underway = place.underway().await;
    for mood in [Mood::Status(500), Mood::Garbled, Mood::Endless, Mood::Elsewhere] {
        place.issuer.mood("token", mood);
        assert_eq!(failure(&place.sign_in().await).0, AWAY.0, "{mood:?}");
    }
    place.issuer.mood("token", Mood::Well);
    user(&place.complete(&underway).await);
    assert_eq!(place.count("oidc_attempts").await, "0", "whatever came of them");
}

#[tokio::test]
async fn an_issuer_that_says_nothing_is_left_after_ten_seconds() {
    let place = Place::new().await;
    place.issuer.mood("discovery", Mood::Silent);
    let (one, two) = tokio::join!(place.begin(), place.begin());
    assert_eq!((failure(&one), failure(&two)), (AWAY, AWAY));
    assert_eq!(place.issuer.calls("discovery"), 1, "the second was told by the first");
}

#[tokio::test]
async fn an_issuer_speaks_for_itself_alone() {
    let place = Place::new().await;
    let elsewhere = Issuer::start(place.served.library.app.clock.clone()).await;
    place.issuer.describes_itself(json!({"issuer": elsewhere.url}));
    assert_eq!(failure(&place.begin().await), AWAY);
    place.served.library.app.clock.advance(TimeDelta::seconds(5));
    place.issuer.wants_secret_in_body();
    user(&place.sign_in().await);
}
