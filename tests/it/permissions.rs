//! Who may do what: the table word for word, and that every action asks it.

use elenchus::domain::users::permissions::{Permission, printed};
use serde_json::json;

use super::support::folders::checkout;
use super::support::served::Served;
use super::support::sources::read_all;

/// As `elenchus admin permissions` prints it. Whoever changes this changes who may do what.
const TABLE: &str = "\
permission                STUDENT  PROFESSOR  ANALYST  MEMBER  ADMIN  API keys with
READ_OWN_CONVERSATIONS    yes      yes        yes      yes     yes    CONVERSATIONS_READ
MANAGE_OWN_CONVERSATIONS  yes      yes        yes      yes     yes    CONVERSATIONS_WRITE
USE_ASSISTANT             yes      yes        yes      yes     yes    CONVERSATIONS_WRITE and DOCUMENTS_READ
READ_OWN_DOCUMENTS        yes      yes        yes      yes     yes    DOCUMENTS_READ
MANAGE_OWN_DOCUMENTS      yes      yes        yes      yes     yes    DOCUMENTS_WRITE
READ_OWN_COURSES          yes      yes        yes      yes     yes    COURSES_READ
MANAGE_OWN_COURSES        yes      yes        yes      yes     yes    COURSES_WRITE
READ_OWN_DATA             yes      yes        yes      yes     yes    DATA_READ
MANAGE_OWN_DATA           yes      yes        yes      yes     yes    DATA_WRITE
READ_OWN_NOTIFICATIONS    yes      yes        yes      yes     yes    DATA_READ
MANAGE_OWN_NOTIFICATIONS  yes      yes        yes      yes     yes    DATA_WRITE
MANAGE_OWN_ACCOUNT        yes      yes        yes      yes     yes    -
MANAGE_API_KEYS           yes      yes        yes      yes     yes    -
CREATE_COURSES            -        yes        -        -       yes    COURSES_WRITE
LIST_USERS                -        -          -        -       yes    -
CREATE_ACCOUNTS           -        -          -        -       yes    -
INVITE_USERS              -        -          -        -       yes    -
SET_ROLES                 -        -          -        -       yes    -
DEACTIVATE_USERS          -        -          -        -       yes    -
SET_BUDGETS               -        -          -        -       yes    -
READ_AUDIT_OF_ALL         -        -          -        -       yes    SYSTEM_READ
READ_ANALYTICS_OF_ALL     -        -          -        -       yes    SYSTEM_READ
SEE_SYSTEM                -        -          -        -       yes    SYSTEM_READ
";

#[test]
fn the_table_is_the_one_that_was_reviewed() {
    assert_eq!(printed(), TABLE);
    let said = std::process::Command::new(env!("CARGO_BIN_EXE_elenchus"))
        .args(["admin", "permissions"])
        .env_clear()
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(String::from_utf8(said.stdout).unwrap(), TABLE);
}

#[test]
fn every_action_asks_for_a_permission() {
    let mut breaches = Vec::new();
    for source in read_all(&checkout("src/domain")) {
        // What belongs to accounts is decided by whose they are, besides.
        if source.path.starts_with("users/") {
            continue;
        }
        for word in [".require()", ".require_id()", ".require_person()", ".require_session()", "signed_in()"] {
            if source.code.contains(word) {
                breaches.push(format!("{} asks {word}", source.path));
            }
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[tokio::test]
async fn people_are_told_what_they_may() {
    let served = Served::new().await;
    let person = served.person("ada").await;
    let query = "{ viewer { permissions } }";
    let of_member = &Permission::ALL[..13];
    for (role, expected) in [
        ("MEMBER", of_member),
        ("STUDENT", of_member),
        ("PROFESSOR", &Permission::ALL[..14]),
        ("ANALYST", of_member),
        ("ADMIN", Permission::ALL),
    ] {
        served.library.sql(&format!("UPDATE users SET role = '{role}'")).await;
        let expected: Vec<&str> = expected.iter().map(|permission| permission.as_str()).collect();
        let answer = served.ask(Some(&person.token), query, json!({})).await;
        assert_eq!(answer, json!({"data": {"viewer": {"permissions": expected}}}), "{role}");
    }
}
