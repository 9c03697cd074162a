//! Pictures of people: drawn anew, shown to whoever has the address, gone when they are taken away.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use super::support::served::{Person, Served};

const UPLOAD: &str = "mutation ($file: Upload!) { uploadAvatar(input: {file: $file}) { user {
    small: avatarUrl(size: 64) usual: avatarUrl large: avatarUrl(size: 1024) } } }";
const REMOVE: &str = "mutation { removeAvatar { user { avatarUrl } } }";

/// A picture whose left half is red and whose right half is blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    let picture =
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) });
    picture.into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The JPEG with EXIF that says it is to be turned by a quarter, and where it was taken.
fn turned(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"taken at 52.5163N 13.3777E");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

/// Whether a pixel is rather red than blue.
fn is_red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let Rgb([red, _, blue]) = *picture.to_rgb8().get_pixel(x, y);
    red > blue
}

impl Served {
    async fn draw(&self, person: Option<&Person>, bytes: &[u8]) -> Value {
        let operations = json!({ "query": UPLOAD, "variables": { "file": null } }).to_string();
        let form = reqwest::multipart::Form::new()
            .text("operations", operations)
            .text("map", json!({ "0": ["variables.file"] }).to_string())
            .part("0", reqwest::multipart::Part::bytes(bytes.to_vec()).file_name("me.exe"));
        let request = reqwest::Client::new().post(self.url("/graphql")).header("apollo-require-preflight", "1");
        let request = match person {
            Some(person) => request.bearer_auth(&person.token),
            None => request,
        };
        request.multipart(form).send().await.unwrap().json().await.unwrap()
    }

    async fn fetch(&self, path: &str) -> reqwest::Response {
        reqwest::get(self.url(path)).await.unwrap()
    }

    /// The picture at an address, which must be one.
    async fn picture(&self, path: &str) -> DynamicImage {
        let response = self.fetch(path).await;
        assert_eq!(response.status(), 200, "{path}");
        image::load_from_memory_with_format(&response.bytes().await.unwrap(), ImageFormat::WebP).unwrap()
    }
}

fn refusal(answer: &Value) -> (&str, &str) {
    let error = &answer["errors"][0];
    let field = error["extensions"]["fields"][0]["path"].as_str().unwrap_or_default();
    (error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer}")), field)
}

#[tokio::test]
async fn a_picture_is_drawn_anew_as_squares_that_anybody_may_keep() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let answer = served.draw(Some(&ada), &encoded(&halves(300, 100), format)).await;
        let user = &answer["data"]["uploadAvatar"]["user"];
        for (name, side) in [("small", 64), ("usual", 256), ("large", 512)] {
            let path = user[name].as_str().unwrap_or_else(|| panic!("{answer}"));
            assert!(path.starts_with("/avatars/") && path.ends_with(&format!("/{side}")), "{path}");
            let picture = served.picture(path).await;
            assert_eq!((picture.width(), picture.height()), (side, side), "{format:?}");
            // Cut from the middle.
            assert!(is_red(&picture, side / 4, side / 2) && !is_red(&picture, 3 * side / 4, side / 2), "{format:?}");
        }
        let shown = served.fetch(user["usual"].as_str().unwrap()).await;
        let header = |name: &str| shown.headers()[name].to_str().unwrap();
        assert_eq!(header("content-type"), "image/webp");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn nothing_of_a_file_but_its_pixels_is_kept_and_it_stands_upright() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let answer = served.draw(Some(&ada), &turned(&encoded(&halves(200, 200), ImageFormat::Jpeg))).await;
    let path = answer["data"]["uploadAvatar"]["user"]["small"].as_str().unwrap_or_else(|| panic!("{answer}"));
    let picture = served.picture(path).await;
    assert!(is_red(&picture, 32, 8) && !is_red(&picture, 32, 56), "turned by a quarter");
    assert!(is_red(&picture, 56, 8) && !is_red(&picture, 8, 56));
    let folder = served.library.folder.path().join("files/avatars");
    let mut files = 0;
    for owner in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(owner.unwrap().path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(8).any(|part| part == b"taken at"), "where it was taken is kept");
            files += 1;
        }
    }
    assert_eq!(files, 3);
}

