//! Who sees a tutoring session, what nobody can do to one, and what becomes of what was said.

use elenchus::domain::courses::tutoring::jobs::TendSessions;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::classroom::refusal;
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::tutorial::{Tutorial, id_of};

const SEEN: &str =
    "query ($id: ID!) { course(id: $id) { weeks { number sessions { totalCount nodes { id studentName } } } } }";

/// Sessions of the first week as somebody sees them: how many, and whose.
async fn listed(tutorial: &Tutorial, who: &Person) -> (i64, Vec<String>) {
    let data = who.run(SEEN, json!({"id": tutorial.room.course})).await;
    let sessions = &data["course"]["weeks"][0]["sessions"];
    let names =
        sessions["nodes"].as_array().unwrap().iter().map(|node| node["studentName"].as_str().unwrap().to_owned());
    (sessions["totalCount"].as_i64().unwrap(), names.collect())
}

#[tokio::test]
async fn its_student_and_those_who_teach_see_a_session() {
    let tutorial = Tutorial::new().await;
    let (other, assistant) = (tutorial.room.student("olga").await, tutorial.room.assistant("ada").await);
    let stranger = tutorial.room.somebody("eve").await;
    let id = id_of(&tutorial.start(&tutorial.student).await);
    let reply = tutorial.student.tell_tutor(&id, "An advertisement is an offer, is it not?").await;
    let generation = id_of(&reply["generation"]);
    let own = tutorial.student.session(&id).await;
    for teacher in [&tutorial.room.professor, &assistant] {
        assert_eq!(teacher.session(&id).await, own);
        assert_eq!(listed(&tutorial, teacher).await, (1, vec!["sam the person".to_owned()]));
        let read = teacher
            .read(
                &id_of(&reply),
                "Message",
                "content generation { text costUsd } conversation { tutoringSession { id } }",
            )
            .await;
        assert_eq!((&read["content"], &read["generation"]["text"]), (&reply["content"], &reply["content"]));
        assert_eq!(read["conversation"]["tutoringSession"]["id"], id);
        // To read, and no more.
        assert_eq!(teacher.tell_tutor_refused(&id, "I take over").await, refusal("NOT_FOUND", &[]));
        let rate = json!({"messageId": reply["id"], "rating": "UP"});
        assert_eq!(teacher.act_refused("rateMessage", "RateMessageInput", rate).await, refusal("NOT_FOUND", &[]));
        let stop = json!({"generationId": generation});
        assert_eq!(teacher.act_refused("stopGeneration", "StopGenerationInput", stop).await, refusal("NOT_FOUND", &[]));
        for (verb, kind) in [
            ("endTutoringSession", "EndTutoringSessionInput"),
            ("deleteTutoringTranscript", "TutoringSessionInput"),
            ("deleteRecording", "TutoringSessionInput"),
        ] {
            assert_eq!(teacher.act_refused(verb, kind, json!({"sessionId": id})).await, refusal("NOT_FOUND", &[]));
        }
    }
    for nobody in [&other, &stranger] {
        assert_eq!(nobody.session(&id).await, Value::Null);
        for object in [&id, &id_of(&reply), &generation] {
            assert!(nobody.misses(object).await, "{object}");
        }
        assert_eq!(nobody.tell_tutor_refused(&id, "hello").await, refusal("NOT_FOUND", &[]));
    }
    assert_eq!(listed(&tutorial, &other).await, (0, vec![]));
    assert_eq!(tutorial.start_refused(&stranger).await, refusal("NOT_FOUND", &[]));

    // The right to read ends with the role, at that moment.
    let member = tutorial.room.member(&tutorial.room.professor, "ada the person").await;
    let input = json!({"courseId": tutorial.room.course, "memberId": member, "role": "STUDENT"});
    tutorial.room.professor.act("setMemberRole", "SetMemberRoleInput", input, "member { id }").await;
    assert_eq!(assistant.session(&id).await, Value::Null);
    assert!(assistant.misses(&id_of(&reply)).await && assistant.misses(&generation).await);
    // Whoever leaves keeps what they said, and begins nothing more.
    tutorial.student.act("unenrol", "UnenrolInput", json!({"courseId": tutorial.room.course}), "removedId").await;
    assert_eq!(tutorial.student.session(&id).await["transcript"], own["transcript"]);
    assert_eq!(tutorial.start_refused(&tutorial.student).await, refusal("NOT_FOUND", &[]));
}

