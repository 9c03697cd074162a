//! Workspaces: everybody's own, those that are shared, who may what in them, and how they end.

use chrono::TimeDelta;
use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::domain::workspaces::jobs::PurgeWorkspaces;
use elenchus::jobs::job::Job as _;
use futures::future::join_all;
use serde_json::{Value, json};

use super::account_export::{list, unpacked};
use super::api_keys::{key_of, refusal as told};
use super::support::classroom::{refusal, text};
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::people::PASSWORD;
use super::support::served::Served;

const MINE: &str = "{ viewer { workspaces { id name isPersonal role createdAt updatedAt
    members { totalCount nodes { id name email role joinedAt } } } } }";
const NODE: &str =
    "query ($id: ID!) { node(id: $id) { id ... on Workspace { name role members { nodes { email } } } } }";
const MEMBERS: &str = "query ($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Workspace {
    members(first: $first, after: $after) { totalCount nodes { id email role } pageInfo { hasNextPage endCursor } } } } }";
/// Nobody's.
const MEMBER: &str = "wsmember_01h455vb4pex5vsknk084sn02q";

async fn mine(person: &Person) -> Vec<Value> {
    person.run(MINE, json!({})).await["viewer"]["workspaces"].as_array().unwrap().clone()
}

/// The id of a new workspace.
async fn make(person: &Person, name: &str) -> String {
    let made = person.act("createWorkspace", "CreateWorkspaceInput", json!({"name": name}), "workspace { id }").await;
    text(&made["workspace"]["id"])
}

/// The id of somebody as a member.
async fn add(owner: &Person, workspace: &str, name: &str, role: &str) -> String {
    let input = json!({"workspaceId": workspace, "email": format!("{name}@example.org"), "role": role});
    let added = owner.act("addWorkspaceMember", "AddWorkspaceMemberInput", input, "member { id }").await;
    text(&added["member"]["id"])
}

/// Addresses and roles of the members, in the order of joining.
async fn members(person: &Person, workspace: &str) -> Vec<(String, String)> {
    let data = person.run(MEMBERS, json!({"id": workspace})).await;
    let nodes = data["node"]["members"]["nodes"].as_array().unwrap();
    assert_eq!(data["node"]["members"]["totalCount"], nodes.len());
    nodes.iter().map(|member| (text(&member["email"]), text(&member["role"]))).collect()
}

fn pairs(members: &[(&str, &str)]) -> Vec<(String, String)> {
    members.iter().map(|(name, role)| (format!("{name}@example.org"), (*role).to_owned())).collect()
}

/// Everything that owners alone may do, on somebody's part in it.
fn changes(workspace: &str, member: &str) -> [(&'static str, &'static str, Value); 5] {
    [
        ("renameWorkspace", "RenameWorkspaceInput", json!({"workspaceId": workspace, "name": "mine now"})),
        ("deleteWorkspace", "DeleteWorkspaceInput", json!({"workspaceId": workspace})),
        (
            "addWorkspaceMember",
            "AddWorkspaceMemberInput",
            json!({"workspaceId": workspace, "email": "eve@example.org", "role": "VIEWER"}),
        ),
        (
            "setWorkspaceRole",
            "SetWorkspaceRoleInput",
            json!({"workspaceId": workspace, "memberId": member, "role": "EDITOR"}),
        ),
        ("removeWorkspaceMember", "RemoveWorkspaceMemberInput", json!({"workspaceId": workspace, "memberId": member})),
    ]
}

async fn leave(person: &Person, workspace: &str) {
    let input = json!({"workspaceId": workspace});
    person.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", input, "removedId").await;
}

impl Served {
    /// How many workspaces there are, deleted ones included.
    async fn workspaces(&self) -> String {
        self.library.text("count(*) FROM workspaces").await.unwrap()
    }

