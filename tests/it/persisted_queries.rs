//! Documents that clients name instead of sending them: registered by anybody, or from a list and no others.

use elenchus::graphql::persisted::hash::DocumentHash;
use elenchus::graphql::persisted::store;
use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::live::LiveServer;
use super::support::served::Served;
use crate::transport_support;

const DOCUMENT: &str = "query Who { viewer { user { email } } }";

fn persisted(document: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": DocumentHash::of(document).to_string() } })
}

/// Status and body of a POST.
async fn post(url: &str, token: Option<&str>, accept: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(format!("{url}/graphql")).header("accept", accept).json(&body);
    let request = token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// Status and body of a GET as Apollo's link sends it for hashed queries.
async fn get(url: &str, token: &str, extensions: &Value) -> (u16, Value) {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("operationName", "Who")
        .append_pair("variables", "{}")
        .append_pair("extensions", &extensions.to_string())
        .finish();
    let response = reqwest::Client::new()
        .get(format!("{url}/graphql?{query}"))
        .bearer_auth(token)
        .header("accept", "application/graphql-response+json,application/json;q=0.9")
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{body}"))
}

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";

#[tokio::test]
async fn what_one_instance_is_told_all_know_and_for_good() {
    let database = TestDatabase::new().await;
    let (a, mut b) = tokio::join!(LiveServer::start(&database, &[]), LiveServer::start(&database, &[]));
    let ada = a.register("ada@example.org").await;
    let token = Some(ada.token.as_str());
    let hash_alone = json!({ "extensions": persisted(DOCUMENT), "operationName": "Who" });
    let (status, unknown) = post(&a.url, token, JSON, hash_alone.clone()).await;
    assert_eq!((status, code(&unknown)), (200, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(unknown["errors"][0]["message"], "PersistedQueryNotFound", "as Apollo's clients look for it");
    assert!(unknown.get("data").is_none());
    let (status, _) = post(&a.url, token, GRAPHQL, hash_alone.clone()).await;
    assert_eq!(status, 422);

    let both = json!({ "query": DOCUMENT, "extensions": persisted(DOCUMENT) });
    let expected = json!({ "data": { "viewer": { "user": { "email": "ada@example.org" } } } });
    assert_eq!(post(&a.url, token, JSON, both).await, (200, expected.clone()));
    for url in [&a.url, &b.url] {
        assert_eq!(post(url, token, JSON, hash_alone.clone()).await, (200, expected.clone()));
        assert_eq!(get(url, &ada.token, &persisted(DOCUMENT)).await, (200, expected.clone()));
        let by_id = json!({ "documentId": format!("sha256:{}", DocumentHash::of(DOCUMENT)) });
        assert_eq!(post(url, token, JSON, by_id).await, (200, expected.clone()));
    }
    let mut socket = ada.at(&b).socket().await;
    socket.tell(json!({ "id": "1", "type": "subscribe", "payload": { "extensions": persisted(DOCUMENT) } })).await;
    assert_eq!(socket.step().await.unwrap(), expected["data"]);
    b.kill();
    let b = LiveServer::start(&database, &[]).await;
    assert_eq!(post(&b.url, token, JSON, hash_alone).await, (200, expected));
}

#[tokio::test]
async fn only_what_its_hash_names_and_can_be_run_is_kept() {
    let served = Served::with(&[("PERSISTED_QUERIES_MAX", "2")]).await;
    let url = served.url("");
    let send = async |document: &str, extensions: Value| {
        post(&url, None, GRAPHQL, json!({ "query": document, "extensions": extensions })).await
    };
    let (status, other) = send("{ __typename }", persisted(DOCUMENT)).await;
    assert_eq!((status, code(&other)), (422, "BAD_USER_INPUT"));
    assert_eq!(send("{ __typename", persisted("{ __typename")).await.0, 400, "no document");
    let bomb = format!("{{ {} }}", "a: __typename ".repeat(1000));
    assert_eq!(code(&send(&bomb, persisted(&bomb)).await.1), "QUERY_TOO_COMPLEX");
    assert_eq!(served.library.text("count(*) FROM persisted_queries").await.as_deref(), Some("0"));
    for malformed in [json!({ "version": 1 }), json!({ "sha256Hash": 7 }), json!("x"), json!(null)] {
        let (status, body) = post(&url, None, GRAPHQL, json!({ "extensions": { "persistedQuery": malformed } })).await;
        assert_eq!((status, code(&body)), (400, "BAD_USER_INPUT"));
    }
    let (_, body) = post(&url, None, GRAPHQL, json!({ "documentId": "no hash" })).await;
    assert_eq!(code(&body), "PERSISTED_QUERY_NOT_FOUND");

    for (day, document) in ["{ a: __typename }", "{ b: __typename }", "{ c: __typename }"].into_iter().enumerate() {
        assert_eq!(send(document, persisted(document)).await.0, 200);
        served.library.app.clock.advance(chrono::TimeDelta::days(2));
        // Used again, the first is not the one longest unused.
        let again = post(&url, None, GRAPHQL, json!({ "extensions": persisted("{ a: __typename }") })).await;
        assert_eq!(again.0, 200, "day {day}");
    }
    let left = "string_agg(document, ' ' ORDER BY document) FROM persisted_queries";
    let conn = served.library.app.db.write().await.unwrap();
    store::find(&conn, DocumentHash::of("{ a: __typename }"), served.library.app.clock.now()).await.unwrap();
    assert_eq!(store::prune(&conn, 2).await.unwrap(), 1);
    assert_eq!(served.library.text(left).await.as_deref(), Some("{ a: __typename } { c: __typename }"));

    let without = Served::with(&[("PERSISTED_QUERIES_MAX", "0")]).await;
    let body = json!({ "extensions": persisted(DOCUMENT) });
    let (_, refused) = post(&without.url(""), None, GRAPHQL, body).await;
    assert_eq!(code(&refused), "PERSISTED_QUERY_NOT_SUPPORTED");
    assert_eq!(refused["errors"][0]["message"], "PersistedQueryNotSupported");
    let both = json!({ "query": "{ __typename }", "extensions": persisted("{ __typename }") });
    assert_eq!(post(&without.url(""), None, GRAPHQL, both).await.0, 200, "the document itself is run");
    assert_eq!(without.library.text("count(*) FROM persisted_queries").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn with_a_list_nothing_else_is_run_on_any_transport() {
    let folder = tempfile::tempdir().unwrap();
    let subscription = "subscription Follow($id: ID!) { generation(id: $id) { __typename } }";
    let map = json!({ "who": DOCUMENT, "follow": subscription });
    let manifest = json!({
        "format": "apollo-persisted-query-manifest", "version": 1,
        "operations": [
            { "id": "who", "name": "Who", "type": "query", "body": DOCUMENT },
            { "id": "follow", "name": "Follow", "type": "subscription", "body": subscription },
        ],
    });
    for (name, list) in [("map.json", map), ("manifest.json", manifest)] {
        let path = folder.path().join(name);
        std::fs::write(&path, list.to_string()).unwrap();
        let database = TestDatabase::new().await;
        let open = LiveServer::start(&database, &[]).await;
        let ada = open.register("ada@example.org").await;
        let server = LiveServer::start(&database, &[("TRUSTED_DOCUMENTS", path.to_str().unwrap())]).await;
        let token = Some(ada.token.as_str());
        let expected = json!({ "data": { "viewer": { "user": { "email": "ada@example.org" } } } });
        for body in [
            json!({ "documentId": "who" }),
            json!({ "documentId": format!("sha256:{}", DocumentHash::of(DOCUMENT)) }),
            json!({ "extensions": persisted(DOCUMENT) }),
            json!({ "query": DOCUMENT }),
            json!({ "query": DOCUMENT, "extensions": persisted(DOCUMENT) }),
        ] {
            assert_eq!(post(&server.url, token, JSON, body.clone()).await, (200, expected.clone()), "{body}");
        }
        let other = "query Who { viewer { user { id } } }";
        let introspection = "{ __schema { types { name } } }";
        for body in [
            json!({ "query": other }),
            json!({ "query": other, "documentId": "who" }),
            json!({ "query": other, "extensions": persisted(DOCUMENT) }),
            json!({ "query": other, "extensions": persisted(other) }),
            json!({ "query": introspection }),
            json!({ "documentId": "what" }),
            json!({ "extensions": persisted(other) }),
        ] {
            let (status, refused) = post(&server.url, token, GRAPHQL, body.clone()).await;
            assert_eq!((status, code(&refused)), (403, "PERSISTED_QUERY_NOT_IN_LIST"), "{body}");
            let mut socket = ada.at(&server).socket().await;
            socket.tell(json!({ "id": "1", "type": "subscribe", "payload": body })).await;
            let refused = socket.hear().await.unwrap();
            assert_eq!(refused["type"], "error");
            assert_eq!(refused["payload"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_IN_LIST");
        }
        let (status, refused) = get(&server.url, &ada.token, &persisted(other)).await;
        assert_eq!((status, code(&refused)), (403, "PERSISTED_QUERY_NOT_IN_LIST"));
        assert_eq!(get(&server.url, &ada.token, &persisted(DOCUMENT)).await, (200, expected));
        let mut socket = ada.at(&server).socket().await;
        let payload = json!({ "documentId": "follow", "variables": { "id": "gen_0" } });
        socket.tell(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
        let answer = socket.hear().await.unwrap();
        let errors = if answer["type"] == "next" { &answer["payload"]["errors"] } else { &answer["payload"] };
        assert_eq!(errors[0]["extensions"]["code"], "NOT_FOUND", "it ran: {answer}");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_used_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let config = |path: &str| {
        let env = elenchus::config::env::Env::from_pairs([("TRUSTED_DOCUMENTS", path)]);
        elenchus::config::load::Config::from_env(&env).unwrap().graphql
    };
    let served = Served::new().await;
    let problem = |path: &std::path::Path| {
        let (db, clock) = (served.library.app.db.clone(), served.library.app.clock.clone());
        let made =
            elenchus::graphql::persisted::queries::PersistedQueries::new(&config(path.to_str().unwrap()), db, clock);
        made.err().unwrap().message().to_owned()
    };
    for (text, said) in [
        ("not JSON", "must be a JSON map of ids to documents"),
        ("[]", "must be a JSON map of ids to documents"),
        (r#"{ "a": 1 }"#, "must be a JSON map of ids to documents"),
        (r#"{ "a": "{ viewer" }"#, r#"the document "a" is not GraphQL"#),
        (r#"{ "format": "other", "version": 1, "operations": [] }"#, "of version 1"),
    ] {
        let path = folder.path().join("list.json");
        std::fs::write(&path, text).unwrap();
        let problem = problem(&path);
        assert!(problem.starts_with("TRUSTED_DOCUMENTS: ") && problem.contains(said), "{problem}");
        assert!(!problem.contains('\n'), "{problem}");
    }
    assert!(problem(&folder.path().join("none.json")).contains("cannot read"));
}

#[tokio::test]
async fn any_gateway_may_keep_documents() {
    let server = transport_support::serve().await;
    let named = |hash: &str| json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    assert_eq!(
        server.post(transport_support::RESPONSE, named("known").to_string()).await.text,
        r#"{"data":{"hello":"hello you"}}"#
    );
    let answer = server.post(transport_support::RESPONSE, named("other").to_string()).await;
    assert_eq!(answer.refusal(), transport_support::refused(422, "PERSISTED_QUERY_NOT_FOUND"));
    // As Apollo's link expects it.
    let answer = server.post(transport_support::JSON, named("other").to_string()).await;
    assert_eq!(answer.refusal(), transport_support::refused(200, "PERSISTED_QUERY_NOT_FOUND"));
}
