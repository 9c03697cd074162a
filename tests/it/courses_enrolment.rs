//! How people come to courses, what they see of one another, and how they leave.

use serde_json::{Value, json};

use super::support::classroom::{Classroom, refusal, text};
use super::support::live::Person;
use super::support::served::Served;

const ENROL: &str = "mutation ($input: EnrolInput!) { enrol(input: $input) { course { code viewerRole } } }";
const MEMBERS: &str = "query ($id: ID!, $first: Int, $after: String, $role: CourseRole) { course(id: $id) {
    members(first: $first, after: $after, role: $role) { totalCount nodes { name role email joinedAt } pageInfo { hasNextPage endCursor } } } }";

async fn refused_to_enrol(person: &Person, code: &str, enrolment_code: Option<&str>) {
    let input = json!({"input": {"code": code, "enrolmentCode": enrolment_code}});
    let answer = person.respond(ENROL, input).await;
    let error = &answer["errors"][0];
    // Word for word the same, whatever is wrong.
    assert_eq!(
        (&error["extensions"]["code"], &error["extensions"]["fields"][0]["path"], &error["message"]),
        (
            &json!("NOT_FOUND"),
            &json!("input.code"),
            &json!("There is no course that can be joined with this. Please ask whoever teaches it.")
        ),
        "{answer}"
    );
}

async fn joined(person: &Person, code: &str, enrolment_code: Option<&str>) -> Value {
    let input = json!({"input": {"code": code, "enrolmentCode": enrolment_code}});
    person.run(ENROL, input).await["enrol"]["course"].clone()
}

impl Classroom {
    async fn set(&self, change: Value) {
        let mut input = json!({"courseId": self.course});
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        self.professor.act("updateCourse", "UpdateCourseInput", input, "course { id }").await;
    }

    async fn code(&self, days: i32) -> String {
        let input = json!({"courseId": self.course, "expiresInDays": days});
        let set = self.professor.act("setEnrolmentCode", "SetEnrolmentCodeInput", input, "enrolmentCode").await;
        text(&set["enrolmentCode"])
    }

    /// The names of the members that somebody sees.
    async fn names(&self, person: &Person) -> Vec<String> {
        let members = person.run(MEMBERS, json!({"id": self.course})).await["course"]["members"].clone();
        let nodes = members["nodes"].as_array().unwrap();
        assert_eq!(members["totalCount"], nodes.len());
        nodes.iter().map(|member| text(&member["name"])).collect()
    }
}

#[tokio::test]
async fn an_open_course_is_joined_by_whoever_likes_and_once() {
    let room = Classroom::new().await;
    let sam = room.somebody("sam").await;
    let expected = json!({"code": "LAW-1", "viewerRole": "STUDENT"});
    for code in ["law-1", " LAW-1 "] {
        assert_eq!(joined(&sam, code, None).await, expected);
    }
    assert_eq!(joined(&room.professor, "LAW-1", None).await["viewerRole"], "PROFESSOR", "stays what she is");
    let added = "count(*) FROM audit_events WHERE action = 'course_member.added'";
    assert_eq!(room.served.library.text(added).await.as_deref(), Some("1"));
    let eve = room.somebody("eve").await;
    for code in ["LAW-2", "", "law\u{0}-1x"] {
        refused_to_enrol(&eve, code, None).await;
    }
    room.set(json!({"isArchived": true})).await;
    refused_to_enrol(&eve, "LAW-1", None).await;
    assert_eq!(joined(&sam, "LAW-1", None).await, expected, "a member is a member");
    room.set(json!({"isArchived": false, "enrolment": "INVITATION"})).await;
    refused_to_enrol(&eve, "LAW-1", None).await;
    let input = json!({"courseId": room.course});
    assert_eq!(
        room.professor.act_refused("setEnrolmentCode", "SetEnrolmentCodeInput", input).await,
        refusal("CONFLICT", &[])
    );
}