    /// Names, addresses and roles of all members there are.
    async fn everybody(&self) -> String {
        let all = "string_agg(w.name || ' ' || split_part(u.email, '@', 1) || ' ' || m.role, ', ' ORDER BY w.name, u.email) \
                   FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id JOIN users u ON u.id = m.user_id \
                   WHERE w.personal_of IS NULL";
        self.library.text(all).await.unwrap_or_default()
    }
}

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
async fn a_shared_one_has_members_and_each_may_what_their_role_says() {
    let served = Served::new().await;
    let (ada, eddy) = (served.speaker("ada").await, served.speaker("eddy").await);
    let (vera, eve) = (served.speaker("vera").await, served.speaker("eve").await);
    let team = make(&ada, " zeta\n").await;
    make(&ada, "Alpha").await;
    let names: Vec<Value> = mine(&ada).await.iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["Personal", "Alpha", "zeta"], "one's own first, the others by name in any case");
    let input = json!({"workspaceId": team, "email": " EDDY@example.org", "role": "EDITOR"});
    let payload = "member { name email role } workspace { name role isPersonal }";
    let added = ada.act("addWorkspaceMember", "AddWorkspaceMemberInput", input, payload).await;
    assert_eq!(
        added,
        json!({"member": {"name": "eddy the person", "email": "eddy@example.org", "role": "EDITOR"},
               "workspace": {"name": "zeta", "role": "OWNER", "isPersonal": false}})
    );
    let veras = add(&ada, &team, "vera", "VIEWER").await;
    let expected = pairs(&[("ada", "OWNER"), ("eddy", "EDITOR"), ("vera", "VIEWER")]);
    for (person, role) in [(&ada, "OWNER"), (&eddy, "EDITOR"), (&vera, "VIEWER")] {
        assert_eq!(members(person, &team).await, expected);
        let node = person.run(NODE, json!({"id": team})).await["node"].clone();
        assert_eq!((&node["name"], &node["role"]), (&json!("zeta"), &json!(role)));
        let listed = mine(person).await.into_iter().find(|one| one["id"] == *team).unwrap();
        assert_eq!((&listed["role"], &listed["isPersonal"]), (&json!(role), &json!(false)));
    }
    let first = ada.run(MEMBERS, json!({"id": team, "first": 2})).await["node"]["members"].clone();
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(3), &json!(true)));
    let after = json!({"id": team, "first": 2, "after": first["pageInfo"]["endCursor"]});
    let rest = ada.run(MEMBERS, after).await["node"]["members"].clone();
    assert_eq!((rest["nodes"].as_array().unwrap().len(), &rest["nodes"][0]["email"]), (1, &json!("vera@example.org")));

    let adas = text(&ada.run(MEMBERS, json!({"id": team})).await["node"]["members"]["nodes"][0]["id"]);
    for (field, kind, input) in changes(&team, &adas) {
        for person in [&eddy, &vera] {
            assert_eq!(person.act_refused(field, kind, input.clone()).await, refusal("FORBIDDEN", &[]), "{field}");
        }
        assert_eq!(eve.act_refused(field, kind, input).await, refusal("NOT_FOUND", &[]), "{field}");
    }
    assert_eq!(eve.refused(NODE, json!({"id": team})).await, refusal("NOT_FOUND", &["id"]));
    // Somebody's part in one is no part in another.
    let own = make(&eve, "Eve's").await;
    for member in [adas.as_str(), MEMBER, "member_01h455vb4pex5vsknk084sn02q"] {
        for (field, kind, input) in changes(&own, member).into_iter().skip(3) {
            assert_eq!(
                eve.act_refused(field, kind, input).await,
                refusal("NOT_FOUND", &["input.memberId"]),
                "{field} {member}"
            );
        }
    }
    assert_eq!(members(&ada, &team).await, expected, "nobody changed anything");

    let input = json!({"workspaceId": team, "memberId": veras, "role": "EDITOR"});
    let set = ada.act("setWorkspaceRole", "SetWorkspaceRoleInput", input, "member { role } workspace { role }").await;
    assert_eq!(set, json!({"member": {"role": "EDITOR"}, "workspace": {"role": "OWNER"}}));
    leave(&eddy, &team).await;
    assert_eq!(eddy.refused(NODE, json!({"id": team})).await, refusal("NOT_FOUND", &["id"]), "at once");
    let input = json!({"workspaceId": team, "memberId": veras});
    ada.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", input, "removedId").await;
    assert_eq!(members(&ada, &team).await, pairs(&[("ada", "OWNER")]));
    assert_eq!(mine(&vera).await.len(), 1);
    let trail = "string_agg(action || ' ' || coalesce(before->>'role', '') || '>' || coalesce(after->>'role', ''), ', ' ORDER BY id) \
                 FROM audit_events WHERE action LIKE 'workspace_member.%'";
    assert_eq!(
        served.library.text(trail).await.as_deref(),
        Some(
            "workspace_member.added >EDITOR, workspace_member.added >VIEWER, workspace_member.role_changed VIEWER>EDITOR, \
             workspace_member.removed EDITOR>, workspace_member.removed EDITOR>"
        )
    );
}

