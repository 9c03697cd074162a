//! Who may make an account: anybody, people of some addresses, guests, or nobody.

use chrono::TimeDelta;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::live::Person;
use super::support::people::PASSWORD;
use super::support::served::Served;

const REGISTER: &str =
    "mutation($input: RegisterInput!) { register(input: $input) { accessToken user { id email role } } }";
const INVITE: &str = "mutation($input: InviteUserInput!) { inviteUser(input: $input) { token invitation {
    id email role createdAt expiresAt usedAt revokedAt inviter { username } user { id } } } }";
const INVITATIONS: &str = "query($first: Int, $after: String) { invitations(first: $first, after: $after) { totalCount
    nodes { email usedAt revokedAt inviter { username } user { email } } pageInfo { hasNextPage endCursor } } }";
const REVOKE: &str =
    "mutation($input: RevokeInvitationInput!) { revokeInvitation(input: $input) { invitation { revokedAt } } }";

struct House {
    served: Served,
    root: Person,
    nobody: Person,
}

impl House {
    /// A server with these settings, and its administrator.
    async fn with(settings: &[(&str, &str)]) -> Self {
        let served = Served::with(settings).await;
        let app = &served.library.app;
        let mut account = super::support::people::account("root@example.org", Some("root"));
        account.role = elenchus::domain::users::model::Role::Admin;
        elenchus::domain::users::actions::accounts::create_user(app, account).await.unwrap();
        let nobody = Person { url: served.url(""), token: String::new() };
        let login = "mutation($input: LoginInput!) { login(input: $input) { accessToken } }";
        let signed_in = nobody.run(login, json!({"input": {"identifier": "root", "password": PASSWORD}})).await;
        let token = signed_in["login"]["accessToken"].as_str().unwrap().to_owned();
        Self { root: Person { token, ..nobody.clone() }, served, nobody }
    }

    /// Id and token of an invitation.
    async fn invite(&self, email: &str, role: &str) -> (String, String) {
        let made = self.root.run(INVITE, json!({"input": {"email": email, "role": role}})).await["inviteUser"].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&made["invitation"]["id"]), text(&made["token"]))
    }

    /// The account, or code and fields of the refusal.
    async fn register(&self, email: &str, token: Option<&str>) -> Result<Value, (String, Vec<String>)> {
        let input = json!({"input": {"email": email, "password": PASSWORD, "invitationToken": token}});
        let answer = self.nobody.respond(REGISTER, input.clone()).await;
        if answer.get("errors").is_none() {
            return Ok(answer["data"]["register"]["user"].clone());
        }
        Err(self.nobody.refused(REGISTER, input).await)
    }
}

fn refused(fields: &[&str]) -> Result<Value, (String, Vec<String>)> {
    Err(("FORBIDDEN".to_owned(), fields.iter().map(|field| (*field).to_owned()).collect()))
}

const NOT_GOOD: &[&str] = &["input.invitationToken"];