#[tokio::test]
async fn a_code_lets_in_until_it_ends_or_another_takes_its_place() {
    let room = Classroom::new().await;
    room.set(json!({"enrolment": "CODE"})).await;
    let (sam, eve) = (room.somebody("sam").await, room.somebody("eve").await);
    refused_to_enrol(&sam, "LAW-1", None).await;
    let first = room.code(1).await;
    let kept = room.served.library.text("encode(enrolment_code_hash, 'hex') || enrolment_code_hash FROM courses").await;
    assert!(!kept.unwrap().contains(&first.replace('-', "")), "the code is never stored");
    let query = "query ($id: ID!) { course(id: $id) { enrolment { mode codeExpiresAt } } }";
    assert_eq!(
        room.professor.run(query, json!({"id": room.course})).await["course"]["enrolment"],
        json!({"mode": "CODE", "codeExpiresAt": "2026-03-02T12:00:00+00:00"})
    );
    for wrong in ["", "00000-00000", &first[..9]] {
        refused_to_enrol(&sam, "LAW-1", Some(wrong)).await;
    }
    let sloppy = first.to_lowercase().replace('-', " ");
    assert_eq!(joined(&sam, "LAW-1", Some(&sloppy)).await, json!({"code": "LAW-1", "viewerRole": "STUDENT"}));
    let second = room.code(1).await;
    assert_ne!(first, second);
    refused_to_enrol(&eve, "LAW-1", Some(&first)).await;
    room.served.library.sql("UPDATE courses SET enrolment_code_expires_at = '2026-03-01T12:00:00Z'").await;
    refused_to_enrol(&eve, "LAW-1", Some(&second)).await;
    room.served.library.sql("UPDATE courses SET enrolment_code_expires_at = '2026-03-01T12:00:01Z'").await;
    assert_eq!(joined(&eve, "LAW-1", Some(&second)).await["viewerRole"], "STUDENT");
    for days in [0, 367] {
        let input = json!({"courseId": room.course, "expiresInDays": days});
        assert_eq!(
            room.professor.act_refused("setEnrolmentCode", "SetEnrolmentCodeInput", input).await,
            refusal("BAD_USER_INPUT", &["input.expiresInDays"])
        );
    }
    let trail = room.served.library.text("string_agg(after::text, ' ') FROM audit_events").await.unwrap();
    assert!(!trail.contains(&first) && !trail.contains(&second), "{trail}");
}

#[tokio::test]
async fn whoever_guesses_codes_is_made_to_wait() {
    let served = Served::with(&[("SECOND_FACTOR_TRIES", "3")]).await;
    let (paula, _) = served.of_role("paula", "PROFESSOR").await;
    let input = json!({"code": "LAW-1", "name": "Law", "enrolment": "CODE"});
    let made = paula.act("createCourse", "CreateCourseInput", input, "course { id }").await;
    let input = json!({"courseId": made["course"]["id"]});
    let set = paula.act("setEnrolmentCode", "SetEnrolmentCodeInput", input, "enrolmentCode").await;
    let code = text(&set["enrolmentCode"]);
    let (sam, eve) = (served.speaker("sam").await, served.speaker("eve").await);
    for _ in 0..3 {
        refused_to_enrol(&eve, "LAW-1", Some("AAAAA-AAAAA")).await;
    }
    let right = json!({"input": {"code": "LAW-1", "enrolmentCode": code}});
    assert_eq!(eve.refused(ENROL, right).await.0, "RATE_LIMITED", "even the right one");
    assert_eq!(joined(&sam, "LAW-1", Some(&code)).await["viewerRole"], "STUDENT", "others are not kept waiting");
}