#[tokio::test]
async fn a_workspace_is_never_without_an_owner() {
    let served = Served::new().await;
    let (ada, bob) = (served.speaker("ada").await, served.speaker("bob").await);
    let team = make(&ada, "Team").await;
    let bobs = add(&ada, &team, "bob", "OWNER").await;
    let adas = text(&bob.run(MEMBERS, json!({"id": team})).await["node"]["members"]["nodes"][0]["id"]);
    // Both step down at once: one of them is too late.
    let step = |member: &str| json!({"workspaceId": team, "memberId": member, "role": "VIEWER"});
    let down = "mutation ($input: SetWorkspaceRoleInput!) { setWorkspaceRole(input: $input) { workspace { role } } }";
    let (one, other) = (json!({"input": step(&adas)}), json!({"input": step(&bobs)}));
    let answers = [ada.respond(down, one), bob.respond(down, other)];
    let answers = join_all(answers).await;
    let refused: Vec<&Value> = answers.iter().filter(|answer| answer.get("errors").is_some()).collect();
    assert_eq!(refused.len(), 1, "{answers:?}");
    assert_eq!(refused[0]["errors"][0]["extensions"]["code"], "CONFLICT");
    let (owner, member, other) =
        if answers[0].get("errors").is_some() { (&ada, &adas, &bobs) } else { (&bob, &bobs, &adas) };
    let again = |field, kind, input| owner.act_refused(field, kind, input);
    let conflict = |field: &str| refusal("CONFLICT", &[field]);
    let alone = json!({"workspaceId": team});
    assert_eq!(again("removeWorkspaceMember", "RemoveWorkspaceMemberInput", alone).await, conflict("input.memberId"));
    assert_eq!(again("setWorkspaceRole", "SetWorkspaceRoleInput", step(member)).await, conflict("input.role"));
    // One whose account is shut is no owner to be left with.
    let input = json!({"workspaceId": team, "memberId": other, "role": "OWNER"});
    owner.act("setWorkspaceRole", "SetWorkspaceRoleInput", input, "member { role }").await;
    let shut = if *member == adas { "bob" } else { "ada" };
    served.library.sql(&format!("UPDATE users SET deleted_at = now() WHERE username = '{shut}'")).await;
    assert_eq!(again("setWorkspaceRole", "SetWorkspaceRoleInput", step(member)).await, conflict("input.role"));
    served.library.sql("UPDATE users SET deleted_at = NULL").await;
    leave(owner, &team).await;
    assert_eq!(mine(owner).await.len(), 1);
}

