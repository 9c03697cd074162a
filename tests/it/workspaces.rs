//! Workspaces: everybody's own, how many there are and what they are called, what keys read, and how little it takes.

use futures::future::join_all;
use serde_json::json;

use super::account_export::{list, unpacked};
use super::api_keys::{key_of, refusal as told};
use super::support::classroom::{refusal, text};
use super::support::served::Served;
use super::workspaces_support::{MINE, NODE, add, changes, make, mine};

#[tokio::test]
async fn everybody_has_one_of_their_own_which_nobody_joins() {
    let served = Served::new().await;
    let (ada, bob) = (served.speaker("ada").await, served.speaker("bob").await);
    let at_once = join_all((0..5).map(|_| mine(&ada))).await;
    assert_eq!(served.workspaces().await, "1", "made once");
    let own = at_once[0].clone();
    assert!(at_once.iter().all(|found| *found == own), "{at_once:?}");
    assert_eq!(mine(&ada).await, own);
    let (id, member) = (text(&own[0]["id"]), text(&own[0]["members"]["nodes"][0]["id"]));
    assert!(id.starts_with("workspace_") && member.starts_with("wsmember_"), "{own:?}");
    let expected = json!([{
        "id": id, "name": "Personal", "isPersonal": true, "role": "OWNER", "createdAt": "2026-03-01T12:00:00+00:00",
        "updatedAt": "2026-03-01T12:00:00+00:00", "members": {"totalCount": 1, "nodes": [{
            "id": member, "name": "ada the person", "email": "ada@example.org", "role": "OWNER",
            "joinedAt": "2026-03-01T12:00:00+00:00",
        }]},
    }]);
    assert_eq!(json!(own), expected);
    assert_ne!(text(&mine(&bob).await[0]["id"]), id, "everybody has another");
    assert_eq!(bob.refused(NODE, json!({"id": id})).await, refusal("NOT_FOUND", &["id"]));

    let fields: [(&str, &[&str]); 4] = [
        ("deleteWorkspace", &[]),
        ("addWorkspaceMember", &[]),
        ("setWorkspaceRole", &["input.role"]),
        ("removeWorkspaceMember", &["input.memberId"]),
    ];
    for (field, kind, input) in changes(&id, &member) {
        match fields.iter().find(|(refused, _)| *refused == field) {
            Some((_, fields)) => {
                assert_eq!(ada.act_refused(field, kind, input).await, refusal("CONFLICT", fields), "{field}");
            }
            None => drop(ada.act(field, kind, input, "__typename").await),
        }
    }
    let after = mine(&ada).await;
    assert_eq!((after.len(), &after[0]["name"], &after[0]["id"]), (1, &json!("mine now"), &json!(id)));
}

#[tokio::test]
async fn one_person_owns_twenty_and_names_are_names() {
    let served = Served::new().await;
    let (ada, bob) = (served.speaker("ada").await, served.speaker("bob").await);
    for name in ["", " \n", &"x".repeat(101)] {
        assert_eq!(
            ada.act_refused("createWorkspace", "CreateWorkspaceInput", json!({"name": name})).await,
            refusal("BAD_USER_INPUT", &["input.name"])
        );
    }
    let longest = "ß".repeat(100);
    let team = make(&ada, &longest).await;
    let input = json!({"workspaceId": team, "name": "\u{7}"});
    assert_eq!(
        ada.act_refused("renameWorkspace", "RenameWorkspaceInput", input).await,
        refusal("BAD_USER_INPUT", &["input.name"])
    );
    mine(&ada).await;
    for number in 2..=18 {
        make(&ada, &format!("Team {number}")).await;
    }
    // Five at once for the two that are left.
    let query = "mutation { createWorkspace(input: {name: \"one more\"}) { workspace { id } } }";
    let answers = join_all((0..5).map(|_| ada.respond(query, json!({})))).await;
    let codes = answers.iter().filter_map(|answer| answer["errors"][0]["extensions"]["code"].as_str());
    assert_eq!(codes.collect::<Vec<_>>(), ["CONFLICT"; 3]);
    // Nor is anybody given more.
    let bobs = make(&bob, "Bob's").await;
    let owner = json!({"workspaceId": bobs, "email": "ada@example.org", "role": "OWNER"});
    assert_eq!(
        bob.act_refused("addWorkspaceMember", "AddWorkspaceMemberInput", owner).await,
        refusal("CONFLICT", &["input.role"])
    );
    let adas = add(&bob, &bobs, "ada", "EDITOR").await;
    let owner = json!({"workspaceId": bobs, "memberId": adas, "role": "OWNER"});
    assert_eq!(
        bob.act_refused("setWorkspaceRole", "SetWorkspaceRoleInput", owner).await,
        refusal("CONFLICT", &["input.memberId"])
    );
    ada.act("deleteWorkspace", "DeleteWorkspaceInput", json!({"workspaceId": team}), "deletedId").await;
    make(&ada, "There is room again").await;
}

