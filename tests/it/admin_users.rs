//! What administrators see of accounts and do with them, and that there is always one left.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use elenchus::domain::users::actions::accounts::{create_user, ensure_admin};
use elenchus::domain::users::actions::administration::{Change, change};
use elenchus::domain::users::model::Role;
use elenchus::error::ErrorCode;
use serde_json::{Value, json};

use super::api_keys::key_of;
use super::support::dialogue::{beginning, model};
use super::support::live::{Person, until_some};
use super::support::people::{PASSWORD, World, account};
use super::support::provider::{ProviderServer, Step};
use super::support::served::Served;

const USERS: &str = "query($first: Int, $after: String, $last: Int, $before: String, $search: String, $role: Role, $isActive: Boolean) {
    users(first: $first, after: $after, last: $last, before: $before, search: $search, role: $role, isActive: $isActive) {
      totalCount nodes { username } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

/// Somebody who looks after the others.
async fn root(served: &Served) -> Person {
    let root = served.speaker("root").await;
    served.library.sql("UPDATE users SET role = 'ADMIN' WHERE username = 'root'").await;
    root
}

async fn id(person: &Person) -> String {
    person.run("{ viewer { user { id } } }", json!({})).await["viewer"]["user"]["id"].as_str().unwrap().to_owned()
}

/// The account as it is after a change.
async fn act(by: &Person, field: &str, input: Value) -> Value {
    let kind = if field == "setUserRole" { "SetUserRoleInput" } else { "UserInput" };
    by.act(field, kind, input, "user { role isActive }").await["user"].clone()
}

#[tokio::test]
async fn accounts_are_listed_page_by_page_for_whoever_may() {
    let served = Served::new().await;
    let root = root(&served).await;
    for (at, name) in ["ada", "bob", "carol", "dave", "per_cent"].into_iter().enumerate() {
        served.library.app.clock.advance(chrono::TimeDelta::seconds(1));
        served.person(name).await;
        let role = if at % 2 == 0 { "PROFESSOR" } else { "STUDENT" };
        served.library.sql(&format!("UPDATE users SET role = '{role}' WHERE username = '{name}'")).await;
    }
    served
        .library
        .sql(
            "UPDATE users SET is_active = false WHERE username = 'bob'; \
                        UPDATE users SET deleted_at = now() WHERE username = 'dave'",
        )
        .await;
    let list = async |variables: Value| {
        let page = root.run(USERS, variables).await["users"].clone();
        let names: Vec<String> = page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["username"].as_str().unwrap().to_owned())
            .collect();
        (names.join(" "), page["totalCount"].as_i64().unwrap(), page["pageInfo"].clone())
    };
    let (names, total, first) = list(json!({"first": 2})).await;
    assert_eq!((names.as_str(), total), ("per_cent carol", 5), "newest first, and those that are deleted not at all");
    assert_eq!((&first["hasNextPage"], &first["hasPreviousPage"]), (&json!(true), &json!(false)));
    let (names, _, second) = list(json!({"first": 2, "after": first["endCursor"]})).await;
    assert_eq!(names, "bob ada");
    let (names, _, third) = list(json!({"first": 2, "after": second["endCursor"]})).await;
    assert_eq!((names.as_str(), &third["hasNextPage"]), ("root", &json!(false)));
    let (names, _, _) = list(json!({"last": 2, "before": third["startCursor"]})).await;
    assert_eq!(names, "bob ada");
    for (narrowed, expected) in [
        (json!({"search": "ADA@"}), "ada"),
        (json!({"search": "the PERSON"}), "per_cent carol bob ada root"),
        (json!({"search": "r_c"}), "per_cent"),
        (json!({"search": "%"}), ""),
        (json!({"search": "\\"}), ""),
        (json!({"search": "\u{0}"}), ""),
        (json!({"role": "PROFESSOR"}), "per_cent carol ada"),
        (json!({"role": "STUDENT", "isActive": true}), ""),
        (json!({"isActive": false}), "bob"),
        (json!({"isActive": true, "search": "example.org", "role": "ADMIN"}), "root"),
    ] {
        let (names, total, _) = list(narrowed.clone()).await;
        assert_eq!(names, expected, "{narrowed}");
        assert_eq!(total, i64::try_from(expected.split_whitespace().count()).unwrap(), "{narrowed}");
    }
    // One statement for a page, and one more for the number of all where it is asked for.
    for (query, statements) in
        [("{ users { nodes { email } } }", "1"), ("{ users { totalCount nodes { email } } }", "2")]
    {
        let answer = served.answer(Some(&root.token), query, json!({})).await;
        assert_eq!(answer.headers["x-sql-statements"], statements, "{query}");
    }

    let ada = served.speaker("erin").await;
    for role in ["STUDENT", "PROFESSOR", "ANALYST", "MEMBER"] {
        served.library.sql(&format!("UPDATE users SET role = '{role}' WHERE username = 'erin'")).await;
        assert_eq!(ada.refused(USERS, json!({})).await.0, "FORBIDDEN", "{role}");
    }
    let bad = root.refused(USERS, json!({"after": "nonsense"})).await;
    assert_eq!(bad, ("BAD_USER_INPUT".to_owned(), vec!["after".to_owned()]));
}

