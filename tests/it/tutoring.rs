//! Tutoring sessions: begun within the quota, held against the server's clock, ended on time.

use elenchus::domain::courses::tutoring::jobs::{EndSession, TendSessions};
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::library::FIRST;
use super::support::live::{LiveServer, Person, until_some};
use super::support::people::PASSWORD;
use super::support::tutorial::{OFFERS, SESSION, Tutorial, id_of};

#[tokio::test]
async fn a_session_begins_with_a_question_and_goes_on_with_one() {
    let tutorial = Tutorial::new().await;
    let session = tutorial.start(&tutorial.student).await;
    let id = id_of(&session);
    assert_eq!((&session["theme"], &session["isTrial"]), (&json!("Advertisements"), &json!(false)));
    assert_eq!(session["studentName"], "sam the person");
    assert_eq!(
        (&session["startedAt"], &session["expiresAt"]),
        (&json!("2026-03-01T12:00:00+00:00"), &json!("2026-03-01T12:05:00+00:00"))
    );
    assert_eq!((&session["remainingSeconds"], &session["endedAt"]), (&json!(300), &Value::Null));
    let opening = &session["transcript"][0];
    assert_eq!((&opening["role"], &opening["kind"]), (&json!("ASSISTANT"), &json!("OPENING")));
    assert_eq!(opening["content"], session["question"]);
    assert!(session["question"].as_str().unwrap().contains("“Advertisements”"), "{session}");
    assert!(session["question"].as_str().unwrap().ends_with('?'));

    let reply = tutorial.student.tell_tutor(&id, "An advertisement is always an offer, I would say.").await;
    assert_eq!((&reply["status"], &reply["kind"]), (&json!("COMPLETED"), &json!("TEXT")));
    let said = reply["content"].as_str().unwrap();
    assert!(said.contains("“An advertisement is as a rule an invitation to treat.” ["), "{said}");
    assert!(said.ends_with('?') && !said.contains("costs money"), "{said}");
    let citation = &reply["citations"][0];
    assert_eq!(
        (&citation["document"]["filename"], reply["citations"].as_array().unwrap().len()),
        (&json!("offers.txt"), 1)
    );
    let (from, to) = (citation["startChar"].as_u64().unwrap(), citation["endChar"].as_u64().unwrap());
    let there: String = OFFERS.chars().skip(from.try_into().unwrap()).take((to - from).try_into().unwrap()).collect();
    assert_eq!(citation["quote"], there);
    assert_eq!(reply["generation"]["promptVersion"], "tutor@1");

    let second =
        tutorial.student.tell_tutor(&id, "Then an advertisement that promises pay to whoever performs binds?").await;
    assert_ne!(second["content"], reply["content"], "it follows what was said");
    let ended = tutorial.end(&tutorial.student, &id).await;
    assert_eq!(
        (&ended["endReason"], &ended["durationSeconds"], &ended["remainingSeconds"]),
        (&json!("STUDENT"), &json!(0), &json!(0))
    );
    let kinds: Vec<&str> =
        ended["transcript"].as_array().unwrap().iter().map(|said| said["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["OPENING", "TEXT", "TEXT", "TEXT", "TEXT"]);
    assert_eq!(tutorial.end(&tutorial.student, &id).await, ended, "once is enough");
    assert_eq!(tutorial.student.tell_tutor_refused(&id, "And?").await, refusal("SESSION_ENDED", &[]));
}

#[tokio::test]
async fn no_more_sessions_begin_in_seven_days_than_the_course_allows() {
    let tutorial = Tutorial::new().await;
    let student = &tutorial.student;
    let allowance = async || {
        let query = "query ($id: ID!) { course(id: $id) { tutoringAllowance { sessionsLeft nextAt } } }";
        student.run(query, json!({"id": tutorial.room.course})).await["course"]["tutoringAllowance"].clone()
    };
    assert_eq!(allowance().await, json!({"sessionsLeft": 3, "nextAt": null}));
    for _ in 0..2 {
        tutorial.age("24 hours").await;
        let session = tutorial.start(student).await;
        assert_eq!(tutorial.start_refused(student).await, refusal("CONFLICT", &[]), "one at a time");
        tutorial.end(student, &id_of(&session)).await;
    }
    assert_eq!(allowance().await, json!({"sessionsLeft": 1, "nextAt": "2026-03-07T12:00:00+00:00"}));
    // Of five at the same time one has room; what the others are told depends on who was first.
    let input = json!({"input": {"weekId": tutorial.week}});
    let query = format!(
        "mutation ($input: StartTutoringSessionInput!) {{ startTutoringSession(input: $input) {{ {SESSION} }} }}"
    );
    let starts = (0..5).map(|_| student.respond(&query, input.clone()));
    let answers = futures::future::join_all(starts).await;
    let begun: Vec<&Value> = answers.iter().filter(|answer| answer.get("errors").is_none()).collect();
    assert_eq!(begun.len(), 1, "{answers:?}");
    let counted = "count(*) FROM tutoring_sessions";
    assert_eq!(tutorial.room.served.library.text(counted).await.as_deref(), Some("3"));
    tutorial.end(student, &id_of(&begun[0]["data"]["startTutoringSession"]["session"])).await;

    let refused = student.respond(&query, input.clone()).await;
    let extensions = &refused["errors"][0]["extensions"];
    assert_eq!(
        (&extensions["code"], &extensions["resetsAt"]),
        (&json!("QUOTA_EXCEEDED"), &json!("2026-03-07T12:00:00+00:00"))
    );
    // Seven days after the first, to the second: not the next calendar week.
    tutorial.age("6 days").await;
    tutorial.age("-1 seconds").await;
    assert_eq!(tutorial.start_refused(student).await.0, "QUOTA_EXCEEDED");
    tutorial.age("1 second").await;
    let fourth = tutorial.start(student).await;
    tutorial.end(student, &id_of(&fourth)).await;
    assert_eq!(allowance().await, json!({"sessionsLeft": 0, "nextAt": "2026-03-02T12:00:00+00:00"}));

    // Others have a quota of their own, a course may have another, and those who teach try it out as they like.
    let other = tutorial.room.student("olga").await;
    tutorial.settle(json!({"sessionsPerSevenDays": 1, "maxSeconds": 60})).await;
    let short = tutorial.start(&other).await;
    assert_eq!(short["remainingSeconds"], 60);
    tutorial.end(&other, &id_of(&short)).await;
    assert_eq!(tutorial.start_refused(&other).await.0, "QUOTA_EXCEEDED");
    tutorial.settle(json!({"sessionsPerSevenDays": 0})).await;
    assert_eq!(tutorial.start_refused(&tutorial.room.student("nora").await).await.0, "FORBIDDEN");
    for _ in 0..2 {
        let trial = tutorial.start(&tutorial.room.professor).await;
        assert_eq!(trial["isTrial"], true);
        tutorial.end(&tutorial.room.professor, &id_of(&trial)).await;
    }
    let wrong = json!({"courseId": tutorial.room.course, "tutoring": {"sessionsPerSevenDays": 101, "maxSeconds": 59, "retentionDays": 0}});
    let fields = ["input.tutoring.sessionsPerSevenDays", "input.tutoring.maxSeconds", "input.tutoring.retentionDays"];
    let refused = tutorial.room.professor.act_refused("updateCourse", "UpdateCourseInput", wrong).await;
    assert_eq!(refused, refusal("BAD_USER_INPUT", &fields));
}

#[tokio::test]
async fn when_the_time_is_over_nothing_more_is_said() {
    let tutorial = Tutorial::new().await;
    let student = &tutorial.student;
    let id = id_of(&tutorial.start(student).await);
    tutorial.advance(299);
    assert_eq!(student.tell_tutor(&id, "Is an advertisement an offer?").await["status"], "COMPLETED");
    tutorial.advance(1);
    // Nobody has ended it yet: whoever speaks finds it over, and ends it.
    assert_eq!(student.tell_tutor_refused(&id, "One more thing").await, refusal("SESSION_ENDED", &[]));
    let ended = student.session(&id).await;
    assert_eq!(
        (&ended["endReason"], &ended["endedAt"], &ended["durationSeconds"]),
        (&json!("TIME"), &json!("2026-03-01T12:05:00+00:00"), &json!(300))
    );
    let transcript = ended["transcript"].as_array().unwrap();
    let last = transcript.last().unwrap();
    assert_eq!((&last["kind"], &last["role"], transcript.len()), (&json!("CLOSING"), &json!("ASSISTANT"), 4));
    assert!(last["content"].as_str().unwrap().starts_with("Our time is over."), "{last}");
    assert!(!ended.to_string().contains("One more thing"));
    // The job comes late, and the upkeep later: it stays as it was.
    let app = &tutorial.room.served.library.app;
    EndSession { session: id.parse().unwrap() }.run(app.clone(), FIRST).await.unwrap();
    TendSessions {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(student.session(&id).await, ended);

    // What nobody speaks in is ended all the same: by its job, or by upkeep when that was lost.
    let second = id_of(&tutorial.start(student).await);
    tutorial.advance(301);
    TendSessions {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(student.session(&second).await["endReason"], "TIME");
    // And one that hangs is no hindrance to the next.
    let third = id_of(&tutorial.start(student).await);
    tutorial.advance(301);
    tutorial.settle(json!({"sessionsPerSevenDays": 9})).await;
    tutorial.start(student).await;
    assert_eq!(student.session(&third).await["endReason"], "TIME");
}

const EVENTS: &str = "subscription ($id: ID!) { tutoringSession(id: $id) { __typename
    ... on TutoringClock { remainingSeconds expiresAt serverTime } ... on TutoringMessage { message { kind content } }
    ... on TutoringEnded { session { endReason durationSeconds } } } }";

#[tokio::test]
async fn the_clock_what_is_said_and_the_end_are_in_the_stream() {
    let tutorial = Tutorial::new().await;
    let id = id_of(&tutorial.start(&tutorial.student).await);
    tutorial.advance(17);
    let mut stream = tutorial.student.socket().await;
    stream.subscribe(EVENTS, json!({ "id": id })).await;
    let clock = stream.step().await.unwrap()["tutoringSession"].clone();
    let expected = json!({"__typename": "TutoringClock", "remainingSeconds": 283, "expiresAt": "2026-03-01T12:05:00+00:00", "serverTime": "2026-03-01T12:00:17+00:00"});
    assert_eq!(clock, expected);
    tutorial.student.tell_tutor(&id, "Is an advertisement an offer?").await;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let step = stream.step().await.unwrap()["tutoringSession"].clone();
        if step["__typename"] == "TutoringMessage" {
            heard.push(step["message"]["content"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(heard[0], "Is an advertisement an offer?");
    assert!(heard[2].ends_with('?'), "{heard:?}");
    tutorial.advance(283);
    EndSession { session: id.parse().unwrap() }.run(tutorial.room.served.library.app.clone(), FIRST).await.unwrap();
    let mut steps = Vec::new();
    while let Some(step) = stream.step().await {
        steps.push(step["tutoringSession"].clone());
    }
    assert_eq!(
        *steps.last().unwrap(),
        json!({"__typename": "TutoringEnded", "session": {"endReason": "TIME", "durationSeconds": 300}})
    );
    // Whoever comes late hears of the end alone.
    stream = tutorial.student.socket().await;
    stream.subscribe(EVENTS, json!({ "id": id })).await;
    assert_eq!(stream.step().await.unwrap()["tutoringSession"]["__typename"], "TutoringEnded");
    assert_eq!(stream.step().await, None);
}

#[tokio::test]
async fn a_session_outlives_the_server_it_began_on() {
    let tutorial = Tutorial::new().await;
    let library = &tutorial.room.served.library;
    let id = id_of(&tutorial.start(&tutorial.student).await);
    // From here on the real clock: two servers of their own on the same database.
    library.sql("UPDATE tutoring_sessions SET started_at = now(), expires_at = now() + interval '5 minutes'").await;
    let mut first = LiveServer::start(&library.database, &[]).await;
    let sign_in = async |server: &LiveServer| {
        let nobody = Person { url: server.url.clone(), token: String::new() };
        let login = "mutation ($input: LoginInput!) { login(input: $input) { accessToken } }";
        let data = nobody.run(login, json!({"input": {"identifier": "sam", "password": PASSWORD}})).await;
        Person { token: text(&data["login"]["accessToken"]), ..nobody }
    };
    let student = sign_in(&first).await;
    assert_eq!(student.tell_tutor(&id, "An advertisement is an offer.").await["status"], "COMPLETED");
    first.kill();
    let second = LiveServer::start(&library.database, &[]).await;
    let student = sign_in(&second).await;
    assert_eq!(student.tell_tutor(&id, "Is a promise to pay whoever performs one?").await["status"], "COMPLETED");
    let mut stream = student.socket().await;
    stream.subscribe(EVENTS, json!({ "id": id })).await;
    let clock = stream.step().await.unwrap()["tutoringSession"].clone();
    let left = clock["remainingSeconds"].as_i64().unwrap();
    assert!((200..=300).contains(&left), "{clock}");
    // Its end was planned when it began, on a server that is gone; this one sees to it.
    library
        .sql("UPDATE tutoring_sessions SET expires_at = now() + interval '1 second'; UPDATE jobs SET run_at = now() WHERE kind = 'tutoring.end_session'")
        .await;
    until_some("the end", async || (student.session(&id).await["endReason"] == "TIME").then_some(())).await;
    let last = loop {
        match stream.step().await {
            Some(step) if step["tutoringSession"]["__typename"] == "TutoringEnded" => break step,
            Some(_) => {}
            None => panic!("no end"),
        }
    };
    assert_eq!(last["tutoringSession"]["session"]["endReason"], "TIME");
}
