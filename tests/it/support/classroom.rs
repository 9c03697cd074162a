//! A course over HTTP: a professor, an assistant, students, and people who have nothing to do with it.

use elenchus::domain::users::actor::Actor;
use serde_json::{Value, json};

use super::live::Person;
use super::served::Served;

/// A server with a professor's account that teaches `LAW-1`.
pub struct Classroom {
    pub served: Served,
    pub professor: Person,
    pub professor_actor: Actor,
    /// The id of `LAW-1`.
    pub course: String,
}

impl Classroom {
    /// The course is open to everybody with an account.
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same with these settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let served = Served::with(settings).await;
        let (professor, professor_actor) = served.of_role("paula", "PROFESSOR").await;
        let input = json!({"code": "LAW-1", "name": "Law of contracts", "enrolment": "OPEN"});
        let made = professor.act("createCourse", "CreateCourseInput", input, "course { id }").await;
        let course = text(&made["course"]["id"]);
        Self { served, professor, professor_actor, course }
    }

    /// Somebody with an account and nothing else.
    pub async fn somebody(&self, name: &str) -> Person {
        self.served.speaker(name).await
    }

    /// A new student of `LAW-1`.
    pub async fn student(&self, name: &str) -> Person {
        let student = self.somebody(name).await;
        student.act("enrol", "EnrolInput", json!({"code": "LAW-1"}), "course { id }").await;
        student
    }

    /// A new assistant of `LAW-1`.
    pub async fn assistant(&self, name: &str) -> Person {
        let assistant = self.student(name).await;
        let member = self.member(&self.professor, &format!("{name} the person")).await;
        let input = json!({"courseId": self.course, "memberId": member, "role": "ASSISTANT"});
        self.professor.act("setMemberRole", "SetMemberRoleInput", input, "member { id }").await;
        assistant
    }

    /// The id of a member of `LAW-1` by name, as somebody sees it.
    pub async fn member(&self, who: &Person, name: &str) -> String {
        let query = "query ($id: ID!) { course(id: $id) { members(first: 100) { nodes { id name } } } }";
        let data = who.run(query, json!({"id": self.course})).await;
        let nodes = data["course"]["members"]["nodes"].as_array().unwrap();
        let found = nodes.iter().find(|member| member["name"] == name);
        text(&found.unwrap_or_else(|| panic!("no {name} in {data}"))["id"])
    }

    /// A week of `LAW-1` with what else is given; its id.
    pub async fn week(&self, number: i32, more: Value) -> String {
        let mut input = json!({"courseId": self.course, "number": number});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let added = self.professor.act("addWeek", "AddWeekInput", input, "week { id }").await;
        text(&added["week"]["id"])
    }

    /// A document of the professor's that can be searched; its id.
    pub async fn document(&self, name: &str, content: &str) -> String {
        self.served.library.add(&self.professor_actor, name, content.as_bytes()).await.id.to_string()
    }

    pub fn advance(&self, minutes: i64) {
        self.served.library.app.clock.advance(chrono::TimeDelta::minutes(minutes));
    }
}

impl Served {
    /// Somebody new whose account has this role.
    pub async fn of_role(&self, name: &str, role: &str) -> (Person, Actor) {
        let person = self.person(name).await;
        self.library.sql(&format!("UPDATE users SET role = '{role}' WHERE username = '{name}'")).await;
        (Person { url: self.url(""), token: person.token }, person.actor)
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// Code and fields of a refusal.
pub fn refusal(code: &str, fields: &[&str]) -> (String, Vec<String>) {
    (code.to_owned(), fields.iter().map(|field| (*field).to_owned()).collect())
}
