//! The front door of the real server, router and layers included: what browsers may send it, and what it lets them do.

use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::live::LiveServer;
use super::support::provider::{ProviderServer, Reply, Step, Wire};
use super::support::served::Served;

const APP: &str = "https://app.example.org";
const FORM: &str = "application/x-www-form-urlencoded";
const QUERY: &str = r#"{"query":"{ __typename }"}"#;
/// Would run for anybody, and leave a trace: an account.
const MUTATION: &str =
    r#"mutation { register(input: { email: \"eve@example.org\", password: \"a long enough one\" }) { accessToken } }"#;

struct Reached {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: String,
}

impl Reached {
    async fn by(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap();
        assert!(body.get("data").is_none(), "{body}");
        body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    }
}

async fn served() -> (Served, reqwest::Client) {
    let served = Served::with(&[("CORS_ORIGINS", "https://app.example.org,https://OTHER.example.org:443")]).await;
    (served, reqwest::Client::new())
}

/// How many accounts there are.
async fn accounts(served: &Served) -> String {
    served.library.text("count(*) FROM users").await.unwrap()
}

#[tokio::test]
async fn nothing_runs_for_a_foreign_page() {
    let (served, client) = served().await;
    let url = served.url("/graphql");
    let mutation = format!(r#"{{"query":"{MUTATION}"}}"#);
    let plain = MUTATION.replace('\\', "");
    let form: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("query", &plain).finish();
    let multipart =
        || reqwest::multipart::Form::new().text("operations", mutation.clone()).text("map", r#"{"0":["variables.f"]}"#);
    let post = || client.post(&url);
    // As a page of any origin can have them sent, cookies or not, and without the origin as some programs do.
    for origin in [Some("https://evil.example"), Some("null"), Some(APP), None] {
        for (request, expected) in [
            (client.get(&url).query(&[("query", "{ __typename }")]), (400, "BAD_USER_INPUT")),
            (client.get(&url).query(&[("query", plain.as_str())]), (400, "BAD_USER_INPUT")),
            (post().query(&[("query", plain.as_str())]), (415, "UNSUPPORTED_MEDIA_TYPE")),
            (post().body(mutation.clone()), (415, "UNSUPPORTED_MEDIA_TYPE")),
            (post().header("content-type", "text/plain").body(mutation.clone()), (415, "UNSUPPORTED_MEDIA_TYPE")),
            (post().header("content-type", FORM).body(form.clone()), (415, "UNSUPPORTED_MEDIA_TYPE")),
            (post().header("content-type", "application/graphql").body(plain.clone()), (415, "UNSUPPORTED_MEDIA_TYPE")),
            (post().header("content-type", "").body(mutation.clone()), (415, "UNSUPPORTED_MEDIA_TYPE")),
            (post().multipart(multipart()), (400, "BAD_USER_INPUT")),
            // A name that browsers add by themselves is none of the three.
            (post().multipart(multipart()).header("accept-language", "1"), (400, "BAD_USER_INPUT")),
        ] {
            let request = match origin {
                Some(origin) => request.header("origin", origin),
                None => request,
            };
            let reached = Reached::by(request).await;
            assert_eq!((reached.status, reached.code().as_str()), expected, "{origin:?} {}", reached.body);
        }
    }
    // With the header a mutation by GET is still none.
    let request = client.get(&url).query(&[("query", plain.as_str())]).header("apollo-require-preflight", "1");
    let reached = Reached::by(request).await;
    assert_eq!((reached.status, reached.header("allow"), reached.code().as_str()), (405, "POST", "BAD_USER_INPUT"));
    assert_eq!(accounts(&served).await, "0");
    // And what is no trick runs.
    let reached = Reached::by(client.post(&url).header("content-type", "application/json").body(mutation)).await;
    assert_eq!((reached.status, accounts(&served).await.as_str()), (200, "1"), "{}", reached.body);
}

#[tokio::test]
async fn files_of_nobody_are_not_even_read() {
    let (served, client) = served().await;
    let query = "mutation ($files: [Upload!]!) { uploadDocuments(input: { files: $files }) { documents { id } } }";
    let form = || {
        let operations = json!({ "query": query, "variables": { "files": [null] } }).to_string();
        let form = reqwest::multipart::Form::new().text("operations", operations);
        // A map that leads nowhere: whoever is refused for that has had it read.
        form.text("map", r#"{"0":["nowhere"]}"#).text("0", "x".repeat(1_000_000))
    };
    let send = || client.post(served.url("/graphql")).header("apollo-require-preflight", "1").multipart(form());
    let reached = Reached::by(send()).await;
    assert_eq!((reached.status, reached.code().as_str()), (401, "UNAUTHENTICATED"), "{}", reached.body);
    let ann = served.person("ann").await;
    let reached = Reached::by(send().bearer_auth(&ann.token)).await;
    assert_eq!((reached.status, reached.code().as_str()), (400, "BAD_USER_INPUT"), "{}", reached.body);
}

#[tokio::test]
async fn only_listed_origins_may_read() {
    let (served, client) = served().await;
    let url = served.url("/graphql");
    for (origin, allowed) in [
        (APP, true),
        // However it was written in the settings, as browsers write it.
        ("https://other.example.org", true),
        ("https://other.example.org:443", false),
        ("http://app.example.org", false),
        ("https://app.example.org:8443", false),
        ("https://app.example.org.evil.example", false),
        ("https://evil.example/https://app.example.org", false),
        ("https://sub.app.example.org", false),
        ("HTTPS://APP.EXAMPLE.ORG", false),
        ("https://app.example.org/", false),
        ("https://app.example.org https://evil.example", false),
        ("*", false),
        ("null", false),
        ("file://localhost", false),
        // Development, where any page of this machine may.
        ("http://localhost:3000", true),
        ("http://127.0.0.1:5173", true),
        ("http://[::1]:5173", true),
        ("http://localhost.evil.example", false),
        ("http://127.0.0.1.evil.example", false),
    ] {
        let asked = client
            .request(reqwest::Method::OPTIONS, &url)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,authorization");
        let sent = client.post(&url).header("origin", origin).header("content-type", "application/json").body(QUERY);
        for request in [asked, sent] {
            let reached = Reached::by(request).await;
            assert_eq!(reached.status, 200, "{origin}");
            let expected = if allowed { origin } else { "" };
            assert_eq!(reached.header("access-control-allow-origin"), expected, "{origin}");
            // Nothing that a browser sends by itself is ever taken.
            assert_eq!(reached.header("access-control-allow-credentials"), "");
            let vary: Vec<_> = reached.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
            assert!(vary.join(",").to_lowercase().contains("origin"), "{vary:?}");
        }
    }
    let asked = Reached::by(client.request(reqwest::Method::OPTIONS, &url).header("origin", APP)).await;
    let headers = asked.header("access-control-allow-headers");
    for name in ["authorization", "content-type", "apollo-require-preflight", "last-event-id"] {
        assert!(headers.split(',').any(|listed| listed == name), "{name}");
    }
    assert!(!headers.contains('*') && !asked.header("access-control-allow-methods").contains('*'));
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let served = Served::with(&[("PUBLIC_URL", "https://ai.example.org")]).await;
    let client = reqwest::Client::new();
    for path in [
        "/",
        "/graphql",
        "/graphql/ws",
        "/graphiql",
        "/schema.graphql",
        "/files/x",
        "/health",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/none",
    ] {
        let reached = Reached::by(client.get(served.url(path))).await;
        for (name, expected) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(reached.header(name), expected, "{path} {name}");
            assert_eq!(reached.headers.get_all(name).iter().count(), 1, "{path} {name}");
        }
        let policy = reached.header("content-security-policy");
        let strict = "default-src 'none'; frame-ancestors 'none'";
        if path == "/graphiql" && reached.status == 200 {
            for part in [
                "default-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            ] {
                assert!(policy.split("; ").any(|found| found == part), "{part} is not in {policy}");
            }
        } else {
            assert_eq!(policy, strict, "{path}");
        }
        assert!(!reached.header("x-request-id").is_empty(), "{path}");
        assert_eq!((reached.header("server"), reached.header("x-powered-by")), ("", ""), "{path}");
    }
    let long = "a".repeat(129);
    for (id, kept) in [("01J-a_b.c", true), ("a b", false), ("a\"}{", false), (long.as_str(), false)] {
        let reached = Reached::by(client.get(served.url("/")).header("x-request-id", id)).await;
        assert_eq!(reached.header("x-request-id") == id, kept, "{id}");
        assert!(!reached.header("x-request-id").is_empty());
    }
    // Where the address is not https the browser is not bound to it.
    let plain = Served::new().await;
    let reached = Reached::by(client.get(plain.url("/"))).await;
    assert_eq!(reached.header("strict-transport-security"), "");
}

#[tokio::test]
async fn a_server_that_goes_down_says_when_to_come_back() {
    let wire = Wire::OpenAi;
    let database = TestDatabase::new().await;
    let mut reply = Reply::stream(vec![wire.opening().into_bytes(), wire.token("slowly ").into_bytes()]);
    reply.steps.push(Step::Stall);
    let provider = ProviderServer::start(vec![reply]).await;
    let settings = [
        ("CHAT_MODEL", "openai/scripted"),
        ("OPENAI_BASE_URL", provider.base_url.as_str()),
        ("OPENAI_API_KEY", "sk-test"),
        ("DRAIN_SECONDS", "5"),
    ];
    let server = LiveServer::start(&database, &settings).await;
    let person = server.register("ada@example.org").await;
    let sent = person.send("Go on.").await;
    let mut stream = person.follow(&sent.generation, None).await;
    stream.step().await.expect("the answer has begun");
    server.terminate();
    let client = reqwest::Client::new();
    let ready = || async { client.get(format!("{}/health/ready", server.url)).send().await.unwrap().status().as_u16() };
    while ready().await == 200 {}
    let post = |accept: &str, query: &str| {
        let body = json!({ "query": query }).to_string();
        client
            .post(format!("{}/graphql", server.url))
            .header("accept", accept)
            .header("content-type", "application/json")
            .body(body)
    };
    let mutation = MUTATION.replace('\\', "");
    let reached = Reached::by(post("application/graphql-response+json", &mutation)).await;
    assert_eq!((reached.status, reached.header("retry-after")), (503, "1"), "{}", reached.body);
    assert_eq!(reached.code(), "UPSTREAM_UNAVAILABLE");
    // Queries are still answered, for there is nobody else yet.
    assert_eq!(Reached::by(post("application/json", "{ __typename }")).await.status, 200);
    server.ended().await;
}

#[tokio::test]
async fn names_are_proposed_where_the_schema_can_be_read_and_nowhere_else() {
    for (introspection, proposed) in [("on", true), ("off", false)] {
        let served = Served::with(&[("INTROSPECTION", introspection)]).await;
        let message = async |query: &str| {
            let answer = served.ask(None, query, json!({})).await;
            answer["errors"][0]["message"].as_str().unwrap().to_owned()
        };
        let unknown = r#"Unknown field "viewr" on type "Query"."#;
        let wanted = if proposed { format!(r#"{unknown} Did you mean "viewer"?"#) } else { unknown.to_owned() };
        assert_eq!(message("{ viewr { id } }").await, wanted);
        let unknown = message("{ dashboards(frst: 1) { nodes { id } } }").await;
        assert_eq!(unknown.contains("Did you mean"), proposed, "{unknown}");
    }
}
