//! API keys: shown once, good for what their scopes say on every transport, and for nothing once they have ended.

use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};

use super::support::live::Person;
use super::support::served::Served;

pub const CREATE: &str = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id name prefix scopes \
                      createdAt expiresAt lastUsedAt useCount revokedAt } } }";
pub const KEYS: &str = "{ viewer { apiKeys { id name prefix scopes expiresAt lastUsedAt useCount revokedAt } } }";
pub const REVOKE: &str =
    "mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { id revokedAt } } }";
pub const ME: &str = "{ viewer { user { username } permissions } }";
pub const ALL: [&str; 8] = [
    "CONVERSATIONS_READ",
    "CONVERSATIONS_WRITE",
    "DOCUMENTS_READ",
    "DOCUMENTS_WRITE",
    "COURSES_READ",
    "COURSES_WRITE",
    "DATA_READ",
    "DATA_WRITE",
];

/// A key of somebody's: its id, and a program that asks with it.
pub async fn key_of(person: &Person, scopes: &[&str]) -> (String, Person) {
    let made = person.run(CREATE, json!({"input": {"name": "a program", "scopes": scopes}})).await;
    let text = |path: &str| made.pointer(path).unwrap().as_str().unwrap().to_owned();
    let program = Person { url: person.url.clone(), token: text("/createApiKey/secret") };
    (text("/createApiKey/apiKey/id"), program)
}

/// Code and message of an operation that must fail.
pub async fn refusal(person: &Person, query: &str, variables: Value) -> (String, String) {
    let answer = person.respond(query, variables).await;
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no failure: {answer}")).to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

#[tokio::test]
async fn a_key_is_shown_once_and_recognised_ever_after() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let input = json!({"input": {"name": " nightly import ", "scopes": ["DOCUMENTS_WRITE", "CONVERSATIONS_READ", "DOCUMENTS_WRITE"],
                                 "expiresInDays": 7}});
    let made = ada.run(CREATE, input).await["createApiKey"].clone();
    let secret = made["secret"].as_str().unwrap();
    let (id, prefix) = (made["apiKey"]["id"].as_str().unwrap(), made["apiKey"]["prefix"].as_str().unwrap());
    assert_eq!((secret.len(), &secret[..13]), (56, format!("{prefix}_").as_str()));
    assert!(id.starts_with("key_") && prefix.starts_with("elk_"), "{id} {prefix}");
    let expected = json!({
        "id": id, "name": "nightly import", "prefix": prefix, "scopes": ["CONVERSATIONS_READ", "DOCUMENTS_WRITE"],
        "createdAt": "2026-03-01T12:00:00+00:00", "expiresAt": "2026-03-08T12:00:00+00:00", "lastUsedAt": null,
        "useCount": 0, "revokedAt": null,
    });
    assert_eq!(made["apiKey"], expected);
    let listed = ada.run(KEYS, json!({})).await;
    assert_eq!(listed["viewer"]["apiKeys"].as_array().unwrap().len(), 1);
    assert_eq!(listed["viewer"]["apiKeys"][0]["prefix"], prefix);
    assert!(!listed.to_string().contains(&secret[13..]), "{listed}");
    let kept = served.library.text("row_to_json(k)::text FROM api_keys k").await.unwrap();
    let raw = hex::encode(base64_of(&secret[13..]));
    assert!(!kept.contains(&secret[13..]) && !kept.contains(&raw), "the key itself is never stored: {kept}");
    let hash = "encode(sha256(decode('RAW', 'hex')), 'hex') = encode(hash, 'hex') FROM api_keys".replace("RAW", &raw);
    assert_eq!(served.library.text(&hash).await.as_deref(), Some("true"));
    for _ in 0..2 {
        ada.run(REVOKE, json!({"input": {"id": id}})).await;
    }
    let told = trail(&served).await.unwrap();
    let told: Vec<&str> = told.lines().collect();
    assert!(told[0].starts_with(&format!("api_key.created {id} ")) && told[0].contains("nightly import"), "{told:?}");
    assert_eq!(told[1..], [format!("api_key.revoked {id} ")], "once");
}

