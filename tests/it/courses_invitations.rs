//! Guests: invited to a course by letter, by address, or by a token that is passed on.

use serde_json::{Value, json};

use super::support::classroom::{Classroom, refusal, text};
use super::support::live::Person;
use super::support::served::Served;

const ACCEPT: &str = "mutation ($input: AcceptCourseInvitationInput!) { acceptCourseInvitation(input: $input) { course { code viewerRole } } }";
const RECEIVED: &str = "{ viewer { courseInvitations { id role code name professorName createdAt expiresAt } } }";

impl Classroom {
    async fn invite(&self, by: &Person, email: &str, role: &str) -> Value {
        let input = json!({"courseId": self.course, "email": email, "role": role});
        let payload = "token invitation { id email role createdAt expiresAt acceptedAt revokedAt }";
        by.act("inviteToCourse", "InviteToCourseInput", input, payload).await
    }
}

#[tokio::test]
async fn a_guest_comes_by_the_link_of_a_letter() {
    let room = Classroom::new().await;
    let made = room.invite(&room.professor, " Gwen@Example.org ", "ASSISTANT").await;
    let id = text(&made["invitation"]["id"]);
    assert_eq!(
        made,
        json!({"token": null, "invitation": {"id": id, "email": "Gwen@Example.org", "role": "ASSISTANT",
               "createdAt": "2026-03-01T12:00:00+00:00", "expiresAt": "2026-03-15T12:00:00+00:00", "acceptedAt": null, "revokedAt": null}})
    );
    let letter = room.served.library.letter("course_invitation").await;
    assert_eq!(
        (letter.to.as_str(), letter.subject.as_str()),
        ("Gwen@Example.org", "You are invited to a course at Elenchus")
    );
    assert!(
        letter.text.contains("/join-course?token=elc_") && letter.text.contains("15 March 2026, 12:00 (UTC)"),
        "{}",
        letter.text
    );
    for word in ["LAW-1", "contracts", "paula"] {
        assert!(!letter.raw.contains(word), "nobody writes in our name: {word}");
    }
    let token = letter.text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap();
    let kept = room.served.library.text("row_to_json(i)::text FROM course_invitations i").await.unwrap();
    assert!(!kept.contains(&token[4..]), "the token is never stored: {kept}");
    let (gwen, eve) = (room.somebody("gwenda").await, room.somebody("eve").await);
    let by = |token: &str| json!({"input": {"token": token}});
    for wrong in ["", "elc_", &token[4..], &token.replacen("elc", "elm", 1)] {
        assert_eq!(eve.refused(ACCEPT, by(wrong)).await, refusal("NOT_FOUND", &[]), "{wrong}");
    }
    // Whoever has the link may; again is the same again; for another it is used up.
    for _ in 0..2 {
        let accepted = gwen.run(ACCEPT, by(token)).await["acceptCourseInvitation"]["course"].clone();
        assert_eq!(accepted, json!({"code": "LAW-1", "viewerRole": "ASSISTANT"}));
    }
    assert_eq!(eve.refused(ACCEPT, by(token)).await, refusal("NOT_FOUND", &[]));
    assert_eq!(
        room.professor.act_refused("revokeCourseInvitation", "RevokeCourseInvitationInput", json!({"id": id})).await.0,
        "CONFLICT"
    );
    let none = json!({"input": {}});
    assert_eq!(eve.refused(ACCEPT, none).await, refusal("BAD_USER_INPUT", &["input.token"]));
}

#[tokio::test]
async fn a_guest_with_the_confirmed_address_needs_no_link() {
    let room = Classroom::new().await;
    room.served.library.sql("UPDATE courses SET enrolment = 'INVITATION'").await;
    let (gwen, eve) = (room.somebody("gwen").await, room.somebody("eve").await);
    let made = room.invite(&room.professor, "GWEN@example.org", "STUDENT").await;
    let id = text(&made["invitation"]["id"]);
    let by = json!({"input": {"invitationId": id}});
    assert_eq!(gwen.run(RECEIVED, json!({})).await["viewer"]["courseInvitations"], json!([]), "not confirmed");
    assert_eq!(gwen.refused(ACCEPT, by.clone()).await, refusal("NOT_FOUND", &[]));
    room.served.library.sql("UPDATE users SET email_verified_at = now() WHERE username IN ('gwen', 'eve')").await;
    assert_eq!(
        gwen.run(RECEIVED, json!({})).await["viewer"]["courseInvitations"],
        json!([{"id": id, "role": "STUDENT", "code": "LAW-1", "name": "Law of contracts", "professorName": "paula the person",
                "createdAt": "2026-03-01T12:00:00+00:00", "expiresAt": "2026-03-15T12:00:00+00:00"}])
    );
    assert_eq!(eve.run(RECEIVED, json!({})).await["viewer"]["courseInvitations"], json!([]));
    assert_eq!(eve.refused(ACCEPT, by.clone()).await, refusal("NOT_FOUND", &[]));
    assert_eq!(eve.refused(ACCEPT, json!({"input": {"invitationId": "nonsense"}})).await, refusal("NOT_FOUND", &[]));
    let accepted = gwen.run(ACCEPT, by.clone()).await["acceptCourseInvitation"]["course"].clone();
    assert_eq!(accepted, json!({"code": "LAW-1", "viewerRole": "STUDENT"}));
    assert_eq!(gwen.run(RECEIVED, json!({})).await["viewer"]["courseInvitations"], json!([]));
    // Once out, the invitation lets nobody in again.
    gwen.act("unenrol", "UnenrolInput", json!({"courseId": room.course}), "removedId").await;
    assert_eq!(gwen.refused(ACCEPT, by).await, refusal("NOT_FOUND", &[]));
}