#[tokio::test]
async fn who_is_added_has_an_open_account_and_there_is_room() {
    let served = Served::new().await;
    let (ada, _) = (served.speaker("ada").await, served.speaker("bob").await);
    served.speaker("shut").await;
    served.speaker("gone").await;
    served
        .library
        .sql(
            "UPDATE users SET is_active = false WHERE username = 'shut';
             UPDATE users SET deleted_at = now() WHERE username = 'gone'",
        )
        .await;
    let team = make(&ada, "Team").await;
    let query = "mutation ($input: AddWorkspaceMemberInput!) { addWorkspaceMember(input: $input) { member { id } } }";
    let input = |email: &str, role: &str| json!({"input": {"workspaceId": team, "email": email, "role": role}});
    let mut said = Vec::new();
    for email in ["nobody@example.org", "shut@example.org", "gone@example.org", "", "bob", "b\u{0}b@example.org"] {
        assert_eq!(ada.refused(query, input(email, "VIEWER")).await, refusal("NOT_FOUND", &["input.email"]), "{email}");
        said.push(ada.respond(query, input(email, "VIEWER")).await["errors"].clone());
    }
    assert!(said.iter().all(|errors| *errors == said[0]), "word for word the same: {said:?}");
    add(&ada, &team, "bob", "VIEWER").await;
    for email in ["bob@example.org", "ada@example.org"] {
        assert_eq!(ada.refused(query, input(email, "OWNER")).await, refusal("CONFLICT", &["input.email"]));
    }
    served
        .library
        .sql(
            "INSERT INTO users (id, email, role, created_at, updated_at)
             SELECT gen_random_uuid(), 'extra' || n || '@example.org', 'MEMBER', now(), now() FROM generate_series(1, 199) n;
             INSERT INTO workspace_members (id, workspace_id, user_id, role, created_at)
             SELECT gen_random_uuid(), w.id, u.id, 'VIEWER', now() FROM workspaces w, users u
             WHERE w.personal_of IS NULL AND u.email LIKE 'extra%' AND u.email <> 'extra199@example.org'",
        )
        .await;
    assert_eq!(ada.refused(query, input("extra199@example.org", "VIEWER")).await, refusal("CONFLICT", &[]), "200");
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
async fn a_deleted_one_is_gone_at_once_and_for_good_after_thirty_days() {
    let served = Served::new().await;
    let (ada, bob) = (served.speaker("ada").await, served.speaker("bob").await);
    let (team, kept) = (make(&ada, "Team").await, make(&ada, "Kept").await);
    add(&ada, &team, "bob", "OWNER").await;
    let input = json!({"workspaceId": team});
    let deleted = bob.act("deleteWorkspace", "DeleteWorkspaceInput", input.clone(), "deletedId").await;
    assert_eq!(deleted, json!({"deletedId": team}));
    for person in [&ada, &bob] {
        assert_eq!(person.refused(NODE, json!({"id": team})).await, refusal("NOT_FOUND", &["id"]));
        assert!(!json!(mine(person).await).to_string().contains(&team));
        assert_eq!(
            person.act_refused("deleteWorkspace", "DeleteWorkspaceInput", input.clone()).await,
            refusal("NOT_FOUND", &[])
        );
    }
    assert_eq!(ada.run(NODE, json!({"id": kept})).await["node"]["name"], "Kept");
    let app = &served.library.app;
    // Two of their own, and two of Ada's.
    app.clock.advance(TimeDelta::days(30));
    PurgeWorkspaces {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(served.workspaces().await, "4", "not before its time");
    app.clock.advance(TimeDelta::microseconds(1));
    PurgeWorkspaces {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!((served.workspaces().await.as_str(), served.everybody().await.as_str()), ("3", "Kept ada OWNER"));
}

#[tokio::test]
async fn what_somebody_leaves_behind_goes_to_who_has_been_there_longest() {
    let served = Served::new().await;
    let (ada, bob) = (served.speaker("ada").await, served.speaker("bob").await);
    for name in ["carol", "dan", "shut"] {
        served.speaker(name).await;
    }
    mine(&ada).await;
    make(&ada, "alone").await;
    let editors = make(&ada, "editors").await;
    add(&ada, &editors, "bob", "VIEWER").await;
    add(&ada, &editors, "shut", "EDITOR").await;
    served.library.app.clock.advance(TimeDelta::seconds(1));
    add(&ada, &editors, "carol", "EDITOR").await;
    add(&ada, &editors, "dan", "EDITOR").await;
    let viewers = make(&ada, "viewers").await;
    add(&ada, &viewers, "dan", "VIEWER").await;
    add(&ada, &viewers, "carol", "VIEWER").await;
    let owners = make(&ada, "owners").await;
    add(&ada, &owners, "carol", "EDITOR").await;
    add(&ada, &owners, "bob", "OWNER").await;
    let others = make(&bob, "others").await;
    add(&bob, &others, "ada", "EDITOR").await;
    served.library.sql("UPDATE users SET is_active = false WHERE username = 'shut'").await;

    let input = json!({"password": PASSWORD});
    ada.act("deleteAccount", "DeleteAccountInput", input, "deletedId").await;
    assert_eq!(members(&bob, &others).await, pairs(&[("bob", "OWNER")]), "not shown while the account is shut");
    served.library.app.clock.advance(TimeDelta::days(31));
    PurgeAccounts {}.run(served.library.app.clone(), FIRST).await.unwrap();
    assert_eq!(
        served.everybody().await,
        "editors bob VIEWER, editors carol OWNER, editors dan EDITOR, editors shut EDITOR, others bob OWNER, \
         owners bob OWNER, owners carol EDITOR, viewers carol VIEWER, viewers dan OWNER"
    );
    assert_eq!(served.library.text("count(*) FROM workspaces WHERE personal_of IS NOT NULL").await.unwrap(), "0");
    let trail = "string_agg(action, ', ' ORDER BY action) FROM audit_events WHERE actor = 'system' AND action LIKE 'workspace%'";
    assert_eq!(
        served.library.text(trail).await.as_deref(),
        Some("workspace.deleted, workspace_member.role_changed, workspace_member.role_changed")
    );
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
