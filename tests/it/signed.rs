//! Signed addresses of files.

use chrono::{DateTime, Utc};
use elenchus::storage::signed::{Audience, Claim, Method, SignError, content_disposition, sign, verify};
use proptest::prelude::*;
use uuid::Uuid;

const KEY: &[u8] = b"a key of thirty-two bytes or more";

fn claim() -> Claim {
    Claim {
        object: "doc_01h455vb4pex5vsknk084sn02q".into(),
        audience: Audience::User(Uuid::from_u128(7)),
        method: Method::Get,
        expires_at: 1000,
        filename: Some("Über ../../etc \"x\".pdf".into()),
    }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

#[test]
fn a_token_gives_its_claim_back_until_it_expires() {
    let token = sign(KEY, &claim());
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{token}");
    assert_eq!(verify(KEY, &token, at(999)), Ok(claim()));
    assert_eq!(verify(KEY, &token, at(1000)), Err(SignError::Expired));
    let shared = Claim { audience: Audience::Share("share".into()), method: Method::Put, filename: None, ..claim() };
    assert_eq!(verify(KEY, &sign(KEY, &shared), at(0)), Ok(shared));
}

#[test]
fn the_signature_is_hmac_sha256() {
    // Computed apart with Python's hmac module: a change of the form would void every link that is out.
    let claim = Claim {
        object: "doc_1".into(),
        audience: Audience::Share("s".into()),
        method: Method::Get,
        expires_at: 5,
        filename: None,
    };
    let token = sign(b"key", &claim);
    assert_eq!(
        token,
        "eyJvIjoiZG9jXzEiLCJhIjp7InMiOiJzIn0sIm0iOiJnIiwiZSI6NX0.j-sW7TbSzVyUNfK9r55v7cfEHZhTRvHECWhJEp4cAeM"
    );
    assert_ne!(sign(&[1; 65], &claim), sign(&[1; 64], &claim));
}

#[test]
fn a_changed_token_is_forged() {
    let token = sign(KEY, &claim());
    assert_eq!(verify(b"another key", &token, at(0)), Err(SignError::Forged));
    let (body, tag) = token.split_once('.').unwrap();
    let other = sign(KEY, &Claim { expires_at: 2000, ..claim() });
    let other_body = other.split_once('.').unwrap().0;
    assert_eq!(verify(KEY, &format!("{other_body}.{tag}"), at(0)), Err(SignError::Forged));
    assert_eq!(verify(KEY, &format!("{body}."), at(0)), Err(SignError::Forged));
    assert_eq!(verify(KEY, &format!("{body}.{}", &tag[..20]), at(0)), Err(SignError::Forged));
    for text in ["", ".", "a", "../../etc/passwd", "a.b.c", &format!("{token}="), &"a.".repeat(5000)] {
        let error = verify(KEY, text, at(0)).unwrap_err();
        assert!(matches!(error, SignError::Malformed | SignError::Forged), "{text}");
    }
}

#[test]
fn names_cannot_leave_their_header() {
    assert_eq!(content_disposition("a.pdf"), "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf");
    assert_eq!(
        content_disposition("é\"\r\nX: y/..\\b"),
        "attachment; filename=\"__X_ y_.._b\"; filename*=UTF-8''%C3%A9%22X%3A%20y_.._b"
    );
    assert_eq!(content_disposition("\u{202E}fdp.exe"), "attachment; filename=\"fdp.exe\"; filename*=UTF-8''fdp.exe");
    assert_eq!(content_disposition(".. "), "attachment; filename=\"file\"; filename*=UTF-8''file");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_changed_character_is_noticed(at_byte in 0_usize..200, byte in 0x20_u8..0x7F) {
        let mut token = sign(KEY, &claim()).into_bytes();
        let place = at_byte % token.len();
        prop_assume!(token[place] != byte);
        token[place] = byte;
        let token = String::from_utf8(token).unwrap();
        prop_assert!(verify(KEY, &token, at(0)).is_err());
    }

    #[test]
    fn any_text_is_refused_calmly(text in "\\PC{0,300}") {
        prop_assert!(verify(KEY, &text, at(0)).is_err());
    }

    #[test]
    fn any_name_is_a_header_value(name in any::<String>()) {
        let value = content_disposition(&name);
        prop_assert!(value.bytes().all(|byte| (0x20..0x7F).contains(&byte)), "{}", value);
    }
}
