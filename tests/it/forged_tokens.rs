//! Forged access tokens: none passes, over no transport, and none is told why.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use elenchus::config::env::Env;
use elenchus::config::load::Config;
use elenchus::config::secrets::Secrets;
use elenchus::domain::users::actions::authenticate::authenticate;
use elenchus::error::ErrorCode;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::forgery::{encoded, forge, forge_384, forge_512, part, with};
use crate::support::library::Library;
use crate::support::live;
use crate::support::people::{World, failure};
use crate::support::served::{Person, Served};

const REFUSED: &str = "The access token is not valid, or not any more. Please sign in.";

/// What each is, and the token. All are made of good tokens, each with one flaw.
#[expect(clippy::too_many_lines, reason = "a line a flaw")]
fn forged(library: &Library, good: &str, other: &str, refresh: &str, file: &str) -> Vec<(&'static str, String)> {
    let (header, claims) = (part(good, 0), part(good, 1));
    let others = part(other, 1);
    let key = library.app.secrets.key_for("access-token");
    let now = library.app.clock.now().timestamp();
    let [head, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let header_with = |name: &str, value: Value| forge(&with(&header, name, value), &claims, &key);
    let claim_with = |name: &str, value: Value| forge(&header, &with(&claims, name, value), &key);
    let stripped = |alg: &str| format!("{}.{body}.", encoded(&with(&header, "alg", json!(alg))));
    let (middle, end) = (good.len() / 2, good.len());
    let elsewhere = foreign_secrets();
    let mut forged = vec![
        ("algorithm none, signed", header_with("alg", json!("none"))),
        ("algorithm None, signed", header_with("alg", json!("None"))),
        ("no algorithm", header_with("alg", Value::Null)),
        ("algorithm null", format!("{}.{body}.{signature}", encoded(&json!({"alg": null, "kid": header["kid"]})))),
        ("HS384", forge_384(&with(&header, "alg", json!("HS384")), &claims, &key)),
        ("HS512", forge_512(&with(&header, "alg", json!("HS512")), &claims, &key)),
        ("HS512 that says HS256", forge_512(&header, &claims, &key)),
        ("HS256 that says HS512", header_with("alg", json!("HS512"))),
        ("RS256 with our key as its secret", header_with("alg", json!("RS256"))),
        (
            "RS256 with a public key as secret",
            forge(&with(&header, "alg", json!("RS256")), &claims, PUBLIC_KEY.as_bytes()),
        ),
        ("HS256 with a public key as secret", forge(&header, &claims, PUBLIC_KEY.as_bytes())),
        ("ES256", header_with("alg", json!("ES256"))),
        ("EdDSA", header_with("alg", json!("EdDSA"))),
        ("the secret itself as key", forge(&header, &claims, b"a key for tests that nobody else has")),
        ("key of another use", forge(&header, &claims, &library.app.secrets.key_for("files"))),
        ("key that names keys", forge(&header, &claims, &library.app.secrets.key_for("access-token-id"))),
        ("encryption key", forge(&header, &claims, library.app.secrets.encryption_keys[0].expose_secret())),
        ("another installation's secret", forge(&header, &claims, &elsewhere.key_for("access-token"))),
        ("another installation's secret and key id", elsewhere_signed(&elsewhere, library)),
        ("other key id", header_with("kid", json!("0000000000000000"))),
        ("key id in capitals", header_with("kid", json!(header["kid"].as_str().unwrap().to_uppercase()))),
        ("no key id", header_with("kid", Value::Null)),
        ("empty key id", header_with("kid", json!(""))),
        ("path as key id", header_with("kid", json!("../../../../dev/null"))),
        ("path as key id, empty key", forge(&with(&header, "kid", json!("/dev/null")), &claims, b"")),
        ("SQL as key id", forge(&with(&header, "kid", json!("x' UNION SELECT 'k'; --")), &claims, b"k")),
        ("command as key id", header_with("kid", json!("$(id)|id"))),
        ("key id as list", header_with("kid", json!([header["kid"]]))),
        ("key from an address", header_with("jku", json!("https://evil.example/keys.json"))),
        ("certificate from an address", header_with("x5u", json!("https://evil.example/cert.pem"))),
        ("certificate within", header_with("x5c", json!(["MIIB"]))),
        ("key within", header_with("jwk", json!({"kty": "oct", "k": "c2VjcmV0"}))),
        ("key within, used", forge(&with(&header, "jwk", json!({"kty": "oct", "k": "c2VjcmV0"})), &claims, b"secret")),
        ("critical extension", header_with("crit", json!(["exp"]))),
        ("unencoded payload", header_with("b64", json!(false))),
        ("another type", header_with("typ", json!("at+jwt"))),
        ("content of a type", header_with("cty", json!("JWT"))),
        ("compressed", header_with("zip", json!("DEF"))),
        ("signature stripped", format!("{head}.{body}.")),
        ("no signature", format!("{head}.{body}")),
        ("signature truncated", good[..end - 2].to_owned()),
        ("signature of another", format!("{head}.{body}.{}", other.rsplit('.').next().unwrap())),
        ("signature changed", format!("{}{}", &good[..end - 4], if good.ends_with("AAAA") { "BBBB" } else { "AAAA" })),
        ("signature as zeros", format!("{head}.{body}.{}", "A".repeat(43))),
        ("four parts", format!("{good}.{signature}")),
        (
            "five parts, as encrypted",
            format!("{}.{body}.{body}.{body}.{signature}", encoded(&json!({"alg": "dir", "enc": "A256GCM"}))),
        ),
        ("dots", "..".to_owned()),
        ("no token at all", "nonsense".to_owned()),
        ("a token within a token", forge(&with(&header, "cty", json!("JWT")), &json!(good), &key)),
        ("claims as a list", forge(&header, &json!([claims]), &key)),
        ("claims of another", format!("{head}.{}.{signature}", encoded(&others))),
        ("header of another form", format!("{}.{body}.{signature}", STANDARD.encode(header.to_string()))),
        ("account of another", claim_with("sub", others["sub"].clone())),
        ("sign-in of another", claim_with("sid", others["sid"].clone())),
        ("account by another kind of id", claim_with("sub", claims["sid"].clone())),
        ("no account", claim_with("sub", Value::Null)),
        ("no sign-in", claim_with("sid", Value::Null)),
        ("expired", claim_with("exp", json!(now))),
        ("expired long ago", claim_with("exp", json!(1))),
        ("before all time", claim_with("exp", json!(-1))),
        ("no end", claim_with("exp", Value::Null)),
        ("end as text", claim_with("exp", json!("9999999999"))),
        ("end beyond all time", claim_with("exp", json!(i64::MAX))),
        ("end as a fraction", claim_with("exp", json!(9_999_999_999.5))),
        ("made in the future", claim_with("iat", json!(now + 61))),
        ("made at no time", claim_with("iat", Value::Null)),
        ("other issuer", claim_with("iss", json!("somebody"))),
        ("ours among issuers", claim_with("iss", json!(["elenchus", "somebody"]))),
        ("no issuer", claim_with("iss", Value::Null)),
        ("for an audience", claim_with("aud", json!("others"))),
        ("huge", claim_with("padding", json!("x".repeat(2000)))),
        ("padded", format!("{head}=.{body}.{signature}")),
        ("padded at its end", format!("{good}=")),
        ("a space within", format!("{} {}", &good[..middle], &good[middle..])),
        ("a tab within", format!("{}\t{}", &good[..middle], &good[middle..])),
        ("the scheme twice", format!("Bearer {good}")),
        ("two tokens", format!("{good},{good}")),
        ("a refresh token", refresh.to_owned()),
        ("an address of a file", file.to_owned()),
    ];
    let keys: [(&str, &[u8]); 6] = [
        ("empty key", b""),
        ("weak key: secret", b"secret"),
        ("weak key: elenchus", b"elenchus"),
        ("weak key: zeros", &[0; 32]),
        ("weak key: of an example", b"your-256-bit-secret"),
        ("weak key: the key id", header["kid"].as_str().unwrap().as_bytes()),
    ];
    forged.extend(keys.map(|(what, key)| (what, forge(&header, &claims, key))));
    for alg in ["none", "None", "NONE", "nOnE", "none ", "", "HS256"] {
        forged.push(("algorithm none in some spelling", stripped(alg)));
    }
    forged
}

/// Of an RSA key that nobody uses; what counts is that an attacker knows it.
const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL8eJ5AKoIsjURpcEoGubZMxLD7+kT+T
LHs5lfK2ZCYYHQ8wgkCDfWYOO7p6XO3pCZ5cyTo2sFUSSXzUzVCmWecCAwEAAQ==
-----END PUBLIC KEY-----
";

fn foreign_secrets() -> Secrets {
    let pairs = [
        ("SECRET_KEY", "the key of another installation altogether"),
        ("ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ];
    let config = Config::from_env(&Env::from_pairs(pairs)).unwrap();
    Secrets::load(&config.auth, std::path::Path::new("/nowhere")).unwrap()
}

/// A token for an account of ours as another installation would sign it.
fn elsewhere_signed(elsewhere: &Secrets, library: &Library) -> String {
    use elenchus::domain::users::tokens::{Access, sign_access};
    use elenchus::ids::{LoginSessionId, UserId};
    let now = library.app.clock.now();
    let expires_at = now + chrono::TimeDelta::minutes(5);
    let access = Access { user: UserId::generate(now), session: LoginSessionId::generate(now), expires_at };
    sign_access(elsewhere, now, access).unwrap().expose_secret().to_owned()
}

/// Status, what it asks for, and body of an answer.
async fn over_http(served: &Served, token: &str) -> (u16, String, Value) {
    let request =
        reqwest::Client::new().post(served.url("/graphql")).header("authorization", format!("Bearer {token}"));
    let response = request.json(&json!({"query": "{ viewer { user { id } } }"})).send().await.unwrap();
    let asks = response.headers().get("www-authenticate").map_or("", |value| value.to_str().unwrap()).to_owned();
    (response.status().as_u16(), asks, response.json().await.unwrap())
}

/// The close code after `connection_init`; 0 when it is acknowledged.
async fn over_socket(served: &Served, token: &str) -> u16 {
    let payload = json!({ "Authorization": format!("Bearer {token}") });
    let person = live::Person { url: served.url(""), token: String::new() };
    let mut socket = person.unacknowledged_socket().await;
    socket.tell(json!({ "type": "connection_init", "payload": payload })).await;
    match socket.hear().await {
        Ok(message) => {
            assert_eq!(message["type"], "connection_ack", "{message}");
            0
        }
        Err(code) => code,
    }
}

async fn file_token(served: &Served, person: &Person) -> String {
    let document = served.library.add(&person.actor, "a.txt", b"The rent is due.").await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Document { downloadUrl } } }";
    let answer = served.ask(Some(&person.token), query, json!({ "id": document.id.to_string() })).await;
    let url = answer["data"]["node"]["downloadUrl"].as_str().unwrap_or_else(|| panic!("{answer}"));
    url.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn no_forged_token_passes_over_any_transport() {
    let served = Served::with(&[("SOCKETS_PER_USER", "1000")]).await;
    let (ada, eve) = (served.person("ada").await, served.person("eve").await);
    let file = file_token(&served, &ada).await;
    let forged = forged(&served.library, &ada.token, &eve.token, &ada.refresh_token, &file);

    // The forger's tools do make tokens that pass, so that what fails below fails for its one flaw.
    let key = served.library.app.secrets.key_for("access-token");
    let made = forge(&part(&ada.token, 0), &part(&ada.token, 1), &key);
    let passed = json!({"data": {"viewer": {"user": {"id": ada.id}}}});
    for good in [&ada.token, &made] {
        assert_eq!(over_http(&served, good).await, (200, String::new(), passed.clone()));
        assert_eq!(over_socket(&served, good).await, 0);
    }

    let error = json!({"message": REFUSED, "extensions": {"code": "UNAUTHENTICATED"}});
    let refused = (401, "Bearer".to_owned(), json!({"errors": [error]}));
    let unlike = (ErrorCode::Unauthenticated, REFUSED.to_owned());
    for (flaw, token) in forged {
        assert_eq!(over_http(&served, &token).await, refused, "{flaw}");
        assert_eq!(failure(authenticate(&served.library.app, &token).await), unlike, "{flaw}");
        // A socket takes the scheme once more for what it is.
        if flaw != "the scheme twice" {
            assert_eq!(over_socket(&served, &token).await, 4403, "{flaw}");
        }
    }
    assert_eq!(over_http(&served, &ada.token).await, (200, String::new(), passed), "the good one is still good");
    assert_eq!(served.get(&format!("/files/{file}")).await, (200, "The rent is due.".to_owned()));
}

/// What no header can carry.
#[tokio::test]
async fn whatever_is_no_token_is_refused_alike() {
    let world = World::new().await;
    let mine = world.register("ada@example.org", None).await.unwrap();
    let good = mine.access_token.expose_secret();
    let middle = good.len() / 2;
    let within = |text: &str| format!("{}{text}{}", &good[..middle], &good[middle..]);
    let tokens = [
        String::new(),
        ".".to_owned(),
        "x".repeat(1 << 22),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        within("\n"),
        within("\0"),
        within("\u{200b}"),
        within("é"),
        within("%2e"),
        "é.é.é".to_owned(),
    ];
    let refused = (ErrorCode::Unauthenticated, REFUSED.to_owned());
    for token in tokens {
        assert_eq!(failure(authenticate(&world.app, &token).await), refused, "{token:.40}");
    }
    authenticate(&world.app, good).await.unwrap();
}

/// The other way round: what opens an account opens no file, and a file's address starts no new pair of tokens.
#[tokio::test]
async fn no_token_passes_for_one_of_another_kind() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let file = file_token(&served, &ada).await;
    let nothing = served.get("/files/nonsense").await;
    assert_eq!(nothing.0, 404);
    for token in [&ada.token, &ada.refresh_token] {
        assert_eq!(served.get(&format!("/files/{token}")).await, nothing);
    }
    let refresh = "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { user { id } } }";
    let unknown = served.ask(None, refresh, json!({"input": {"refreshToken": "nonsense"}})).await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for token in [&ada.token, &file] {
        assert_eq!(served.ask(None, refresh, json!({"input": {"refreshToken": token}})).await, unknown);
    }
    let good = served.ask(None, refresh, json!({"input": {"refreshToken": ada.refresh_token}})).await;
    assert_eq!(good["data"]["refreshSession"]["user"]["id"], *ada.id);
}

#[tokio::test]
async fn nothing_shows_a_token_in_a_log() {
    let world = World::new().await;
    let result = world.register("ada@example.org", None).await.unwrap();
    let shown = format!("{result:?}");
    assert!(!shown.contains(result.access_token.expose_secret()));
    assert!(!shown.contains(result.refresh_token.expose_secret()));
    let shown = format!("{:?}", world.app.secrets);
    assert!(!shown.contains("nobody else") && shown.contains("REDACTED"), "{shown}");
}