#[tokio::test]
async fn what_is_no_picture_or_too_much_of_one_is_refused() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let png = encoded(&halves(64, 64), ImageFormat::Png);
    assert_eq!(refusal(&served.draw(None, &png).await).0, "UNAUTHENTICATED");
    let unsupported = ("UNSUPPORTED_MEDIA_TYPE", "input.file");
    for bytes in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"%PDF-1.7", b"BM", b""] {
        assert_eq!(refusal(&served.draw(Some(&ada), bytes).await), unsupported, "{bytes:?}");
    }
    let large = [&png[..], &vec![0; 5 * 1024 * 1024]].concat();
    assert_eq!(refusal(&served.draw(Some(&ada), &large).await), ("PAYLOAD_TOO_LARGE", "input.file"));
    let damaged = ("BAD_USER_INPUT", "input.file");
    let bomb = encoded(&DynamicImage::new_luma8(11_000, 3_700), ImageFormat::Png);
    assert!(bomb.len() < 1_000_000, "a small file that claims 40.7 million pixels");
    for (bytes, message) in [
        (&png[..png.len() / 2], "This picture is damaged and cannot be read."),
        (&b"GIF89a\xFF\xFF\xFF\xFF\0\0\0;"[..], "This picture is damaged and cannot be read."),
        (&bomb, "This picture has too many pixels."),
    ] {
        let refused = served.draw(Some(&ada), bytes).await;
        assert_eq!((refusal(&refused), refused["errors"][0]["message"].as_str()), (damaged, Some(message)));
    }
    let viewer = served.ask(Some(&ada.token), "{ viewer { user { avatarUrl } } }", json!({})).await;
    assert_eq!(viewer, json!({"data": {"viewer": {"user": {"avatarUrl": null}}}}));
    let size = served.ask(Some(&ada.token), "{ viewer { user { avatarUrl(size: 0) } } }", json!({})).await;
    assert_eq!(refusal(&size), ("BAD_USER_INPUT", "size"));
}

#[tokio::test]
async fn an_address_shows_its_picture_while_somebody_has_it() {
    let served = Served::new().await;
    let (ada, bob) = (served.person("ada").await, served.person("bob").await);
    let png = encoded(&halves(64, 64), ImageFormat::Png);
    let address = |answer: &Value| answer["data"]["uploadAvatar"]["user"]["small"].as_str().unwrap().to_owned();
    let hers = address(&served.draw(Some(&ada), &png).await);
    assert_eq!(address(&served.draw(Some(&bob), &png).await), hers, "the same picture");
    for other in [hers.replace("/64", "/65"), hers.to_uppercase().replace("/AVATARS", "/avatars"), format!("{hers}/")] {
        assert_eq!(served.fetch(&other).await.status(), 404, "{other}");
    }
    let removed = served.ask(Some(&ada.token), REMOVE, json!({})).await;
    assert_eq!(removed, json!({"data": {"removeAvatar": {"user": {"avatarUrl": null}}}}));
    assert_eq!(served.fetch(&hers).await.status(), 200, "Bob still has it");
    let another = address(&served.draw(Some(&bob), &encoded(&halves(64, 64).rotate90(), ImageFormat::Png)).await);
    assert_ne!(another, hers);
    assert_eq!(served.fetch(&hers).await.status(), 404);
    assert_eq!(served.fetch(&another).await.status(), 200);
    let trail =
        "string_agg((before->>'sha256' IS NULL)::text || ' ' || (after->>'sha256' IS NULL)::text, ', ' ORDER BY id)
        FROM audit_events WHERE action = 'avatar.changed'";
    let trail = served.library.text(trail).await.unwrap();
    assert_eq!(trail, "true false, true false, false true, false false", "hers, Bob's, hers taken away, Bob's other");
    served.library.sql("UPDATE users SET is_active = false").await;
    assert_eq!(served.fetch(&another).await.status(), 404, "of an account that is shut");
    assert_eq!(refusal(&served.ask(None, REMOVE, json!({})).await).0, "UNAUTHENTICATED");
}