#[tokio::test]
async fn members_see_one_another_as_far_as_they_should() {
    let room = Classroom::new().await;
    let mut people = Vec::new();
    for name in ["sam", "tom"] {
        room.advance(1);
        people.push(room.student(name).await);
    }
    room.advance(1);
    let anna = room.assistant("anna").await;
    let all = ["paula the person", "sam the person", "tom the person", "anna the person"];
    for teacher in [&room.professor, &anna] {
        assert_eq!(room.names(teacher).await, all);
    }
    assert_eq!(room.names(&people[0]).await, ["paula the person", "sam the person", "anna the person"]);
    let seen = people[0].run(MEMBERS, json!({"id": room.course})).await["course"]["members"]["nodes"].clone();
    let emails: Vec<&Value> = seen.as_array().unwrap().iter().map(|member| &member["email"]).collect();
    assert_eq!(emails, [&Value::Null, &json!("sam@example.org"), &Value::Null]);
    let seen = anna.run(MEMBERS, json!({"id": room.course, "role": "STUDENT"})).await["course"]["members"].clone();
    assert_eq!(
        seen["nodes"],
        json!([
            {"name": "sam the person", "role": "STUDENT", "email": "sam@example.org", "joinedAt": "2026-03-01T12:01:00+00:00"},
            {"name": "tom the person", "role": "STUDENT", "email": "tom@example.org", "joinedAt": "2026-03-01T12:02:00+00:00"},
        ])
    );
    assert_eq!(seen["totalCount"], 2);
    room.set(json!({"showsMembers": true})).await;
    assert_eq!(room.names(&people[0]).await, all);
    let seen = people[0].run(MEMBERS, json!({"id": room.course})).await["course"]["members"].to_string();
    assert!(!seen.contains("tom@") && !seen.contains("paula@"), "no addresses of others: {seen}");
    let page = anna.run(MEMBERS, json!({"id": room.course, "first": 3})).await["course"]["members"].clone();
    assert_eq!((&page["totalCount"], &page["pageInfo"]["hasNextPage"]), (&json!(4), &json!(true)));
    let rest = json!({"id": room.course, "first": 3, "after": page["pageInfo"]["endCursor"]});
    let rest = anna.run(MEMBERS, rest).await["course"]["members"]["nodes"].clone();
    assert_eq!((rest.as_array().unwrap().len(), &rest[0]["name"]), (1, &json!("anna the person")));
    // Whoever has left the house is no longer seen.
    room.served.library.sql("UPDATE users SET deleted_at = now() WHERE username = 'tom'").await;
    assert_eq!(room.names(&anna).await, ["paula the person", "sam the person", "anna the person"]);
}

#[tokio::test]
async fn members_leave_and_are_taken_out() {
    let room = Classroom::new().await;
    let (sam, tom) = (room.student("sam").await, room.student("tom").await);
    let (anna, abel) = (room.assistant("anna").await, room.assistant("abel").await);
    let of = async |name: &str| room.member(&room.professor, &format!("{name} the person")).await;
    let (of_sam, of_tom, of_anna, of_abel, of_paula) =
        (of("sam").await, of("tom").await, of("anna").await, of("abel").await, of("paula").await);
    let out = |member: Option<&str>| json!({"courseId": room.course, "memberId": member});
    // Students see no other students, and take nobody out.
    assert_eq!(
        sam.act_refused("unenrol", "UnenrolInput", out(Some(&of_tom))).await,
        refusal("NOT_FOUND", &["input.memberId"])
    );
    for (person, member, code) in [
        (&sam, &of_anna, "FORBIDDEN"),
        (&sam, &of_paula, "FORBIDDEN"),
        (&anna, &of_abel, "FORBIDDEN"),
        (&anna, &of_paula, "CONFLICT"),
        (&room.professor, &of_paula, "CONFLICT"),
    ] {
        assert_eq!(person.act_refused("unenrol", "UnenrolInput", out(Some(member))).await.0, code);
    }
    assert_eq!(room.professor.act_refused("unenrol", "UnenrolInput", out(None)).await.0, "CONFLICT");
    let left = sam.act("unenrol", "UnenrolInput", out(None), "removedId").await;
    assert_eq!(left["removedId"], of_sam);
    assert_eq!(sam.refused(MEMBERS, json!({"id": room.course})).await.0, "NOT_FOUND");
    anna.act("unenrol", "UnenrolInput", out(Some(&of_tom)), "removedId").await;
    assert_eq!(anna.act_refused("unenrol", "UnenrolInput", out(Some(&of_tom))).await.0, "NOT_FOUND", "gone already");
    room.professor.act("unenrol", "UnenrolInput", out(Some(&of_abel)), "removedId").await;
    for person in [&tom, &abel] {
        assert_eq!(person.refused(MEMBERS, json!({"id": room.course})).await.0, "NOT_FOUND");
    }
    assert_eq!(room.names(&anna).await, ["paula the person", "anna the person"]);
    let trail = "{ viewer { auditTrail(filter: {actions: [\"course_member.removed\"]}) { nodes { object before actorUser { id } } } } }";
    let trail = tom.run(trail, json!({})).await["viewer"]["auditTrail"]["nodes"].clone();
    assert_eq!(
        trail,
        json!([{"object": room.course, "before": {"role": "STUDENT"}, "actorUser": null}]),
        "he may know"
    );
}

