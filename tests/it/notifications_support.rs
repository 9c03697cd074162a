//! Inboxes with something in them, and what is read of them.

use elenchus::app::App;
use elenchus::domain::notifications::model::NotificationKind;
use elenchus::domain::notifications::posting::{News, post};
use elenchus::ids::UserId;
use serde_json::{Value, json};

use super::support::classroom::text;
use super::support::live::{Person, Stream};
use super::support::served::Served;

pub const INBOX: &str = "query ($first: Int, $after: String, $last: Int, $before: String, $filter: NotificationFilter) { viewer {
    unreadNotificationCount
    notifications(first: $first, after: $after, last: $last, before: $before, filter: $filter) { totalCount nodes { title }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
pub const WHOLE: &str = "{ viewer { unreadNotificationCount notifications { nodes { id kind title body subjectId
    subject { __typename id ... on Dashboard { title } } createdAt readAt } } } }";
pub const FOLLOW: &str = "subscription ($after: ID) { notifications(after: $after) { id title readAt } }";

/// Something of that kind and title, told once.
pub fn news(user: UserId, kind: NotificationKind, title: &str) -> News {
    News { user, kind, title: title.to_owned(), body: None, subject: None, key: format!("test:{title}") }
}

pub async fn tell(app: &App, news: &[News]) {
    let conn = app.db.write().await.unwrap();
    post(&conn, app.clock.now(), news).await.unwrap();
}

/// Tells somebody these titles one after the other, all about reports.
pub async fn tell_all(app: &App, user: UserId, titles: &[&str]) {
    for title in titles {
        tell(app, &[news(user, NotificationKind::ReportSent, title)]).await;
    }
}

impl Served {
    /// Somebody with an account: their id, and themselves at this server.
    pub async fn subscriber(&self, name: &str) -> (UserId, Person) {
        let person = self.person(name).await;
        (person.id.parse().unwrap(), Person { url: self.url(""), token: person.token })
    }
}

/// The titles of a page of somebody's inbox, as the query gives them.
pub async fn titles(person: &Person, variables: Value) -> Vec<String> {
    let inbox = person.run(INBOX, variables).await;
    inbox["viewer"]["notifications"]["nodes"].as_array().unwrap().iter().map(|node| text(&node["title"])).collect()
}

/// The id of one of somebody's notifications.
pub async fn id_of(person: &Person, title: &str) -> String {
    let inbox = person.run(WHOLE, json!({})).await;
    let nodes = inbox["viewer"]["notifications"]["nodes"].as_array().unwrap();
    text(&nodes.iter().find(|node| node["title"] == title).unwrap_or_else(|| panic!("no {title}: {inbox}"))["id"])
}

pub async fn unread(person: &Person) -> i64 {
    let inbox = person.run("{ viewer { unreadNotificationCount } }", json!({})).await;
    inbox["viewer"]["unreadNotificationCount"].as_i64().unwrap()
}

pub async fn follow(person: &Person, after: &str) -> Stream {
    let mut stream = person.socket().await;
    stream.subscribe(FOLLOW, json!({ "after": after })).await;
    stream
}

/// The title and the id of what is told next.
pub async fn next(stream: &mut Stream) -> (String, String) {
    let told = stream.step().await.expect("the stream goes on")["notifications"].clone();
    assert_eq!(told["readAt"], Value::Null);
    (text(&told["title"]), text(&told["id"]))
}

pub async fn next_titles(stream: &mut Stream, count: usize) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..count {
        told.push(next(stream).await.0);
    }
    told
}
