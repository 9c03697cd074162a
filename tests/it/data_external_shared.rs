//! Who may do what with a database that a workspace asks.

use serde_json::{Value, json};

use super::data_external::{CREATE, DELETE, OPEN, REFRESH, UPDATE, act, source};
use super::support::desk::Desk;
use super::support::foreign::{Door, Foreign};

const SEEN: &str = "query($id: ID!) { node(id: $id) { ... on DataSource { name status notes connection { host username } tables { name } } } }";

#[tokio::test]
async fn editors_change_it_viewers_ask_it_and_nobody_else_knows_of_it() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let (ada, bob, cyd, eve) = (
        desk.served.person("ada").await,
        desk.served.person("bob").await,
        desk.served.person("cyd").await,
        desk.served.person("eve").await,
    );
    let create = "mutation { createWorkspace(input: { name: \"Sales\" }) { workspace { id } } }";
    let workspace = desk.served.ask(Some(&ada.token), create, json!({})).await;
    let workspace = workspace["data"]["createWorkspace"]["workspace"]["id"].clone();
    let add = "mutation($input: AddWorkspaceMemberInput!) { addWorkspaceMember(input: $input) { member { id } } }";
    for (name, role) in [("bob", "VIEWER"), ("cyd", "EDITOR")] {
        let email = format!("{name}@example.org");
        let added = act(&desk, &ada, add, json!({ "workspaceId": workspace, "email": email, "role": role })).await;
        assert!(added["errors"].is_null(), "{added}");
    }
    let input = foreign.entered(&workspace, &door);
    let code = |answer: &Value| answer["errors"][0]["extensions"]["code"].clone();
    assert_eq!(code(&act(&desk, &bob, CREATE, input.clone()).await), json!("FORBIDDEN"));
    assert_eq!(code(&act(&desk, &eve, CREATE, input.clone()).await), json!("NOT_FOUND"));
    let made = source(&act(&desk, &cyd, CREATE, input).await);
    let id = &made["id"];
    for (mutation, input) in
        [(UPDATE, json!({ "id": id, "name": "Theirs" })), (REFRESH, json!({ "id": id })), (DELETE, json!({ "id": id }))]
    {
        assert_eq!(code(&act(&desk, &bob, mutation, input.clone()).await), json!("FORBIDDEN"), "{mutation}");
        assert_eq!(code(&act(&desk, &eve, mutation, input).await), json!("NOT_FOUND"), "{mutation}");
    }
    let seen = desk.served.ask(Some(&bob.token), SEEN, json!({ "id": id })).await;
    let expected = json!({
        "name": "Sales", "status": "READY", "notes": ["UNENCRYPTED"],
        "connection": { "host": "127.0.0.1", "username": foreign.role }, "tables": [{ "name": "orders" }, { "name": "totals" }],
    });
    assert_eq!(seen["data"]["node"], expected, "{seen}");
    assert_eq!(desk.run(&bob, id, "SELECT count(*) FROM orders").await["rows"], json!([[3]]));
    assert_eq!(code(&desk.served.ask(Some(&eve.token), SEEN, json!({ "id": id })).await), json!("NOT_FOUND"));
    let run = json!({ "dataSourceId": id, "sql": "SELECT 1" });
    assert_eq!(code(&act(&desk, &eve, super::support::desk::RUN, run).await), json!("NOT_FOUND"));
    assert_eq!(source(&act(&desk, &ada, UPDATE, json!({ "id": id, "name": "Ours" })).await)["name"], json!("Ours"));

    // Uploads are no database of somebody else's.
    let upload = desk.bring(&ada, "n.csv", b"a\n1\n", json!({ "workspaceId": workspace })).await;
    let uploads = &upload["dataSource"]["id"];
    for (mutation, input) in [
        (UPDATE, json!({ "id": uploads, "name": "Theirs" })),
        (REFRESH, json!({ "id": uploads })),
        (DELETE, json!({ "id": uploads })),
    ] {
        assert_eq!(code(&act(&desk, &ada, mutation, input).await), json!("CONFLICT"), "{mutation}");
    }
    let seen = desk.served.ask(Some(&ada.token), SEEN, json!({ "id": uploads })).await;
    let plain =
        json!({ "name": "Uploads", "status": "READY", "notes": [], "connection": null, "tables": [{ "name": "n" }] });
    assert_eq!(seen["data"]["node"], plain, "{seen}");
}

/// The list, and one statement each for the connections and the tables.
const STATEMENTS: &str = "3";

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_sources() {
    let desk = Desk::with(&OPEN).await;
    let ada = desk.served.person("ada").await;
    let query =
        "{ dataSources { id status error { code } lastCheckedAt notes connection { host } tables { name schema } } }";
    let workspaces = desk.served.ask(Some(&ada.token), "{ viewer { workspaces { id } } }", json!({})).await;
    assert!(workspaces["errors"].is_null(), "{workspaces}");
    let mut from = 1;
    for to in [1, 5, 20] {
        let seed = format!(
            "INSERT INTO data_sources (id, workspace_id, name, kind, created_at, updated_at)
             SELECT md5('source ' || n)::uuid, w.id, 'Source ' || n, 'POSTGRES', now(), now() FROM workspaces w, generate_series({from}, {to}) n;
             INSERT INTO data_source_connections (source_id, host, port, database_name, username, sealed_password, tls, schemas, may_write,
                    server_version, last_checked_at)
             SELECT md5('source ' || n)::uuid, 'db', 5432, 'sales', 'reader', '', 'VERIFY_FULL', '{{public}}', false, '17.0', now()
             FROM generate_series({from}, {to}) n"
        );
        desk.served.library.sql(&seed).await;
        from = to + 1;
        let answer = desk.served.answer(Some(&ada.token), query, json!({})).await;
        assert_eq!(answer.body["data"]["dataSources"].as_array().map(Vec::len), Some(to), "{}", answer.body);
        assert_eq!(answer.headers["x-sql-statements"], STATEMENTS, "for {to} sources");
    }
}