#[tokio::test]
async fn roles_are_given_and_hold_at_once() {
    let served = Served::new().await;
    let (root, ada) = (root(&served).await, served.speaker("ada").await);
    let (root_id, ada_id) = (id(&root).await, id(&ada).await);
    for field in ["setUserRole", "deactivateUser", "reactivateUser"] {
        let mut input = json!({"userId": root_id});
        if field == "setUserRole" {
            input["role"] = json!("MEMBER");
        }
        let kind = if field == "setUserRole" { "SetUserRoleInput" } else { "UserInput" };
        assert_eq!(ada.act_refused(field, kind, input).await.0, "FORBIDDEN", "{field}");
    }
    let unknown = json!({"userId": "user_01jnm9a2scf2a8ffyxqxs6d6n4", "role": "ADMIN"});
    assert_eq!(root.act_refused("setUserRole", "SetUserRoleInput", unknown).await.0, "NOT_FOUND");
    served.library.app.clock.advance(chrono::TimeDelta::seconds(5));
    let given = act(&root, "setUserRole", json!({"userId": ada_id, "role": "ADMIN"})).await;
    assert_eq!(given, json!({"role": "ADMIN", "isActive": true}));
    assert_eq!(ada.run(USERS, json!({})).await["users"]["totalCount"], 2);
    let changed = "string_agg(username, ' ') FROM users WHERE updated_at > created_at";
    assert_eq!(served.library.text(changed).await.as_deref(), Some("ada"));
    // Now that there are two, one may go; the last may not, by any way.
    assert_eq!(act(&root, "setUserRole", json!({"userId": root_id, "role": "ANALYST"})).await["role"], "ANALYST");
    assert_eq!(root.refused(USERS, json!({})).await.0, "FORBIDDEN");
    let demote = json!({"userId": ada_id, "role": "MEMBER"});
    assert_eq!(ada.act_refused("setUserRole", "SetUserRoleInput", demote).await.0, "CONFLICT");
    assert_eq!(ada.act_refused("deactivateUser", "UserInput", json!({"userId": ada_id})).await.0, "CONFLICT");
    assert_eq!(act(&ada, "setUserRole", json!({"userId": ada_id, "role": "ADMIN"})).await["role"], "ADMIN");
    // One that is shut, or gone, is none that could sign in.
    act(&ada, "setUserRole", json!({"userId": root_id, "role": "ADMIN"})).await;
    act(&ada, "deactivateUser", json!({"userId": root_id})).await;
    assert_eq!(ada.act_refused("deactivateUser", "UserInput", json!({"userId": ada_id})).await.0, "CONFLICT");
    let shut = act(&ada, "setUserRole", json!({"userId": root_id, "role": "MEMBER"})).await;
    assert_eq!(shut, json!({"role": "MEMBER", "isActive": false}));
    // What changed is in the trail, and what did not is not.
    let trail = "string_agg(concat(action, ' ', before ->> 'role', '>', after ->> 'role'), ', ' ORDER BY id) \
                 FROM audit_events WHERE action LIKE 'account.%' AND action <> 'account.registered'";
    assert_eq!(
        served.library.text(trail).await.as_deref(),
        Some(
            "account.role_changed MEMBER>ADMIN, account.role_changed ADMIN>ANALYST, account.role_changed \
             ANALYST>ADMIN, account.deactivated >, account.role_changed ADMIN>MEMBER"
        )
    );
}