#[tokio::test]
async fn keys_read_and_change_data_as_their_scopes_say() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let create = "mutation { createWorkspace(input: {name: \"by a program\"}) { workspace { id role } } }";
    let (_, reader) = key_of(&ada, &["DATA_READ"]).await;
    let (_, writer) = key_of(&ada, &["DATA_WRITE"]).await;
    let (_, other) = key_of(&ada, &["DOCUMENTS_WRITE", "COURSES_WRITE", "CONVERSATIONS_WRITE"]).await;
    let own = mine(&reader).await;
    assert_eq!((own.len(), mine(&ada).await), (1, own.clone()), "a program that reads may be the first to use it");
    let missing = |scope: &str| ("FORBIDDEN".to_owned(), format!("This API key does not have the scope {scope}."));
    assert_eq!(told(&reader, create, json!({})).await, missing("DATA_WRITE"));
    assert_eq!(told(&other, create, json!({})).await, missing("DATA_WRITE"));
    assert_eq!(told(&other, MINE, json!({})).await, missing("DATA_READ"));
    assert_eq!(told(&other, NODE, json!({"id": own[0]["id"]})).await, missing("DATA_READ"));
    let made = writer.run(create, json!({})).await["createWorkspace"]["workspace"].clone();
    assert_eq!(writer.run(NODE, json!({"id": made["id"]})).await["node"]["role"], "OWNER", "writing includes reading");
}

#[tokio::test]
async fn a_copy_of_an_account_names_its_workspaces() {
    let served = Served::new().await;
    let (ada, bob) = (served.speaker("ada").await, served.speaker("bob").await);
    mine(&ada).await;
    let team = make(&bob, "Team").await;
    let member = add(&bob, &team, "ada", "VIEWER").await;
    make(&bob, "The swamp").await;
    ada.run("mutation { exportMyData { dataExport { id } } }", json!({})).await;
    served.library.work_off().await;
    let url = ada.run("{ viewer { dataExport { downloadUrl } } }", json!({})).await;
    let files = unpacked(&served, url["viewer"]["dataExport"]["downloadUrl"].as_str().unwrap()).await;
    let found = list(&files, "workspaces.json");
    assert_eq!((found.len(), &found[0]["name"], &found[0]["is_personal"]), (2, &json!("Personal"), &json!(true)));
    assert_eq!(
        (&found[1]["id"], &found[1]["workspace_id"], &found[1]["name"], &found[1]["role"]),
        (&json!(member), &json!(team), &json!("Team"), &json!("VIEWER"))
    );
}

/// The list, a page of the members of each, and how many they are.
const STATEMENTS: &str = "3";

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_workspaces() {
    let served = Served::with(&[("MAX_COST", "1000000")]).await;
    let (ada, _) = (served.person("ada").await, served.person("bob").await);
    served.answer(Some(&ada.token), MINE, json!({})).await;
    let mut from = 1;
    for to in [1, 5, 20] {
        let seed = format!(
            "INSERT INTO workspaces (id, name, created_at, updated_at)
             SELECT md5('workspace ' || n)::uuid, 'Team ' || n, now(), now() FROM generate_series({from}, {to}) n;
             INSERT INTO workspace_members (id, workspace_id, user_id, role, created_at)
             SELECT md5('member ' || n || u.username)::uuid, md5('workspace ' || n)::uuid, u.id,
                    CASE u.username WHEN 'ada' THEN 'OWNER' ELSE 'VIEWER' END, now()
             FROM users u, generate_series({from}, {to}) n"
        );
        served.library.sql(&seed).await;
        from = to + 1;
        let answer = served.answer(Some(&ada.token), MINE, json!({})).await;
        assert_eq!(answer.body.get("errors"), None);
        let found = answer.body["data"]["viewer"]["workspaces"].as_array().unwrap();
        assert_eq!(found.len(), to + 1);
        assert!(found.iter().skip(1).all(|one| one["members"]["totalCount"] == 2), "{found:?}");
        assert_eq!(answer.headers["x-sql-statements"], STATEMENTS, "for {to} workspaces");
    }
}