#[tokio::test]
async fn invitations_end_by_time_by_word_and_by_the_next_one() {
    let room = Classroom::new().await;
    let (sam, anna) = (room.student("sam").await, room.assistant("anna").await);
    let (gwen, eve) = (room.somebody("gwen").await, room.somebody("eve").await);
    room.served.library.sql("UPDATE users SET email_verified_at = now()").await;
    let ask = |email: &str, role: &str| json!({"courseId": room.course, "email": email, "role": role});
    for (person, input, expected) in [
        (&sam, ask("gwen@example.org", "STUDENT"), refusal("FORBIDDEN", &[])),
        (&anna, ask("gwen@example.org", "ASSISTANT"), refusal("FORBIDDEN", &[])),
        (&room.professor, ask("gwen@example.org", "PROFESSOR"), refusal("BAD_USER_INPUT", &["input.role"])),
        (&room.professor, ask("gwen", "STUDENT"), refusal("BAD_USER_INPUT", &["input.email"])),
    ] {
        assert_eq!(person.act_refused("inviteToCourse", "InviteToCourseInput", input).await, expected);
    }
    let first = text(&room.invite(&anna, "gwen@example.org", "STUDENT").await["invitation"]["id"]);
    room.advance(1);
    let second = text(&room.invite(&room.professor, "GWEN@example.org", "ASSISTANT").await["invitation"]["id"]);
    let by = |id: &str| json!({"input": {"invitationId": id}});
    assert_eq!(gwen.refused(ACCEPT, by(&first)).await.0, "NOT_FOUND", "another one took its place");
    let revoke = json!({"id": second});
    for (person, code) in [(&eve, "NOT_FOUND"), (&sam, "FORBIDDEN"), (&anna, "FORBIDDEN")] {
        let refused = person.act_refused("revokeCourseInvitation", "RevokeCourseInvitationInput", revoke.clone()).await;
        assert_eq!(refused.0, code);
    }
    let payload = "invitation { revokedAt }";
    for _ in 0..2 {
        let done =
            room.professor.act("revokeCourseInvitation", "RevokeCourseInvitationInput", revoke.clone(), payload).await;
        assert_eq!(done["invitation"]["revokedAt"], "2026-03-01T12:01:00+00:00");
        room.advance(1);
    }
    assert_eq!(gwen.refused(ACCEPT, by(&second)).await.0, "NOT_FOUND");
    let third = text(&room.invite(&room.professor, "gwen@example.org", "STUDENT").await["invitation"]["id"]);
    room.served.library.sql("UPDATE course_invitations SET expires_at = '2026-03-01T12:03:00Z'").await;
    assert_eq!(gwen.refused(ACCEPT, by(&third)).await.0, "NOT_FOUND", "over");
    let list = "query ($id: ID!) { course(id: $id) { invitations(first: 2) { totalCount nodes { id email role } pageInfo { hasNextPage } } } }";
    assert_eq!(
        anna.run(list, json!({"id": room.course})).await["course"]["invitations"],
        json!({"totalCount": 3, "pageInfo": {"hasNextPage": true}, "nodes": [
            {"id": third, "email": "gwen@example.org", "role": "STUDENT"}, {"id": second, "email": "GWEN@example.org", "role": "ASSISTANT"}]})
    );
    assert_eq!(sam.run(list, json!({"id": room.course})).await["course"]["invitations"], Value::Null);
    // A student who is invited to teach rises; nobody falls.
    let of_sam = text(&room.invite(&room.professor, "sam@example.org", "ASSISTANT").await["invitation"]["id"]);
    assert_eq!(sam.run(ACCEPT, by(&of_sam)).await["acceptCourseInvitation"]["course"]["viewerRole"], "ASSISTANT");
    let of_sam = text(&room.invite(&room.professor, "sam@example.org", "STUDENT").await["invitation"]["id"]);
    assert_eq!(sam.run(ACCEPT, by(&of_sam)).await["acceptCourseInvitation"]["course"]["viewerRole"], "ASSISTANT");
    let away = json!({"courseId": room.course, "isArchived": true});
    let of_eve = text(&room.invite(&room.professor, "eve@example.org", "STUDENT").await["invitation"]["id"]);
    room.professor.act("updateCourse", "UpdateCourseInput", away, "course { id }").await;
    assert_eq!(eve.refused(ACCEPT, by(&of_eve)).await.0, "NOT_FOUND", "put away");
    assert_eq!(eve.run(RECEIVED, json!({})).await["viewer"]["courseInvitations"], json!([]));
    let input = ask("x@example.org", "STUDENT");
    assert_eq!(room.professor.act_refused("inviteToCourse", "InviteToCourseInput", input).await.0, "CONFLICT");
}

#[tokio::test]
async fn without_mail_whoever_invites_passes_the_token_on() {
    let served = Served::with(&[("MAIL_URL", "none")]).await;
    let (paula, _) = served.of_role("paula", "PROFESSOR").await;
    let made =
        paula.act("createCourse", "CreateCourseInput", json!({"code": "LAW-1", "name": "Law"}), "course { id }").await;
    let input = json!({"courseId": made["course"]["id"], "email": "gwen@example.org"});
    let invited = paula.act("inviteToCourse", "InviteToCourseInput", input, "token").await;
    let token = text(&invited["token"]);
    assert!(token.starts_with("elc_") && token.len() == 47, "{token}");
    let gwen = served.speaker("gwen").await;
    let accepted = gwen.run(ACCEPT, json!({"input": {"token": token}})).await;
    assert_eq!(accepted["acceptCourseInvitation"]["course"]["viewerRole"], "STUDENT");
}