#[tokio::test]
async fn of_administrators_who_take_each_other_away_one_is_left() {
    let world = World::new().await;
    for round in 0..5 {
        let mut admins = Vec::new();
        for name in ["one", "two", "three"] {
            let mut account = account(&format!("{name}{round}@example.org"), None);
            account.role = Role::Admin;
            create_user(&world.app, account).await.unwrap();
            let signed_in = world.login(&format!("{name}{round}@example.org"), PASSWORD).await.unwrap();
            admins.push(world.authenticate(&signed_in.access_token).await.unwrap());
        }
        let ids: Vec<_> = admins.iter().map(|admin| admin.require_id().unwrap()).collect();
        // Each takes the next one away, in one way or the other, at the same moment.
        let (a, b, c) = tokio::join!(
            change(&world.app, &admins[0], ids[1], Change::Role(Role::Member)),
            change(&world.app, &admins[1], ids[2], Change::Deactivate),
            change(&world.app, &admins[2], ids[0], Change::Role(Role::Student)),
        );
        let refused: Vec<_> = [a, b, c].into_iter().filter_map(Result::err).map(|error| error.code()).collect();
        assert_eq!(refused, [ErrorCode::Conflict]);
        assert_eq!(world.text("SELECT count(*) FROM users WHERE role = 'ADMIN' AND is_active").await.unwrap(), "1");
        world.sql("DELETE FROM users").await;
    }
}