#[tokio::test]
async fn a_session_is_no_conversation_to_be_changed() {
    let tutorial = Tutorial::new().await;
    let student = &tutorial.student;
    let id = id_of(&tutorial.start(student).await);
    let reply = student.tell_tutor(&id, "An advertisement is an offer, is it not?").await;
    let conversation = id_of(&student.read(&id, "TutoringSession", "conversation { id kind }").await["conversation"]);
    let (message, reply) =
        (id_of(&student.read(&id_of(&reply), "Message", "parent { id }").await["parent"]), id_of(&reply));
    for (verb, kind, input) in [
        ("sendMessage", "SendMessageInput", json!({"conversationId": conversation, "text": "hello"})),
        ("editMessage", "EditMessageInput", json!({"messageId": message, "text": "otherwise"})),
        ("regenerateReply", "RegenerateReplyInput", json!({"messageId": reply})),
        ("deleteMessage", "DeleteMessageInput", json!({"messageId": message})),
        ("updateConversation", "UpdateConversationInput", json!({"conversationId": conversation, "title": "mine"})),
        ("updateConversation", "UpdateConversationInput", json!({"conversationId": conversation, "kind": "GENERAL"})),
        ("archiveConversation", "ConversationInput", json!({"conversationId": conversation})),
        ("deleteConversation", "ConversationInput", json!({"conversationId": conversation})),
        ("attachDocuments", "ConversationDocumentsInput", json!({"conversationId": conversation, "documentIds": []})),
        ("detachDocuments", "ConversationDocumentsInput", json!({"conversationId": conversation, "documentIds": []})),
    ] {
        assert_eq!(student.act_refused(verb, kind, input).await, refusal("CONFLICT", &[]), "{verb}");
    }
    for (verb, kind, input) in [
        ("createConversation", "CreateConversationInput", json!({"kind": "TUTORING"})),
        ("sendMessage", "SendMessageInput", json!({"text": "hello", "kind": "TUTORING"})),
        ("ask", "AskInput", json!({"question": "hello", "kind": "TUTORING"})),
    ] {
        assert_eq!(student.act_refused(verb, kind, input).await, refusal("BAD_USER_INPUT", &["input.kind"]), "{verb}");
    }
    // It is in the list of sessions, and in no other.
    let lists = "{ viewer { conversations { totalCount nodes { id } } tutoringSessions(filter: {isRunning: true}) { totalCount nodes { id } } } }";
    let lists = student.run(lists, json!({})).await["viewer"].clone();
    assert_eq!(lists["conversations"], json!({"totalCount": 0, "nodes": []}));
    assert_eq!(lists["tutoringSessions"], json!({"totalCount": 1, "nodes": [{"id": id}]}));
    // A reply may be rated, as any.
    student.act("rateMessage", "RateMessageInput", json!({"messageId": reply, "rating": "UP"}), "message { id }").await;
}

#[tokio::test]
async fn weeks_that_are_shut_or_empty_have_no_sessions() {
    let tutorial = Tutorial::new().await;
    let (student, professor) = (&tutorial.student, &tutorial.room.professor);
    let input = json!({"weekId": tutorial.week, "opensAt": "2026-03-02T12:00:00Z"});
    professor.act("updateWeek", "UpdateWeekInput", input, "week { id }").await;
    assert_eq!(tutorial.start_refused(student).await, refusal("CONFLICT", &["input.weekId"]));
    let trial = tutorial.start(professor).await;
    assert_eq!(trial["remainingSeconds"], 300, "those who teach may try it before");
    // A session ends with its week.
    let input = json!({"weekId": tutorial.week, "opensAt": null, "closesAt": "2026-03-01T12:02:00Z"});
    professor.act("updateWeek", "UpdateWeekInput", input, "week { id }").await;
    assert_eq!(tutorial.start(student).await["remainingSeconds"], 120);
    let empty = tutorial.room.week(3, json!({})).await;
    let start = async |who: &Person, input: Value| {
        who.act_refused("startTutoringSession", "StartTutoringSessionInput", input).await
    };
    let other = tutorial.room.student("olga").await;
    assert_eq!(start(&other, json!({"weekId": empty})).await, refusal("CONFLICT", &["input.weekId"]));
    let foreign = json!({"weekId": tutorial.week, "themeId": "theme_01h455vb4pex5vsknk084sn02q"});
    assert_eq!(start(&other, foreign).await, refusal("NOT_FOUND", &["input.themeId"]));
    let voice = json!({"weekId": tutorial.week, "voiceId": "no voice"});
    assert_eq!(start(&other, voice).await, refusal("BAD_USER_INPUT", &["input.voiceId"]));
}