#[tokio::test]
async fn a_guest_makes_one_account_of_the_role_that_was_meant() {
    let house = House::with(&[("REGISTRATION", "invited")]).await;
    assert_eq!(house.register("ada@example.org", None).await, refused(&[]));
    let input = json!({"input": {"email": " Ada@Example.org ", "role": "PROFESSOR"}});
    let made = house.root.run(INVITE, input).await["inviteUser"].clone();
    let (id, token) = (made["invitation"]["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    assert!(id.starts_with("inv_") && token.starts_with("eli_") && token.len() == 47, "{id} {token}");
    let expected = json!({
        "id": id, "email": "Ada@Example.org", "role": "PROFESSOR", "createdAt": "2026-03-01T12:00:00+00:00",
        "expiresAt": "2026-03-08T12:00:00+00:00", "usedAt": null, "revokedAt": null, "inviter": {"username": "root"},
        "user": null,
    });
    assert_eq!(made["invitation"], expected);
    let kept = house.served.library.text("row_to_json(i)::text FROM invitations i").await.unwrap();
    assert!(!kept.contains(&token[4..]), "the token is never stored: {kept}");
    for (email, token) in [
        ("eve@example.org", token),
        ("ada@example.org", "eli_"),
        ("ada@example.org", &token[4..]),
        ("ada@example.org", &token.to_lowercase().replace('a', "b")),
    ] {
        assert_eq!(house.register(email, Some(token)).await, refused(NOT_GOOD), "{email} {token}");
    }
    // A registration that fails for another reason uses nothing up.
    let weak = json!({"input": {"email": "ada@example.org", "password": "short", "invitationToken": token}});
    assert_eq!(house.nobody.refused(REGISTER, weak).await.0, "BAD_USER_INPUT");
    let ada = house.register("ADA@example.org", Some(token)).await.unwrap();
    assert_eq!((&ada["email"], &ada["role"]), (&json!("ADA@example.org"), &json!("PROFESSOR")));
    assert_eq!(house.register("ada@example.org", Some(token)).await, refused(NOT_GOOD), "used up");
    let listed = house.root.run(INVITATIONS, json!({})).await["invitations"].clone();
    assert_eq!(listed["totalCount"], 1);
    assert_eq!(
        listed["nodes"],
        json!([{"email": "Ada@Example.org", "usedAt": "2026-03-01T12:00:00+00:00", "revokedAt": null,
                "inviter": {"username": "root"}, "user": {"email": "ADA@example.org"}}])
    );
    assert_eq!(house.root.refused(REVOKE, json!({"input": {"id": id}})).await.0, "CONFLICT");
    let taken = json!({"input": {"email": "ada@EXAMPLE.org"}});
    assert_eq!(house.root.refused(INVITE, taken).await, ("CONFLICT".to_owned(), vec!["input.email".to_owned()]));
    let odd = json!({"input": {"email": "ada"}});
    assert_eq!(house.root.refused(INVITE, odd).await, ("BAD_USER_INPUT".to_owned(), vec!["input.email".to_owned()]));
}

#[tokio::test]
async fn a_guest_is_written_to_where_mail_is_sent() {
    let house = House::with(&[("REGISTRATION", "invited"), ("APP_URL", "https://app.example.org")]).await;
    let invite =
        "mutation($input: InviteUserInput!) { inviteUser(input: $input) { token link isMailed invitation { id } } }";
    let made = house.root.run(invite, json!({"input": {"email": "ada@example.org"}})).await["inviteUser"].clone();
    let token = made["token"].as_str().unwrap();
    assert_eq!(made["link"], format!("https://app.example.org/accept-invitation?token={token}"));
    assert_eq!(made["isMailed"], true);
    let letter = house.served.library.letter("invitation").await;
    assert_eq!(letter.to, "ada@example.org");
    let mailed = letter.text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    assert_ne!(mailed, token, "whoever invites does not hold what was mailed");
    assert_eq!(house.register("eve@example.org", Some(&mailed)).await, refused(NOT_GOOD));
    house.register("ada@example.org", Some(&mailed)).await.unwrap();
    for used in [token, &mailed] {
        assert_eq!(house.register("ada@example.org", Some(used)).await, refused(NOT_GOOD), "either, once");
    }
    // What was taken back before the mail left is not sent.
    let made = house.root.run(invite, json!({"input": {"email": "bob@example.org"}})).await["inviteUser"].clone();
    house.root.run(REVOKE, json!({"input": {"id": made["invitation"]["id"]}})).await;
    let sent: Vec<_> = house.served.library.letters().await.into_iter().map(|letter| letter.to).collect();
    assert!(!sent.contains(&"bob@example.org".to_owned()), "{sent:?}");

    let silent = House::with(&[("MAIL_URL", "none")]).await;
    let made = silent.root.run(invite, json!({"input": {"email": "ada@example.org"}})).await["inviteUser"].clone();
    assert_eq!(made["isMailed"], false);
    silent.register("ada@example.org", made["token"].as_str()).await.unwrap();
}

#[tokio::test]
async fn of_two_guests_with_one_invitation_one_gets_in() {
    let house = House::with(&[("REGISTRATION", "invited")]).await;
    for round in 0..3 {
        let email = format!("guest{round}@example.org");
        let (_, token) = house.invite(&email, "MEMBER").await;
        let (other, same) = (email.to_uppercase(), email.clone());
        let (a, b) = tokio::join!(house.register(&same, Some(&token)), house.register(&other, Some(&token)));
        assert_eq!([a, b].iter().filter(|one| one.is_ok()).count(), 1);
    }
    assert_eq!(house.served.library.text("count(*) FROM users").await.as_deref(), Some("4"));
    assert_eq!(house.served.library.text("count(guest_id) FROM invitations").await.as_deref(), Some("3"));
}

#[tokio::test]
async fn an_invitation_ends_by_time_by_word_and_by_the_next_one() {
    let house = House::with(&[("REGISTRATION", "invited")]).await;
    let (first, old) = house.invite("ada@example.org", "MEMBER").await;
    let (second, new) = house.invite("ADA@example.org", "ANALYST").await;
    assert_eq!(house.register("ada@example.org", Some(&old)).await, refused(NOT_GOOD), "another one took its place");
    let done = house.root.run(REVOKE, json!({"input": {"id": second}})).await;
    assert_eq!(done["revokeInvitation"]["invitation"]["revokedAt"], "2026-03-01T12:00:00+00:00");
    house.served.library.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(house.root.run(REVOKE, json!({"input": {"id": second}})).await, done, "it keeps its time");
    assert_eq!(house.register("ada@example.org", Some(&new)).await, refused(NOT_GOOD), "taken back");
    for unknown in ["inv_01jnm9a2scf2a8ffyxqxs6d6n4", "nonsense"] {
        assert_eq!(house.root.refused(REVOKE, json!({"input": {"id": unknown}})).await.0, "NOT_FOUND");
    }
    let (_, third) = house.invite("ada@example.org", "MEMBER").await;
    let (_, fourth) = house.invite("bob@example.org", "MEMBER").await;
    house.served.library.app.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
    house.register("ada@example.org", Some(&third)).await.unwrap();
    house.served.library.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(house.register("bob@example.org", Some(&fourth)).await, refused(NOT_GOOD), "over");

    let login = "mutation($input: LoginInput!) { login(input: $input) { accessToken } }";
    let again = house.nobody.run(login, json!({"input": {"identifier": "root", "password": PASSWORD}})).await;
    let root = Person { token: again["login"]["accessToken"].as_str().unwrap().to_owned(), ..house.root.clone() };
    let page = root.run(INVITATIONS, json!({"first": 3})).await["invitations"].clone();
    assert_eq!((&page["totalCount"], &page["pageInfo"]["hasNextPage"]), (&json!(4), &json!(true)));
    let rest = root.run(INVITATIONS, json!({"first": 3, "after": page["pageInfo"]["endCursor"]})).await;
    assert_eq!(rest["invitations"]["nodes"].as_array().unwrap().len(), 1);
    assert_ne!(first, second);
    house.served.library.app.clock.advance(TimeDelta::days(31));
    let purge = elenchus::domain::users::jobs::PurgeSignIns {};
    purge.run(house.served.library.app.clone(), super::support::library::FIRST).await.unwrap();
    assert_eq!(house.served.library.text("count(*) FROM invitations").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn only_whoever_may_invites() {
    let house = House::with(&[]).await;
    let ada = house.served.speaker("ada").await;
    let (id, _) = house.invite("bob@example.org", "MEMBER").await;
    assert_eq!(ada.refused(INVITE, json!({"input": {"email": "eve@example.org"}})).await.0, "FORBIDDEN");
    assert_eq!(ada.refused(INVITATIONS, json!({})).await.0, "FORBIDDEN");
    assert_eq!(ada.refused(REVOKE, json!({"input": {"id": id}})).await.0, "FORBIDDEN");
    for (query, variables) in [
        (INVITE, json!({"input": {"email": "eve@example.org"}})),
        (INVITATIONS, json!({})),
        (REVOKE, json!({"input": {"id": id}})),
    ] {
        assert_eq!(house.nobody.refused(query, variables).await.0, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn open_registration_may_be_for_some_addresses() {
    let domains = "example.org, Uni.Example,пример.рф";
    let house = House::with(&[("REGISTRATION_DOMAINS", domains)]).await;
    for email in ["a@example.org", "b@UNI.example", "c@ПРИМЕР.рф"] {
        assert_eq!(house.register(email, None).await.unwrap()["role"], "MEMBER", "{email}");
    }
    for email in
        ["a@example.com", "a@sub.example.org", "a@example.org.evil.example", "a@evil-example.org", "example.org"]
    {
        assert_eq!(house.register(email, None).await, refused(&["input.email"]), "{email}");
    }
    // Guests come from anywhere, and administrators make accounts for whom they like.
    let (_, token) = house.invite("guest@elsewhere.example", "STUDENT").await;
    assert_eq!(house.register("guest@elsewhere.example", Some(&token)).await.unwrap()["role"], "STUDENT");
    let input = json!({"input": {"email": "made@elsewhere.example", "password": PASSWORD, "role": "ANALYST"}});
    assert_eq!(house.root.run(REGISTER, input).await["register"]["user"]["role"], "ANALYST");
}

#[tokio::test]
async fn closed_is_closed_to_guests_too() {
    let house = House::with(&[("REGISTRATION", "closed")]).await;
    assert_eq!(house.register("a@example.org", None).await, refused(&[]));
    assert_eq!(house.register("a@example.org", Some("eli_x")).await, refused(&[]));
    assert_eq!(house.root.refused(INVITE, json!({"input": {"email": "a@example.org"}})).await.0, "CONFLICT");
    let input = json!({"input": {"email": "made@example.org", "password": PASSWORD, "role": "ADMIN"}});
    assert_eq!(house.root.run(REGISTER, input).await["register"]["user"]["role"], "ADMIN");
}