#[tokio::test]
async fn a_deactivated_account_is_shut_on_every_side_and_loses_nothing() {
    let provider = ProviderServer::start(vec![beginning(&["It", " goes", " on"]).then(Step::Stall)]).await;
    let served = Served::with(&model(&provider)).await;
    let (root, ada) = (root(&served).await, served.speaker("ada").await);
    let ada_id = id(&ada).await;
    let (_, program) = key_of(&ada, &["CONVERSATIONS_READ"]).await;
    let said = ada.say(json!({"text": "Does it?"})).await;
    let mut stream = ada.shown(&said.generation, "It goes on").await;
    let shut = act(&root, "deactivateUser", json!({"userId": ada_id})).await;
    assert_eq!(shut, json!({"role": "MEMBER", "isActive": false}));
    let code = loop {
        if let Err(code) = stream.hear().await {
            break code;
        }
    };
    assert_eq!(code, 4403);
    let status = format!(
        "status || ' ' || content FROM generations WHERE id = '{}'",
        super::support::talk::uuid(&said.generation)
    );
    until_some("the end of the run", async || {
        served.library.text(&status).await.filter(|status| status == "STOPPED It goes on")
    })
    .await;
    let nobody = Person { token: String::new(), ..ada.clone() };
    for who in [&ada, &program] {
        let me = who.respond("{ viewer { user { id } } }", json!({})).await;
        assert_eq!(me["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
    let login = "mutation($input: LoginInput!) { login(input: $input) { accessToken } }";
    let input = json!({"input": {"identifier": "ada", "password": PASSWORD}});
    assert_eq!(nobody.refused(login, input.clone()).await.0, "FORBIDDEN");
    let again = act(&root, "deactivateUser", json!({"userId": ada_id})).await;
    assert_eq!(again, shut, "what is so already stays");

    let open = act(&root, "reactivateUser", json!({"userId": ada_id})).await;
    assert_eq!(open, json!({"role": "MEMBER", "isActive": true}));
    let before = ada.respond("{ viewer { user { id } } }", json!({})).await;
    assert_eq!(before["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "sign-ins of before stay ended");
    let token = nobody.run(login, input).await["login"]["accessToken"].as_str().unwrap().to_owned();
    let back = Person { token, ..ada.clone() };
    let kept = back.read(&said.reply, "Message", "content status").await;
    assert_eq!(kept, json!({"content": "It goes on", "status": "STOPPED"}));
    assert_eq!(program.run("{ viewer { user { id } } }", json!({})).await["viewer"]["user"]["id"], *ada_id);
}

#[tokio::test]
async fn what_waits_for_a_shut_account_is_stopped_although_nobody_was_told() {
    let provider = ProviderServer::start(vec![beginning(&["It", " goes", " on"]).then(Step::Stall)]).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.speaker("ada").await;
    let said = ada.say(json!({"text": "Does it?"})).await;
    drop(ada.shown(&said.generation, "It goes on").await);
    served.library.sql("UPDATE users SET is_active = false").await;
    let status = format!("status FROM generations WHERE id = '{}'", super::support::talk::uuid(&said.generation));
    until_some("the end of the run", async || served.library.text(&status).await.filter(|status| status == "STOPPED"))
        .await;
}

#[tokio::test]
async fn many_instances_make_one_first_administrator() {
    let settings = [("ADMIN_EMAIL", "Root@example.org"), ("ADMIN_PASSWORD", PASSWORD)];
    let world = World::with(&settings).await;
    // As many processes would: each with its own connections.
    let mut others = Vec::new();
    for _ in 0..4 {
        let mut app = world.app.clone();
        let url = secrecy::SecretString::from(world.database.url.clone());
        app.db = elenchus::db::pool::Db::new(&url, &app.config.database).unwrap();
        others.push(app);
    }
    let made = futures::future::join_all(others.iter().map(ensure_admin)).await;
    let made: Vec<bool> = made.into_iter().map(Result::unwrap).collect();
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    // Later starts leave it as it is, whatever it has become and however its address is written.
    world.sql("UPDATE users SET role = 'MEMBER', email = 'ROOT@example.org', full_name = 'Somebody'").await;
    for app in &others {
        assert!(!ensure_admin(app).await.unwrap());
    }
    let left = world.text("SELECT string_agg(role || ' ' || email || ' ' || full_name, ',') FROM users").await;
    assert_eq!(left.as_deref(), Some("MEMBER ROOT@example.org Somebody"));
}

/// What would leave no administrator.
const REFUSED: [&[&str]; 2] = [&["deactivate", "ada@example.org"], &["set-role", "ada@example.org", "MEMBER"]];

#[tokio::test]
async fn operators_change_accounts_from_the_command_line() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let url = served.library.database.url.clone();
    let run = |arguments: &'static [&'static str]| {
        let url = url.clone();
        async move {
            let done = tokio::task::spawn_blocking(move || {
                let mut child = Command::new(env!("CARGO_BIN_EXE_elenchus"))
                    .args([&["admin"][..], arguments].concat())
                    .env_clear()
                    .envs([("DATABASE_URL", url.as_str()), ("LOG_LEVEL", "off"), ("EMBEDDING_MODEL", "none")])
                    .current_dir(std::env::temp_dir())
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap();
                let _unread = child.stdin.take().unwrap().write_all(b"");
                child.wait_with_output().unwrap()
            });
            let output = tokio::time::timeout(Duration::from_mins(1), done).await.unwrap().unwrap();
            let said = [output.stdout, output.stderr].concat();
            (output.status.success(), String::from_utf8(said).unwrap())
        }
    };
    let ada_id = id(&ada).await;
    let mut socket = ada.socket().await;
    let (done, said) = run(&["set-role", "ADA@example.org", "ADMIN"]).await;
    assert_eq!((done, said), (true, format!("{ada_id} ADMIN active ada@example.org\n")));
    assert_eq!(socket.hear().await, Err(4403), "a server hears of it");
    for arguments in REFUSED {
        let (done, said) = run(arguments).await;
        assert_eq!(
            (done, said.as_str()),
            (false, "elenchus: This is the last administrator. Make another one first.\n")
        );
    }
    served.person("root").await;
    run(&["set-role", "root@example.org", "ADMIN"]).await;
    let mut socket = ada.socket().await;
    let (done, said) = run(&["deactivate", "ada@example.org"]).await;
    assert_eq!((done, said), (true, format!("{ada_id} ADMIN deactivated ada@example.org\n")));
    assert_eq!(socket.hear().await, Err(4403));
    let (done, said) = run(&["reactivate", "ada@example.org"]).await;
    assert_eq!((done, said), (true, format!("{ada_id} ADMIN active ada@example.org\n")));
    let (done, said) = run(&["deactivate", "nobody@example.org"]).await;
    assert_eq!((done, said.as_str()), (false, "elenchus: There is no such account: nobody@example.org.\n"));
    let by = "string_agg(DISTINCT actor, ' ') FROM audit_events WHERE action IN ('account.role_changed', 'account.deactivated')";
    assert_eq!(served.library.text(by).await.as_deref(), Some("system"));
}