/// What the trail says of keys, with who did it.
pub async fn trail(served: &Served) -> Option<String> {
    let events = "string_agg(action || ' ' || object || ' ' || coalesce(after::text, ''), E'\\n' ORDER BY id) FROM audit_events \
                  WHERE action LIKE 'api_key.%'";
    served.library.text(events).await
}

fn base64_of(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

#[tokio::test]
async fn what_is_wrong_with_a_new_key_is_said_at_once() {
    let served = Served::with(&[("API_KEY_MAX_DAYS", "30"), ("API_KEYS_PER_ACCOUNT", "3")]).await;
    let ada = served.speaker("ada").await;
    let bad = |name: &str, scopes: &[&str], days: i32| json!({"input": {"name": name, "scopes": scopes, "expiresInDays": days}});
    let fields = |paths: &[&str]| {
        ("BAD_USER_INPUT".to_owned(), paths.iter().map(|path| format!("input.{path}")).collect::<Vec<_>>())
    };
    assert_eq!(ada.refused(CREATE, bad(" ", &[], 0)).await, fields(&["name", "scopes", "expiresInDays"]));
    assert_eq!(ada.refused(CREATE, bad(&"x".repeat(101), &ALL, 31)).await, fields(&["name", "expiresInDays"]));
    assert_eq!(
        ada.refused(CREATE, bad("x\u{7}", &["SYSTEM_READ"], -1)).await,
        fields(&["name", "scopes", "expiresInDays"])
    );
    let made = ada.run(CREATE, json!({"input": {"name": "x", "scopes": ["DOCUMENTS_READ"]}})).await;
    assert_eq!(
        made["createApiKey"]["apiKey"]["expiresAt"], "2026-03-31T12:00:00+00:00",
        "90 days are more than are allowed"
    );

    // Five at once for the two that are left.
    let one = json!({"input": {"name": "x", "scopes": ALL}});
    let answers = join_all((0..5).map(|_| ada.respond(CREATE, one.clone()))).await;
    let codes: Vec<_> =
        answers.iter().filter_map(|answer| answer["errors"][0]["extensions"]["code"].as_str()).collect();
    assert_eq!(codes, ["CONFLICT"; 3]);
    assert_eq!(served.library.text("count(*) FROM api_keys").await.as_deref(), Some("3"));
    let first = made["createApiKey"]["apiKey"]["id"].clone();
    ada.run(REVOKE, json!({"input": {"id": first}})).await;
    ada.run(CREATE, one.clone()).await;
    served.library.app.clock.advance(TimeDelta::days(30));
    let ada = Person { token: sign_in(&served, "ada").await, ..ada };
    ada.run(CREATE, one).await;
}

pub async fn sign_in(served: &Served, name: &str) -> String {
    let login = "mutation($input: LoginInput!) { login(input: $input) { accessToken } }";
    let input = json!({"input": {"identifier": name, "password": super::support::people::PASSWORD}});
    served.ask(None, login, input).await["data"]["login"]["accessToken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_good_on_every_transport() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let (_, program) = key_of(&ada, &ALL).await;
    assert_eq!(program.run(ME, json!({})).await["viewer"]["user"]["username"], "ada");
    let client = reqwest::Client::new();
    let url = served.url("/graphql");
    let got = client.get(&url).query(&[("query", ME)]).bearer_auth(&program.token).send().await.unwrap();
    assert_eq!(got.json::<Value>().await.unwrap()["data"]["viewer"]["user"]["username"], "ada");
    let upload = "mutation($files: [Upload!]!) { uploadDocuments(input: { files: $files }) { documents { id } } }";
    let uploaded = served.upload(Some(&program.token), upload, "The rent is due on Monday.").await;
    let document = uploaded["data"]["uploadDocuments"]["documents"][0]["id"].as_str().unwrap().to_owned();
    let progress = "subscription($ids: [ID!]!) { documentProgress(ids: $ids) { status } }";
    for accept in ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"] {
        let body = json!({"query": progress, "variables": {"ids": [document]}}).to_string();
        let request = client.post(&url).header("accept", accept).header("content-type", "application/json").body(body);
        let mut response = request.bearer_auth(&program.token).send().await.unwrap();
        let mut heard = String::new();
        while !heard.contains("PENDING") {
            heard.push_str(&String::from_utf8_lossy(&response.chunk().await.unwrap().expect("more is to come")));
        }
    }
    let mut socket = program.socket().await;
    socket.subscribe(progress, json!({"ids": [document]})).await;
    assert_eq!(socket.step().await.unwrap()["documentProgress"]["status"], "PENDING");
    let mut socket = program.socket().await;
    socket.subscribe(ME, json!({})).await;
    assert_eq!(socket.step().await.unwrap()["viewer"]["user"]["username"], "ada");
}

/// Operations, and the scopes that a key needs for them: one for each permission, and those that are not obvious.
const NEEDS: &[(&str, &[&str])] = &[
    ("{ viewer { conversations { totalCount } } }", &["CONVERSATIONS_READ"]),
    ("query($c: ID!) { node(id: $c) { id } }", &["CONVERSATIONS_READ"]),
    ("query($c: ID!) { nodes(ids: [$c]) { id } }", &["CONVERSATIONS_READ"]),
    ("query($m: ID!) { node(id: $m) { id } }", &["CONVERSATIONS_READ"]),
    ("query($g: ID!) { node(id: $g) { id } }", &["CONVERSATIONS_READ"]),
    (
        "mutation($c: ID!) { updateConversation(input: {conversationId: $c, title: \"t\"}) { conversation { id } } }",
        &["CONVERSATIONS_WRITE"],
    ),
    ("mutation { createConversation(input: {title: \"t\"}) { conversation { id } } }", &["CONVERSATIONS_WRITE"]),
    (
        "mutation($m: ID!) { rateMessage(input: {messageId: $m, rating: UP}) { message { id } } }",
        &["CONVERSATIONS_WRITE"],
    ),
    ("mutation($g: ID!) { stopGeneration(input: {generationId: $g}) { generation { id } } }", &["CONVERSATIONS_WRITE"]),
    (
        "mutation($c: ID!) { setTyping(input: {conversationId: $c, isTyping: false}) { isTyping } }",
        &["CONVERSATIONS_WRITE"],
    ),
    ("mutation($m: ID!) { confirmDelivery(input: {messageId: $m}) { message { id } } }", &["CONVERSATIONS_WRITE"]),
    (
        "mutation($c: ID!, $d: ID!) { attachDocuments(input: {conversationId: $c, documentIds: [$d]}) { conversation { id } } }",
        &["CONVERSATIONS_WRITE", "DOCUMENTS_READ"],
    ),
    (
        "mutation($c: ID!) { sendMessage(input: {conversationId: $c, text: \"And then?\", waitForReply: true}) { reply { id } } }",
        &["CONVERSATIONS_WRITE", "DOCUMENTS_READ"],
    ),
    (
        "mutation { ask(input: {question: \"Why?\", waitForAnswer: true}) { generation { id } } }",
        &["CONVERSATIONS_WRITE", "DOCUMENTS_READ"],
    ),
    ("{ viewer { documents { totalCount } } }", &["DOCUMENTS_READ"]),
    ("query($d: ID!) { node(id: $d) { id ... on Document { text downloadUrl } } }", &["DOCUMENTS_READ"]),
    ("{ search(query: \"rent\", mode: KEYWORD) { hits { score } } }", &["DOCUMENTS_READ"]),
    (
        "query($c: ID!) { node(id: $c) { ... on Conversation { documents { id } } } }",
        &["CONVERSATIONS_READ", "DOCUMENTS_READ"],
    ),
    ("mutation($d: ID!) { updateDocument(input: {id: $d, title: \"t\"}) { document { id } } }", &["DOCUMENTS_WRITE"]),
    ("mutation($d: ID!) { reprocessDocument(input: {id: $d}) { document { id } } }", &["DOCUMENTS_WRITE"]),
    ("{ viewer { workspaces { id } } }", &["DATA_READ"]),
    ("mutation { createWorkspace(input: {name: \"t\"}) { workspace { id } } }", &["DATA_WRITE"]),
    ("{ courses { totalCount } }", &["COURSES_READ"]),
    ("{ viewer { courseInvitations { id } } }", &["COURSES_READ"]),
    ("query($k: ID!) { course(id: $k) { weeks { documents { id } } } }", &["COURSES_READ", "DOCUMENTS_READ"]),
    ("query($d: ID!) { node(id: $d) { ... on Document { weeks { id } } } }", &["COURSES_READ", "DOCUMENTS_READ"]),
    ("mutation($k: ID!) { updateCourse(input: {courseId: $k, name: \"n\"}) { course { id } } }", &["COURSES_WRITE"]),
    ("mutation($k: ID!) { copyCourse(input: {courseId: $k, code: \"copy\"}) { course { id } } }", &["COURSES_WRITE"]),
    (
        "mutation($k: ID!, $d: ID!) { addWeek(input: {courseId: $k, number: 2, documentIds: [$d]}) { week { id } } }",
        &["COURSES_WRITE", "DOCUMENTS_READ"],
    ),
    ("subscription($c: ID!) { conversation(id: $c) { __typename } }", &["CONVERSATIONS_READ"]),
    ("subscription($g: ID!) { generation(id: $g) { __typename } }", &["CONVERSATIONS_READ"]),
    ("subscription($d: ID!) { documentProgress(ids: [$d]) { status } }", &["DOCUMENTS_READ"]),
];

#[tokio::test]
async fn a_key_may_what_its_scopes_say_and_is_told_what_is_missing() {
    let served = Served::new().await;
    let person = served.person("ada").await;
    let document = served.library.add(&person.actor, "rent.txt", b"The rent is due on Monday.").await;
    let ada = Person { url: served.url(""), token: person.token };
    let said = ada.converse(None, "When is the rent due?").await;
    served.library.sql("UPDATE users SET role = 'PROFESSOR'").await;
    let create =
        "mutation { createCourse(input: {code: \"LAW-1\", name: \"Law\", professorName: \"Ada\"}) { course { id } } }";
    let course = ada.run(create, json!({})).await["createCourse"]["course"]["id"].clone();
    let week = "mutation($i: AddWeekInput!) { addWeek(input: $i) { week { id } } }";
    ada.run(week, json!({"i": {"courseId": course, "number": 1, "documentIds": [document.id.to_string()]}})).await;
    let ids = json!({"c": said.conversation, "m": said.reply, "g": said.generation, "d": document.id.to_string(), "k": course});
    let names: Vec<&str> = ids.as_object().unwrap().keys().map(String::as_str).collect();
    // Keys of all scopes but those that include one: what is missing is the one.
    let without = |scope: &str| -> Vec<&str> {
        ALL.into_iter()
            .filter(|one| *one != scope && !(scope.ends_with("_READ") && one.starts_with(&scope[..5])))
            .collect()
    };
    let mut keys = std::collections::BTreeMap::new();
    for scope in ALL {
        keys.insert(scope, key_of(&ada, &without(scope)).await.1);
    }
    for (query, scopes) in NEEDS {
        let used: Value = names
            .iter()
            .filter(|name| query.contains(&format!("${name}:")))
            .map(|name| ((*name).to_owned(), ids[name].clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        for scope in *scopes {
            let expected = ("FORBIDDEN".to_owned(), format!("This API key does not have the scope {scope}."));
            let refused = if query.starts_with("subscription") {
                let events = served.follow(Some(&keys[scope].token), query, used.clone()).await;
                let error = &events[0]["errors"][0];
                (
                    error["extensions"]["code"].as_str().unwrap().to_owned(),
                    error["message"].as_str().unwrap().to_owned(),
                )
            } else {
                refusal(&keys[scope], query, used.clone()).await
            };
            assert_eq!(refused, expected, "{query}");
        }
        let (id, enough) = key_of(&ada, scopes).await;
        if query.starts_with("subscription") {
            let mut socket = enough.socket().await;
            socket.subscribe(query, used).await;
            if !query.contains("conversation(") {
                socket.step().await.unwrap_or_else(|| panic!("{query}"));
            }
        } else {
            enough.run(query, used).await;
        }
        ada.run(REVOKE, json!({"input": {"id": id}})).await;
    }
    // What a key without documents reads of an answer is the answer; where it leads is refused.
    let (_, reader) = key_of(&ada, &["CONVERSATIONS_READ"]).await;
    let cited = "query($m: ID!) { node(id: $m) { ... on Message { content citations { quote } } } }";
    assert_eq!(
        reader.run(cited, json!({"m": said.reply})).await["node"]["citations"][0]["quote"],
        "The rent is due on Monday."
    );
    let permissions = reader.run(ME, json!({})).await["viewer"]["permissions"].clone();
    assert_eq!(permissions, json!(["READ_OWN_CONVERSATIONS"]));
}

#[tokio::test]
async fn no_key_manages_accounts_sign_ins_or_keys() {
    let served = Served::new().await;
    let root = served.speaker("root").await;
    served.library.sql("UPDATE users SET role = 'ADMIN'").await;
    let all = [&ALL[..], &["SYSTEM_READ"]].concat();
    let (id, program) = key_of(&root, &all).await;
    let user = root.run("{ viewer { user { id } } }", json!({})).await["viewer"]["user"]["id"].clone();
    let session = root.run("{ viewer { sessions { id } } }", json!({})).await["viewer"]["sessions"][0]["id"].clone();
    let user_change =
        |field: &str| format!("mutation($id: ID!) {{ {field}(input: {{userId: $id}}) {{ user {{ id }} }} }}");
    let refused = [
        (CREATE.to_owned(), json!({"input": {"name": "x", "scopes": ["DOCUMENTS_READ"]}})),
        (REVOKE.to_owned(), json!({"input": {"id": id}})),
        (KEYS.to_owned(), json!({})),
        ("{ viewer { sessions { id } } }".to_owned(), json!({})),
        (
            "mutation($id: ID!) { revokeSession(input: {id: $id}) { session { id } } }".to_owned(),
            json!({"id": session}),
        ),
        ("mutation { revokeOtherSessions { sessions { id } } }".to_owned(), json!({})),
        ("mutation { logout { user { id } } }".to_owned(), json!({})),
        ("{ users { totalCount } }".to_owned(), json!({})),
        ("{ invitations { totalCount } }".to_owned(), json!({})),
        ("mutation { inviteUser(input: {email: \"a@example.org\"}) { token } }".to_owned(), json!({})),
        (
            "mutation($id: ID!) { setUserRole(input: {userId: $id, role: MEMBER}) { user { id } } }".to_owned(),
            json!({"id": user}),
        ),
        (user_change("deactivateUser"), json!({"id": user})),
        (user_change("reactivateUser"), json!({"id": user})),
    ];
    for (query, variables) in refused {
        let refusal = refusal(&program, &query, variables).await;
        assert_eq!(refusal, ("FORBIDDEN".to_owned(), "No API key may do this: sign in instead.".to_owned()), "{query}");
    }
    // Nor does an administrator's key see others, or make accounts above what anybody may.
    served.person("ada").await;
    let ada = served.library.text("id::text FROM users WHERE username = 'ada'").await.unwrap();
    let ada: elenchus::ids::UserId = elenchus::ids::Id::from_uuid(ada.parse().unwrap());
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(refusal(&program, node, json!({"id": ada.to_string()})).await.0, "NOT_FOUND");
    assert_eq!(root.run(node, json!({"id": ada.to_string()})).await["node"]["id"], ada.to_string());
    let above =
        json!({"input": {"email": "x@example.org", "password": super::support::people::PASSWORD, "role": "ADMIN"}});
    let register = "mutation($input: RegisterInput!) { register(input: $input) { user { id } } }";
    assert_eq!(program.refused(register, above).await, ("BAD_USER_INPUT".to_owned(), vec!["input.role".to_owned()]));

    // What it may: see how the installation is, for as long as its owner may.
    let health = || async {
        let got = reqwest::Client::new().get(served.url("/health")).bearer_auth(&program.token).send().await.unwrap();
        got.json::<Value>().await.unwrap()["parts"]["database"].clone()
    };
    assert_eq!(health().await, "ok");
    served.library.sql("UPDATE users SET role = 'PROFESSOR'").await;
    assert_eq!(health().await, Value::Null);
}
