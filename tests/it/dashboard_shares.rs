//! Dashboards that are shared: what is refused, how it ends, and how little it takes to read them.

use serde_json::{Value, json};

use super::dashboard_shares_support::{Gallery, MINE, SHARES};
use super::support::classroom::{refusal, text};
use super::support::dialogue::mutation;
use super::support::live::Person;

#[tokio::test]
async fn what_cannot_be_shared_like_that_is_refused() {
    let gallery = Gallery::new().await;
    let office = &gallery.office;
    let input = |more: Value| {
        let mut input = json!({ "id": gallery.dashboard });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let person = |name: &str| json!({ "email": format!("{name}@example.org") });
    for (more, code, field) in [
        (json!({}), "BAD_USER_INPUT", "input.link"),
        (json!({ "link": {}, "person": person("eve") }), "BAD_USER_INPUT", "input.link"),
        (json!({ "link": {}, "access": "EDIT" }), "BAD_USER_INPUT", "input.access"),
        (json!({ "link": { "password": "short" } }), "BAD_USER_INPUT", "input.link.password"),
        (json!({ "link": {}, "expiresAt": "2026-03-01T12:00:00Z" }), "BAD_USER_INPUT", "input.expiresAt"),
        (json!({ "person": person("noone") }), "NOT_FOUND", "input.person.email"),
        (json!({ "person": person("vera") }), "CONFLICT", "input.person.email"),
    ] {
        let refused = office.eddy.act_refused("shareDashboard", "ShareDashboardInput", input(more.clone())).await;
        assert_eq!(refused, refusal(code, &[field]), "{more}");
    }
    let refused = office.vera.act_refused("shareDashboard", "ShareDashboardInput", input(json!({ "link": {} }))).await;
    assert_eq!(refused, refusal("FORBIDDEN", &[]));
    assert_eq!(gallery.stored("count(*) FROM dashboard_shares").await, "0");

    gallery.share_with_eve("VIEW").await;
    gallery.share_with_eve("EDIT").await;
    let shares = office.ada.run(SHARES, json!({ "id": gallery.dashboard })).await["node"]["shares"].clone();
    assert_eq!(shares.as_array().unwrap().len(), 1, "the one takes the place of the other: {shares}");
    assert_eq!((&shares[0]["access"], &shares[0]["email"]), (&json!("EDIT"), &json!("eve@example.org")));
    let fill = "INSERT INTO dashboard_shares (id, dashboard_id, kind, access, token_hash, created_at) \
                SELECT gen_random_uuid(), dashboard_id, 'LINK', 'VIEW', sha256(n::text::bytea), created_at \
                FROM dashboard_shares, generate_series(1, 99) n WHERE revoked_at IS NULL";
    office.desk.served.library.sql(fill).await;
    let refused = office.eddy.act_refused("shareDashboard", "ShareDashboardInput", input(json!({ "link": {} }))).await;
    assert_eq!(refused, refusal("CONFLICT", &[]));
}

#[tokio::test]
async fn nothing_outlives_what_it_rests_on() {
    let gallery = Gallery::new().await;
    let office = &gallery.office;
    let (_, token) = gallery.share(json!({ "link": {} })).await;
    let share = gallery.share_with_eve("VIEW").await;
    let sees = async || {
        let by_link = gallery.open(&token, None).await;
        assert!(by_link.is_ok() || by_link == Err(refusal("NOT_FOUND", &[])), "{by_link:?}");
        (gallery.eve_sees().await, by_link.is_ok())
    };
    assert_eq!(sees().await, (true, true));
    gallery.revoke(&share).await;
    assert_eq!(sees().await, (false, true), "at once");
    gallery.share_with_eve("VIEW").await;

    // Whoever shared it may edit no more, is shut, or is gone.
    for (change, back) in [
        (
            "UPDATE workspace_members SET role = 'VIEWER' WHERE role = 'EDITOR'",
            "UPDATE workspace_members SET role = 'EDITOR' WHERE role = 'VIEWER' AND user_id = (SELECT id FROM users WHERE username = 'eddy')",
        ),
        (
            "UPDATE users SET is_active = false WHERE username = 'eddy'",
            "UPDATE users SET is_active = true WHERE username = 'eddy'",
        ),
        (
            "UPDATE users SET deleted_at = now() WHERE username = 'eddy'",
            "UPDATE users SET deleted_at = NULL WHERE username = 'eddy'",
        ),
        (
            "UPDATE workspaces SET deleted_at = now() WHERE personal_of IS NULL",
            "UPDATE workspaces SET deleted_at = NULL WHERE personal_of IS NULL",
        ),
    ] {
        office.desk.served.library.sql(change).await;
        assert_eq!(sees().await, (false, false), "{change}");
        office.desk.served.library.sql(back).await;
        assert_eq!(sees().await, (true, true), "{back}");
    }

    // Who joins and is taken out again has no way in that is left.
    let add = async |name: &str, role: &str| {
        let input = json!({ "workspaceId": office.workspace, "email": format!("{name}@example.org"), "role": role });
        let added = office.ada.act("addWorkspaceMember", "AddWorkspaceMemberInput", input, "member { id }").await;
        text(&added["member"]["id"])
    };
    let remove = async |member: Value| {
        let input = json!({ "workspaceId": office.workspace, "memberId": member });
        office.ada.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", input, "__typename").await;
    };
    let member = add("eve", "VIEWER").await;
    remove(json!(member)).await;
    assert_eq!(sees().await, (false, true));
    gallery.share_with_eve("VIEW").await;
    let members = "query ($id: ID!) { node(id: $id) { ... on Workspace { members { nodes { id email } } } } }";
    let members = office.ada.run(members, json!({ "id": office.workspace })).await;
    let nodes = members["node"]["members"]["nodes"].as_array().unwrap().clone();
    let eddy = nodes.iter().find(|member| member["email"] == "eddy@example.org").unwrap()["id"].clone();
    remove(eddy).await;
    assert_eq!(sees().await, (false, false), "what Eddy shared went with him");
    add("eddy", "EDITOR").await;
    assert_eq!(sees().await, (false, false), "and does not come back with him");
    let (_, token) = gallery.share(json!({ "link": {} })).await;
    gallery.share_with_eve("VIEW").await;
    office.eddy.act("deleteDashboard", "DeleteDashboardInput", json!({ "id": gallery.dashboard }), "deletedId").await;
    assert!(gallery.open(&token, None).await.is_err() && !gallery.eve_sees().await);
    assert_eq!(gallery.stored("count(*) FROM dashboard_shares").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_back_a_share_and_who_takes_out_its_author_do_not_wait_for_one_another() {
    let gallery = Gallery::new().await;
    let office = &gallery.office;
    let of = "query ($id: ID!) { node(id: $id) { ... on Workspace { members { nodes { id email } } } } }";
    for _ in 0..10 {
        let (share, _) = gallery.share(json!({ "link": {} })).await;
        let members = office.ada.run(of, json!({ "id": office.workspace })).await["node"]["members"]["nodes"].clone();
        let eddy = members.as_array().unwrap().iter().find(|member| member["email"] == "eddy@example.org").unwrap();
        let leave = json!({ "input": { "workspaceId": office.workspace, "memberId": eddy["id"] } });
        let remove = mutation("removeWorkspaceMember", "RemoveWorkspaceMemberInput", "removedId");
        let revoke = mutation("revokeShare", "RevokeShareInput", "share { id }");
        let (removed, revoked) = tokio::join!(
            office.ada.respond(&remove, leave),
            office.ada.respond(&revoke, json!({ "input": { "id": share } }))
        );
        assert!(removed["errors"].is_null(), "{removed}");
        let code = &revoked["errors"][0]["extensions"]["code"];
        assert!(code.is_null() || code == "NOT_FOUND", "{revoked}");
        assert_eq!(gallery.stored("count(*) FROM dashboard_shares WHERE revoked_at IS NULL").await, "0");
        let back = json!({ "workspaceId": office.workspace, "email": "eddy@example.org", "role": "EDITOR" });
        office.ada.act("addWorkspaceMember", "AddWorkspaceMemberInput", back, "member { id }").await;
    }
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_tiles_and_shares() {
    let gallery = Gallery::new().await;
    gallery.share_with_eve("VIEW").await;
    let served = &gallery.office.desk.served;
    let count = async |person: &Person, query: &str| {
        let answer = served.answer(Some(&person.token), query, json!({ "id": gallery.dashboard })).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        answer.headers["x-sql-statements"].to_str().unwrap().to_owned()
    };
    let before = (count(&gallery.office.eve, MINE).await, count(&gallery.office.ada, SHARES).await);
    let more = "INSERT INTO dashboard_tiles (id, dashboard_id, tab, kind, chart_id, query_id, body, x, y, w, h, parameters) \
                SELECT gen_random_uuid(), t.dashboard_id, t.tab, t.kind, t.chart_id, t.query_id, t.body, t.x, t.y + 10 * k, t.w, t.h, t.parameters \
                FROM dashboard_tiles t, generate_series(1, 12) k";
    served.library.sql(more).await;
    let more = "INSERT INTO dashboard_shares (id, dashboard_id, kind, access, token_hash, author_id, created_at) \
                SELECT gen_random_uuid(), dashboard_id, 'LINK', 'VIEW', sha256(n::text::bytea), author_id, created_at \
                FROM dashboard_shares, generate_series(1, 40) n";
    served.library.sql(more).await;
    assert_eq!((count(&gallery.office.eve, MINE).await, count(&gallery.office.ada, SHARES).await), before);
}
