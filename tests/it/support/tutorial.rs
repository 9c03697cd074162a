//! A classroom with a week about contracts, in which students talk with the tutor.

use serde_json::{Value, json};

use super::classroom::{Classroom, text};
use super::live::Person;

/// What is read in the week.
pub const OFFERS: &str = "An advertisement is as a rule an invitation to treat. A promise to pay whoever performs is an offer to the \
                          whole world. Acceptance by post is complete when the letter is posted.";
/// What another week of the same course has; no session about the first may cite it.
pub const DAMAGES: &str = "Damages put the injured party where performance would have put them. An advertisement costs money too. \
                           Loss that nobody could foresee is not made good.";

/// A session as the tests look at it.
pub const SESSION: &str = "session { id theme question isTrial studentName startedAt expiresAt endedAt endReason durationSeconds \
                           remainingSeconds transcript { id role kind status content } moderationFlags { id } }";

pub struct Tutorial {
    pub room: Classroom,
    pub week: String,
    pub student: Person,
}

impl Tutorial {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        // Several sessions are longer than people stay signed in otherwise.
        let settings = [&[("ACCESS_TOKEN_MINUTES", "120")], settings].concat();
        let room = Classroom::with(&settings).await;
        let reading = room.document("offers.txt", OFFERS).await;
        let other = room.document("damages.txt", DAMAGES).await;
        let week =
            room.week(1, json!({"title": "Offers", "documentIds": [reading], "themes": ["Advertisements"]})).await;
        room.week(2, json!({"title": "Damages", "documentIds": [other]})).await;
        let student = room.student("sam").await;
        Self { room, week, student }
    }

    /// Begins a session of somebody's.
    pub async fn start(&self, who: &Person) -> Value {
        let input = json!({"weekId": self.week});
        who.act("startTutoringSession", "StartTutoringSessionInput", input, SESSION).await["session"].clone()
    }

    /// As [`Self::start`], when it must be refused.
    pub async fn start_refused(&self, who: &Person) -> (String, Vec<String>) {
        who.act_refused("startTutoringSession", "StartTutoringSessionInput", json!({"weekId": self.week})).await
    }

    pub async fn end(&self, who: &Person, session: &str) -> Value {
        let input = json!({"sessionId": session});
        who.act("endTutoringSession", "EndTutoringSessionInput", input, SESSION).await["session"].clone()
    }

    /// What holds for sessions in the course.
    pub async fn settle(&self, tutoring: Value) {
        let input = json!({"courseId": self.room.course, "tutoring": tutoring});
        self.room.professor.act("updateCourse", "UpdateCourseInput", input, "course { id }").await;
    }

    /// Makes all sessions so much older: people would have to sign in anew if the clock ran for days.
    pub async fn age(&self, by: &str) {
        let older = format!(
            "UPDATE tutoring_sessions SET started_at = started_at - interval '{by}', expires_at = expires_at - interval '{by}', \
             ended_at = ended_at - interval '{by}'"
        );
        self.room.served.library.sql(&older).await;
    }

    pub fn advance(&self, seconds: i64) {
        self.room.served.library.app.clock.advance(chrono::TimeDelta::seconds(seconds));
    }
}

const REPLY: &str = "message { id content } reply { id kind status content citations { quote startChar endChar document { filename text } } \
                     generation { id status promptVersion provider usage { inputTokens } error { code } } }";

impl Person {
    /// Says something to the tutor, and gives the whole reply.
    pub async fn tell_tutor(&self, session: &str, text: &str) -> Value {
        let input = json!({"sessionId": session, "text": text, "waitForReply": true});
        self.act("sendTutoringMessage", "SendTutoringMessageInput", input, REPLY).await["reply"].clone()
    }

    /// Says something to the tutor, and gives the id of what writes the reply.
    pub async fn begin_telling(&self, session: &str, text: &str) -> String {
        let input = json!({"sessionId": session, "text": text});
        let payload = "reply { generation { id } }";
        let sent = self.act("sendTutoringMessage", "SendTutoringMessageInput", input, payload).await;
        id_of(&sent["reply"]["generation"])
    }

    pub async fn tell_tutor_refused(&self, session: &str, text: &str) -> (String, Vec<String>) {
        let input = json!({"sessionId": session, "text": text});
        self.act_refused("sendTutoringMessage", "SendTutoringMessageInput", input).await
    }

    /// A session as this person sees it; null when they do not.
    pub async fn session(&self, id: &str) -> Value {
        let query = format!(
            "query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on TutoringSession {{ {} }} }} }}",
            inner(SESSION)
        );
        self.run(&query, json!({"ids": [id]})).await["nodes"][0].clone()
    }
}

fn inner(selection: &str) -> &str {
    let (_, rest) = selection.split_once('{').unwrap();
    rest.rsplit_once('}').unwrap().0
}

/// The id of a session, message or flag.
pub fn id_of(value: &Value) -> String {
    text(&value["id"])
}
