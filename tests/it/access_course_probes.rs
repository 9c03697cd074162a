//! What is tried on another person's course, its weeks and its tutoring sessions.

use serde_json::json;

use super::access_probes::{Probe, SEARCH, Things, probe};

/// Those of courses.
#[expect(clippy::too_many_lines, reason = "a line a root field")]
pub fn course_probes(hers: &Things, own: &Things) -> Vec<Probe> {
    let mutations = [
        (
            "updateCourse",
            "UpdateCourseInput",
            "course { id name }",
            json!({"courseId": hers.course, "name": "mine now"}),
        ),
        ("deleteCourse", "DeleteCourseInput", "deletedId", json!({"courseId": hers.course, "sessions": "DELETE"})),
        ("addWeek", "AddWeekInput", "week { id }", json!({"courseId": hers.course, "number": 7})),
        (
            "addWeek",
            "AddWeekInput",
            "week { id documents { filename } }",
            json!({"courseId": own.course, "number": 7, "documentIds": [hers.document]}),
        ),
        ("updateWeek", "UpdateWeekInput", "week { id title }", json!({"weekId": hers.week, "title": "mine now"})),
        (
            "extractThemes",
            "ExtractThemesInput",
            "week { id themes { title } }",
            json!({"weekId": hers.week, "again": true}),
        ),
        (
            "findMisconceptions",
            "FindMisconceptionsInput",
            "week { id misconceptions { items { statement evidence { quote } reading { quote } } } }",
            json!({"weekId": hers.week}),
        ),
        (
            "deleteWeek",
            "DeleteWeekInput",
            "deletedId course { name }",
            json!({"weekId": hers.week, "sessions": "DELETE"}),
        ),
        (
            "addWeekDocuments",
            "WeekDocumentsInput",
            "week { id documents { filename } }",
            json!({"weekId": hers.week, "documentIds": [own.document]}),
        ),
        (
            "addWeekDocuments",
            "WeekDocumentsInput",
            "week { id documents { filename } }",
            json!({"weekId": own.week, "documentIds": [own.document, hers.document]}),
        ),
        (
            "removeWeekDocument",
            "WeekDocumentInput",
            "week { id documents { filename } }",
            json!({"weekId": hers.week, "documentId": hers.document}),
        ),
        (
            "setEnrolmentCode",
            "SetEnrolmentCodeInput",
            "enrolmentCode course { name }",
            json!({"courseId": hers.course}),
        ),
        ("startTutoringSession", "StartTutoringSessionInput", "session { id theme }", json!({"weekId": hers.week})),
        (
            "sendTutoringMessage",
            "SendTutoringMessageInput",
            "session { id } message { id } reply { id content }",
            json!({"sessionId": hers.tutoring, "text": "hello"}),
        ),
        ("endTutoringSession", "EndTutoringSessionInput", "session { id theme }", json!({"sessionId": hers.tutoring})),
        (
            "deleteTutoringTranscript",
            "TutoringSessionInput",
            "session { id theme }",
            json!({"sessionId": hers.tutoring}),
        ),
        ("deleteRecording", "TutoringSessionInput", "session { id theme }", json!({"sessionId": hers.tutoring})),
        (
            "setRecordingConsent",
            "SetRecordingConsentInput",
            "session { id theme }",
            json!({"sessionId": hers.tutoring, "consents": true}),
        ),
        (
            "appealModerationFlag",
            "AppealModerationFlagInput",
            "flag { id excerpt }",
            json!({"flagId": hers.flag, "reason": "mine"}),
        ),
        (
            "resolveModerationFlag",
            "ResolveModerationFlagInput",
            "flag { id excerpt }",
            json!({"flagId": hers.flag, "resolution": "DISMISSED"}),
        ),
        ("unenrol", "UnenrolInput", "removedId", json!({"courseId": hers.course})),
        (
            "setMemberRole",
            "SetMemberRoleInput",
            "member { name }",
            json!({"courseId": hers.course, "memberId": "member_01h455vb4pex5vsknk084sn02q", "role": "STUDENT"}),
        ),
        (
            "inviteToCourse",
            "InviteToCourseInput",
            "token invitation { email }",
            json!({"courseId": hers.course, "email": "bob@example.org"}),
        ),
    ];
    let mut probes = Vec::new();
    for (field, kind, payload, input) in mutations {
        let query = format!("mutation ($input: {kind}!) {{ {field}(input: $input) {{ {payload} }} }}");
        // The texts of a test live as long as it does.
        let (root, query) = (format!("Mutation.{field}").leak(), query.leak());
        probes.push(probe(root, query, json!({ "input": input })));
    }
    probes.push(probe(
        "Subscription.tutoringSession",
        "subscription ($id: ID!) { tutoringSession(id: $id) { __typename } }",
        json!({"id": hers.tutoring}),
    ));
    probes.push(probe(
        "Query.course",
        "query ($id: ID!) { course(id: $id) { id code name members { nodes { name email } } } }",
        json!({"id": hers.course}),
    ));
    for scope in [
        json!({"courseId": hers.course}),
        json!({"weekId": hers.week}),
        json!({"courseId": own.course, "weekId": hers.week}),
    ] {
        probes.push(probe("Query.search", SEARCH, json!({"query": "zanzibar quagmire", "scope": scope})));
    }
    probes
}
