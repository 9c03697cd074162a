//! Workspaces that are shared: who is added, who may what in them, and that there is always an owner.

use futures::future::join_all;
use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::served::Served;
use super::workspaces_support::{MEMBERS, NODE, add, changes, leave, make, members, mine, pairs};

/// Nobody's.
const MEMBER: &str = "wsmember_01h455vb4pex5vsknk084sn02q";

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