#[tokio::test]
async fn what_was_said_goes_when_its_student_or_the_course_says_so() {
    let tutorial = Tutorial::new().await;
    let (student, professor) = (&tutorial.student, &tutorial.room.professor);
    tutorial.settle(json!({"sessionsPerSevenDays": 20, "retentionDays": 30})).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = id_of(&tutorial.start(student).await);
        student.tell_tutor(&id, "An advertisement is an offer, is it not?").await;
        tutorial.end(student, &id).await;
        ids.push(id);
    }
    let said = |session: &Value| session["transcript"].as_array().unwrap().len();
    let delete = json!({"sessionId": ids[0]});
    student.act("deleteTutoringTranscript", "TutoringSessionInput", delete.clone(), "session { id }").await;
    student.act("deleteTutoringTranscript", "TutoringSessionInput", delete, "session { id }").await;
    for who in [student, professor] {
        let (gone, kept) = (who.session(&ids[0]).await, who.session(&ids[1]).await);
        assert_eq!((said(&gone), said(&kept)), (0, 3));
        assert_eq!(gone["endReason"], "STUDENT", "that there was a session stays");
    }
    let deleted = "count(*) FROM audit_events WHERE action = 'transcript.deleted'";
    assert_eq!(tutorial.room.served.library.text(deleted).await.as_deref(), Some("1"));

    let week = json!({"weekId": tutorial.week});
    let refused = professor.act_refused("deleteWeek", "DeleteWeekInput", week).await;
    assert_eq!(refused, refusal("CONFLICT", &["input.sessions"]));
    let keep = json!({"weekId": tutorial.week, "sessions": "KEEP"});
    professor.act("deleteWeek", "DeleteWeekInput", keep, "deletedId").await;
    assert_eq!(said(&student.session(&ids[1]).await), 3);
    assert_eq!(said(&professor.session(&ids[1]).await), 3, "the course is still there");

    // Thirty days after its end, to the day that the course says.
    tutorial.age("30 days").await;
    let app = &tutorial.room.served.library.app;
    TendSessions {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(said(&student.session(&ids[1]).await), 3);
    tutorial.age("1 second").await;
    TendSessions {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(said(&student.session(&ids[1]).await), 0);
}

#[tokio::test]
async fn with_a_course_its_sessions_stay_with_their_students_or_go() {
    for (fate, left) in [("KEEP", 3), ("DELETE", 0)] {
        let tutorial = Tutorial::new().await;
        let (student, professor) = (&tutorial.student, &tutorial.room.professor);
        let id = id_of(&tutorial.start(student).await);
        student.tell_tutor(&id, "An advertisement is an offer, is it not?").await;
        let course = json!({"courseId": tutorial.room.course});
        let refused = professor.act_refused("deleteCourse", "DeleteCourseInput", course).await;
        assert_eq!(refused, refusal("CONFLICT", &["input.sessions"]));
        let delete = json!({"courseId": tutorial.room.course, "sessions": fate});
        professor.act("deleteCourse", "DeleteCourseInput", delete, "deletedId").await;
        let session = student.session(&id).await;
        assert_eq!(session["transcript"].as_array().unwrap().len(), left, "{fate}");
        assert_eq!(session["endReason"], "REMOVED", "it went on");
        assert_eq!(student.tell_tutor_refused(&id, "And?").await, refusal("SESSION_ENDED", &[]));
        assert_eq!(professor.session(&id).await, Value::Null, "{fate}");
    }
}
