//! Forged access tokens: none passes, and none is told why.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::Sha256;

use elenchus::domain::users::actions::authenticate::authenticate;
use elenchus::error::ErrorCode;

use crate::support::people::{World, failure};

/// A token of exactly these parts, under HMAC-SHA256.
fn forge(header: &Value, claims: &Value, key: &[u8]) -> String {
    let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

/// `object` with one value changed, or taken out by null.
fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = value;
    }
    object
}

#[tokio::test]
async fn no_forged_token_passes() {
    let world = World::new().await;
    let mine = world.register("ada@example.org", None).await.unwrap();
    let other = world.register("eve@example.org", None).await.unwrap();
    let good = mine.access_token.expose_secret();
    let (header, claims) = (part(good, 0), part(good, 1));
    let others = part(other.access_token.expose_secret(), 1);
    let key = world.app.secrets.key_for("access-token");
    let now = world.app.clock.now().timestamp();
    let [head, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let encoded = |value: &Value| BASE64.encode(value.to_string());

    // The forger's tools do make tokens that pass, so that what fails below fails for its one flaw.
    authenticate(&world.app, &forge(&header, &claims, &key)).await.unwrap();

    let signed_with_header = |name: &str, value: Value| forge(&with(&header, name, value), &claims, &key);
    let signed_with_claim = |name: &str, value: Value| forge(&header, &with(&claims, name, value), &key);
    let forged = [
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("algorithm none", format!("{}.{body}.", encoded(&with(&header, "alg", json!("none"))))),
        ("algorithm None, signed", signed_with_header("alg", json!("None"))),
        ("algorithm RS256 under our key", signed_with_header("alg", json!("RS256"))),
        ("algorithm HS512", signed_with_header("alg", json!("HS512"))),
        ("no algorithm", signed_with_header("alg", Value::Null)),
        ("weak key", forge(&header, &claims, b"secret")),
        ("empty key", forge(&header, &claims, b"")),
        ("the secret itself as key", forge(&header, &claims, b"a key for tests that nobody else has")),
        ("key of another use", forge(&header, &claims, &world.app.secrets.key_for("file-url"))),
        ("other key id", signed_with_header("kid", json!("0000000000000000"))),
        ("path as key id", signed_with_header("kid", json!("../../dev/null"))),
        ("no key id", signed_with_header("kid", Value::Null)),
        ("key from an address", signed_with_header("jku", json!("https://evil.example/keys.json"))),
        ("certificate from an address", signed_with_header("x5u", json!("https://evil.example/cert.pem"))),
        ("key within", signed_with_header("jwk", json!({"kty": "oct", "k": "c2VjcmV0"}))),
        ("critical extension", signed_with_header("crit", json!(["exp"]))),
        ("unknown header", signed_with_header("b64", json!(false))),
        ("signature stripped", format!("{head}.{body}.")),
        ("two parts", format!("{head}.{body}")),
        ("signature truncated", good[..good.len() - 2].to_owned()),
        ("four parts", format!("{good}.{signature}")),
        ("payload changed", format!("{head}.{}.{signature}", encoded(&others))),
        ("account of another", signed_with_claim("sub", others["sub"].clone())),
        ("sign-in of another", signed_with_claim("sid", others["sid"].clone())),
        ("account by another kind of id", signed_with_claim("sub", claims["sid"].clone())),
        ("no sign-in", signed_with_claim("sid", Value::Null)),
        ("expired", signed_with_claim("exp", json!(now))),
        ("no end", signed_with_claim("exp", Value::Null)),
        ("end as text", signed_with_claim("exp", json!("9999999999"))),
        ("end beyond all time", signed_with_claim("exp", json!(i64::MAX))),
        ("made in the future", signed_with_claim("iat", json!(now + 61))),
        ("made at no time", signed_with_claim("iat", Value::Null)),
        ("other issuer", signed_with_claim("iss", json!("somebody"))),
        ("ours among issuers", signed_with_claim("iss", json!(["elenchus", "somebody"]))),
        ("no issuer", signed_with_claim("iss", Value::Null)),
        ("for an audience", signed_with_claim("aud", json!("others"))),
        ("huge", signed_with_claim("padding", json!("x".repeat(2000)))),
        ("very huge", "x".repeat(1 << 22)),
        ("spaces around it", format!(" {good} ")),
        ("refresh token", mine.refresh_token.expose_secret().to_owned()),
    ];
    let refused =
        (ErrorCode::Unauthenticated, "The access token is not valid, or not any more. Please sign in.".to_owned());
    for (flaw, token) in forged {
        assert_eq!(failure(authenticate(&world.app, &token).await), refused, "{flaw}");
    }
    authenticate(&world.app, good).await.unwrap();
}

#[tokio::test]
async fn nothing_shows_a_token_in_a_log() {
    let world = World::new().await;
    let result = world.register("ada@example.org", None).await.unwrap();
    let shown = format!("{result:?}");
    assert!(!shown.contains(result.access_token.expose_secret()));
    assert!(!shown.contains(result.refresh_token.expose_secret()));
}
