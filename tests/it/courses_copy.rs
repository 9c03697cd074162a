//! Teaching a course again.

use serde_json::{Value, json};

use super::support::classroom::{Classroom, refusal, text};

const COPY: &str = "mutation ($input: CopyCourseInput!) { copyCourse(input: $input) { course { id code name professorName description term viewerRole
    enrolment { mode codeExpiresAt } weeks { number title themes { title } opensAt closesAt documents { filename } } members { totalCount }
    invitations { totalCount } tutoring { sessionsPerSevenDays maxSeconds retentionDays } } } }";

#[tokio::test]
async fn a_copy_has_the_weeks_and_readings_and_none_of_the_people() {
    let room = Classroom::new().await;
    let (offer, breach) =
        (room.document("offer.txt", "An offer.").await, room.document("breach.txt", "A breach.").await);
    room.week(
        1,
        json!({"title": "Offer", "themes": ["promise"], "documentIds": [offer], "opensAt": "2026-03-02T08:00:00Z"}),
    )
    .await;
    room.week(3, json!({"title": "Breach", "documentIds": [offer, breach], "opensAt": "2026-03-09T08:00:00Z", "closesAt": "2026-03-16T08:00:00Z"}))
        .await;
    room.week(4, json!({})).await;
    let (student, assistant) = (room.student("sam").await, room.assistant("anna").await);
    let input = json!({"courseId": room.course, "email": "gwen@example.org"});
    room.professor.act("inviteToCourse", "InviteToCourseInput", input, "__typename").await;
    let input = json!({"courseId": room.course, "tutoring": {"sessionsPerSevenDays": 5, "maxSeconds": 600, "retentionDays": 90}});
    room.professor.act("updateCourse", "UpdateCourseInput", input, "__typename").await;
    let input =
        json!({"courseId": room.course, "code": "LAW-1b", "term": "autumn", "startsAt": "2026-09-01T08:00:00Z"});
    let copied = room.professor.run(COPY, json!({ "input": input })).await["copyCourse"]["course"].clone();
    let id = text(&copied["id"]);
    assert_eq!(
        copied,
        json!({
            "id": id, "code": "LAW-1b", "name": "Law of contracts", "professorName": "paula the person", "description": "",
            "term": "autumn", "viewerRole": "PROFESSOR", "enrolment": {"mode": "OPEN", "codeExpiresAt": null},
            "weeks": [
                {"number": 1, "title": "Offer", "themes": [{"title": "promise"}], "opensAt": "2026-09-01T08:00:00+00:00", "closesAt": null,
                 "documents": [{"filename": "offer.txt"}]},
                {"number": 3, "title": "Breach", "themes": [], "opensAt": "2026-09-08T08:00:00+00:00", "closesAt": "2026-09-15T08:00:00+00:00",
                 "documents": [{"filename": "offer.txt"}, {"filename": "breach.txt"}]},
                {"number": 4, "title": null, "themes": [], "opensAt": null, "closesAt": null, "documents": []},
            ],
            "members": {"totalCount": 1}, "invitations": {"totalCount": 0},
            "tutoring": {"sessionsPerSevenDays": 5, "maxSeconds": 600, "retentionDays": 90},
        })
    );
    for person in [&student, &assistant] {
        assert_eq!(
            person.refused("query ($id: ID!) { course(id: $id) { id } }", json!({ "id": id })).await.0,
            "NOT_FOUND"
        );
    }
    // Without a beginning, the copy has no times; the original is as it was.
    let input = json!({"courseId": room.course, "code": "LAW-1c", "name": "Contracts"});
    let copied = room.professor.run(COPY, json!({ "input": input })).await["copyCourse"]["course"].clone();
    assert_eq!((&copied["name"], &copied["term"]), (&json!("Contracts"), &Value::Null));
    let times: Vec<_> =
        copied["weeks"].as_array().unwrap().iter().flat_map(|week| [&week["opensAt"], &week["closesAt"]]).collect();
    assert_eq!(times, [&Value::Null; 6]);
    let original = "query ($id: ID!) { course(id: $id) { weeks { opensAt } members { totalCount } } }";
    assert_eq!(
        room.professor.run(original, json!({"id": room.course})).await["course"],
        json!({"weeks": [{"opensAt": "2026-03-02T08:00:00+00:00"}, {"opensAt": "2026-03-09T08:00:00+00:00"}, {"opensAt": null}],
               "members": {"totalCount": 3}})
    );
}

#[tokio::test]
async fn only_its_professor_copies_a_course() {
    let room = Classroom::new().await;
    room.week(1, json!({"opensAt": "2026-03-02T08:00:00Z"})).await;
    let (student, assistant) = (room.student("sam").await, room.assistant("anna").await);
    let (other, _) = room.served.of_role("otto", "PROFESSOR").await;
    let ask = |code: &str| json!({"input": {"courseId": room.course, "code": code}});
    assert_eq!(student.refused(COPY, ask("X")).await, refusal("FORBIDDEN", &[]));
    assert_eq!(other.refused(COPY, ask("X")).await, refusal("NOT_FOUND", &[]));
    for account in ["MEMBER", "PROFESSOR"] {
        room.served.library.sql(&format!("UPDATE users SET role = '{account}' WHERE username = 'anna'")).await;
        assert_eq!(assistant.refused(COPY, ask("X")).await, refusal("FORBIDDEN", &[]), "{account}");
    }
    assert_eq!(room.professor.refused(COPY, ask("law-1")).await, refusal("CONFLICT", &["input.code"]));
    let late = json!({"input": {"courseId": room.course, "code": "X", "startsAt": "3000-01-01T00:00:00Z"}});
    assert_eq!(room.professor.refused(COPY, late).await, refusal("BAD_USER_INPUT", &["input.startsAt"]));
    assert_eq!(room.served.library.text("count(*) FROM courses").await.as_deref(), Some("1"), "none was left behind");
}
