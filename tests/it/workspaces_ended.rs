//! How workspaces end, and who has them when their owner's account does.

use chrono::TimeDelta;
use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::domain::workspaces::jobs::PurgeWorkspaces;
use elenchus::jobs::job::Job as _;
use serde_json::json;

use super::support::classroom::refusal;
use super::support::library::FIRST;
use super::support::people::PASSWORD;
use super::support::served::Served;
use super::workspaces_support::{NODE, add, make, members, mine, pairs};

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