#[tokio::test]
async fn a_course_has_one_professor_who_may_hand_it_over() {
    let room = Classroom::new().await;
    let (sam, anna) = (room.student("sam").await, room.assistant("anna").await);
    let of = async |name: &str| room.member(&anna, &format!("{name} the person")).await;
    let (of_sam, of_anna, of_paula) = (of("sam").await, of("anna").await, of("paula").await);
    let to = |member: &str, role: &str| json!({"courseId": room.course, "memberId": member, "role": role});
    for person in [&sam, &anna] {
        assert_eq!(
            person.act_refused("setMemberRole", "SetMemberRoleInput", to(&of_sam, "ASSISTANT")).await.0,
            "FORBIDDEN"
        );
    }
    let paula = &room.professor;
    assert_eq!(
        paula.act_refused("setMemberRole", "SetMemberRoleInput", to(&of_paula, "ASSISTANT")).await,
        refusal("CONFLICT", &["input.role"])
    );
    assert_eq!(
        paula.act_refused("setMemberRole", "SetMemberRoleInput", to(&of_anna, "PROFESSOR")).await,
        refusal("CONFLICT", &["input.memberId"]),
        "her account may have no courses"
    );
    let unknown = to("member_01h455vb4pex5vsknk084sn02q", "STUDENT");
    assert_eq!(
        paula.act_refused("setMemberRole", "SetMemberRoleInput", unknown).await,
        refusal("NOT_FOUND", &["input.memberId"])
    );
    room.served.library.sql("UPDATE users SET role = 'PROFESSOR' WHERE username = 'anna'").await;
    let payload = "member { name role } course { viewerRole }";
    let handed = paula.act("setMemberRole", "SetMemberRoleInput", to(&of_anna, "PROFESSOR"), payload).await;
    assert_eq!(
        handed,
        json!({"member": {"name": "anna the person", "role": "PROFESSOR"}, "course": {"viewerRole": "ASSISTANT"}})
    );
    assert_eq!(
        paula.act_refused("deleteCourse", "DeleteCourseInput", json!({"courseId": room.course})).await.0,
        "FORBIDDEN"
    );
    let roles = "string_agg(u.username || ' ' || m.role, ', ' ORDER BY u.username) FROM course_members m JOIN users u ON u.id = m.user_id";
    let roles = room.served.library.text(roles).await;
    assert_eq!(roles.as_deref(), Some("anna PROFESSOR, paula ASSISTANT, sam STUDENT"));
    let twice = "UPDATE course_members SET role = 'PROFESSOR'";
    let refused = room.served.library.app.db.write().await.unwrap();
    let refused = diesel_async::SimpleAsyncConnection::batch_execute(&mut &*refused, twice).await;
    assert!(refused.unwrap_err().to_string().contains("course_members_professor_key"), "the database sees to it too");
}
