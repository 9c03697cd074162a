//! What operations may cost, and that it is counted before they run.

use std::fmt::Write as _;

use elenchus::graphql::cost::{Cost, cost};
use elenchus::graphql::schema::sdl;
use elenchus::graphql::shape::Shape;
use serde_json::{Value, json};

use super::support::served::Served;

/// The cost of the only operation of a document.
fn cost_of(query: &str, variables: Value) -> Cost {
    let shape = Shape::read(&sdl()).unwrap();
    let document = async_graphql::parser::parse_query(query).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    cost(&shape, &document, &operation.node, &async_graphql::Variables::from_json(variables))
}

fn counted(query: &str, variables: Value) -> u64 {
    match cost_of(query, variables) {
        Cost::Counted(cost) => cost,
        Cost::Endless => panic!("{query}"),
    }
}

#[test]
fn objects_count_and_pages_multiply() {
    for (expected, query) in [
        (0, "{ __typename }"),
        (1, "{ viewer { __typename } }"),
        (2, "{ viewer { user { id email } } }"),
        // A connection and its nodes: 1 + 1 + 20.
        (22, "{ viewer { conversations { nodes { id } } } }"),
        (7, "{ viewer { conversations(first: 5) { totalCount nodes { id } } } }"),
        (7, "{ viewer { conversations(last: 5) { nodes { id } } } }"),
        (12, "{ viewer { conversations(first: 5) { edges { cursor node { id } } } } }"),
        (8, "{ viewer { conversations(first: 5) { pageInfo { endCursor } nodes { id } } } }"),
        // 1 + 1 + 2 * (1 + 1 + 3 * (1 + 1)).
        (18, "{ viewer { conversations(first: 2) { nodes { messages(first: 3) { nodes { parent { id } } } } } } }"),
        // A list without pages is taken to have five: 1 + 1 + 5 * (1 + 5).
        (32, "{ viewer { conversations(first: 5) { nodes { documents { id } } } } }"),
        (2, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"),
        (3, r#"{ nodes(ids: ["a", "b", "c"]) { id } }"#),
        (1, r#"{ node(id: "a") { id ... on Conversation { title } ... on Message { content } } }"#),
        // Fragments of one place count together.
        (3, r#"{ node(id: "a") { ... on Message { parent { id } } ... on Chunk { document { id } } } }"#),
        // Both spellings of one page.
        (4, "query($n: Int = 2) { viewer { conversations(first: $n) { nodes { id } } } }"),
        (1, r#"subscription { generation(id: "g") { __typename } }"#),
    ] {
        assert_eq!(counted(query, json!({ "ids": ["a", "b"] })), expected, "{query}");
    }
    let page = "query($n: Int) { viewer { conversations(first: $n) { nodes { id } } } }";
    for (variables, expected) in [
        (json!({ "n": 7 }), 9),
        (json!({ "n": null }), 22),
        (json!({}), 22),
        (json!({ "n": -1 }), 2),
        (json!({ "n": 4_000_000_000_u64 }), 102),
    ] {
        assert_eq!(counted(page, variables.clone()), expected, "{variables}");
    }
}

#[test]
fn what_works_hard_counts_more() {
    let shape = Shape::read(&sdl()).unwrap();
    // Two mutations and what they give: a message each.
    let send = r#"mutation { a: sendMessage(input: { text: "a" }) { message { id } } b: sendMessage(input: { text: "b" }) { message { id } } }"#;
    assert_eq!(counted(send, json!({})), 24);
    let search = r#"{ search(input: { query: "rent" }, first: 3) { __typename } }"#;
    assert!(counted(search, json!({})) > 10, "{:?}", shape.field("Query", "search"));
}

#[test]
fn fragments_multiply() {
    let mut query = String::from("{ viewer { conversations(first: 100) { nodes { ...F0 } } } }");
    for level in 0..6 {
        let next = level + 1;
        write!(
            query,
            " fragment F{level} on Conversation {{ messages(first: 100) {{ nodes {{ conversation {{ ...F{next} }} }} }} }}"
        )
        .unwrap();
    }
    query.push_str(" fragment F6 on Conversation { id }");
    // Of one conversation: its page, and of each message itself, its conversation and what that gives.
    let one = (0..6).fold(0_u64, |below, _| 1 + 100 * (1 + 1 + below));
    assert_eq!(counted(&query, json!({})), 1 + 1 + 100 * (1 + one));
}

#[test]
fn introspection_in_circles_is_endless_and_the_usual_one_is_not() {
    let usual =
        "query IntrospectionQuery { __schema { queryType { name } types { ...T } directives { args { ...I } } } }
        fragment T on __Type { fields(includeDeprecated: true) { args { ...I } type { ...R } } inputFields { ...I }
          interfaces { ...R } possibleTypes { ...R } }
        fragment I on __InputValue { type { ...R } }
        fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    assert_eq!(cost_of(usual, json!({})), Cost::Counted(0));
    let circle = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(cost_of(circle, json!({})), Cost::Endless);
    let hidden = r#"query { __type(name: "Query") { ...A } } fragment A on __Type { fields { type { ...B } } }
        fragment B on __Type { possibleTypes { interfaces { name } } }"#;
    assert_eq!(cost_of(hidden, json!({})), Cost::Endless);
}

#[tokio::test]
async fn the_bound_is_ones_own_and_told_on_request() {
    let served = Served::with(&[("MAX_COST", "30"), ("MAX_COST_ANONYMOUS", "20"), ("MAX_COST_ADMIN", "40")]).await;
    let (ada, root) = (served.person("ada").await, served.person("root").await);
    served.library.sql("UPDATE users SET role = 'ADMIN' WHERE username = 'root'").await;
    let query = "query($n: Int) { viewer { conversations(first: $n) { nodes { id } } } }";
    let ask = async |token: Option<&str>, n: u32| served.ask(token, query, json!({ "n": n })).await;
    let refusal = |answer: &Value| answer["errors"][0]["extensions"].clone();
    let too_high = |requested: u32, limit: u32| json!({ "code": "QUERY_TOO_COMPLEX", "cost": { "requested": requested, "limit": limit } });
    assert!(ask(Some(&ada.token), 28).await.get("errors").is_none());
    let refused = ask(Some(&ada.token), 29).await;
    assert_eq!(refusal(&refused), too_high(31, 30));
    assert!(refused.get("data").is_none());
    assert!(ask(Some(&root.token), 38).await.get("errors").is_none());
    assert_eq!(refusal(&ask(Some(&root.token), 39).await), too_high(41, 40));
    assert_eq!(refusal(&ask(None, 19).await), too_high(21, 20));

    let post = async |body: Value| {
        let client = reqwest::Client::new();
        let request = client.post(served.url("/graphql")).bearer_auth(&ada.token).json(&body);
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let mut body = json!({ "query": query, "variables": { "n": 5 } });
    assert!(post(body.clone()).await.get("extensions").is_none(), "nobody asked");
    body["extensions"] = json!({ "cost": true });
    assert_eq!(post(body.clone()).await["extensions"], json!({ "cost": { "requested": 7, "limit": 30 } }));

    let ada = super::support::live::Person { url: served.url(""), token: ada.token.clone() };
    let mut socket = ada.socket().await;
    body["variables"] = json!({ "n": 100 });
    socket.tell(json!({ "id": "1", "type": "subscribe", "payload": body })).await;
    let refused = socket.hear().await.unwrap();
    assert_eq!(
        (&refused["type"], &refused["payload"][0]["extensions"]["cost"]["requested"]),
        (&json!("error"), &json!(102))
    );
}
