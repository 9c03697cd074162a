//! Our transports against those of async-graphql-axum: the same schema and the same person get the same answers by both.
//! What ours do otherwise (status codes, media types, limits, close codes) is around the answers, never in them.

use std::sync::Arc;

use async_graphql::{Executor, Request, Response};
use async_graphql_axum::{GraphQL, GraphQLSubscription};
use axum::Router;
use axum::routing::{any_service, post_service};
use elenchus::app::App;
use elenchus::domain::generation::engine::Engine;
use elenchus::domain::users::actor::Actor;
use elenchus::graphql::loader::Loaders;
use elenchus::graphql::schema::{self, ElenchusSchema};
use elenchus::ids::InstanceId;
use elenchus::start;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use serde_json::{Value, json};

use super::support::live;
use super::support::served::{Person, Served};

const SEND: &str = "mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) { reply { id generation { id } } } }";
const FOLLOW: &str = "subscription ($id: ID!) { generation(id: $id) { __typename cursor
    ... on TextAppended { text } ... on CitationsFound { citations { marker quote document { filename } } }
    ... on GenerationEnded { generation { status text usage { totalTokens } } } } }";

/// Queries whose answers have lists, nulls, unions and errors in them.
const QUERIES: [&str; 5] = [
    "{ viewer { user { id email username lastLoginAt } conversations(first: 5) { totalCount pageInfo { hasNextPage endCursor }
       edges { cursor node { title documents { filename } messages(first: 5) { nodes { role content citations { marker quote }
       parent { id } siblings { id } generation { status text usage { totalTokens } costUsd } } } } } } } }",
    "query ($here: ID!, $nowhere: ID!) { here: node(id: $here) { __typename ... on User { fullName } }
       many: nodes(ids: [$here, $nowhere, \"nonsense\"]) { id } }",
    "{ viewer { conversations(first: 1000) { nodes { id } } } }",
    "{ __type(name: \"GenerationEvent\") { kind name possibleTypes { name } } }",
    "fragment who on User { id ...mail } fragment mail on User { email } { viewer { user { ...who role } } }",
];

/// The answer has a field that failed.
const PARTIAL: &str = "query ($nowhere: ID!) { viewer { user { id } } gone: node(id: $nowhere) { id } }";

/// The schema with what its resolvers need, for one person, as an engine of async-graphql sees it.
#[derive(Clone)]
struct Reference {
    app: App,
    engine: Engine,
    schema: ElenchusSchema,
    actor: Actor,
}

impl Reference {
    fn equip(&self, request: Request) -> Request {
        let loaders = Arc::new(Loaders::new(self.app.clone(), self.actor.clone()));
        let request = request.data(self.app.clone()).data(self.engine.clone()).data(self.actor.clone());
        request.data(loaders)
    }
}

impl Executor for Reference {
    async fn execute(&self, request: Request) -> Response {
        self.schema.execute(self.equip(request)).await
    }

    fn execute_stream(
        &self,
        request: Request,
        _session: Option<Arc<async_graphql::Data>>,
    ) -> BoxStream<'static, Response> {
        self.schema.execute_stream(self.equip(request)).boxed()
    }
}

/// Serves the schema with the handlers that come with the engine.
async fn reference(app: App, actor: Actor) -> String {
    let engine = Engine::new(app.clone(), start::purposes(), InstanceId::generate(app.clock.now()));
    let reference = Reference { app, engine, schema: schema::build(true), actor };
    let router = Router::new()
        .route("/graphql", post_service(GraphQL::new(reference.clone())))
        .route("/graphql/ws", any_service(GraphQLSubscription::new(reference)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The steps of a generation over a websocket of the server at `url`.
async fn steps(url: &str, person: &Person, generation: &str) -> Vec<Value> {
    let mut socket = live::Person { url: url.to_owned(), token: person.token.clone() }.socket().await;
    socket.subscribe(FOLLOW, json!({ "id": generation })).await;
    let mut steps = Vec::new();
    while let Some(step) = socket.step().await {
        steps.push(step);
    }
    steps
}

#[tokio::test]
async fn answers_and_events_are_those_of_the_engines_own_transports() {
    let served = Served::new().await;
    let person = served.person("ada").await;
    let text = b"The limitation period for rent is three years. It begins at the end of the year.";
    served.library.add(&person.actor, "periods.txt", text).await;
    let url = reference(served.library.app.clone(), person.actor.clone()).await;

    let input = json!({ "input": { "text": "How long is the limitation period for rent?" } });
    let sent = served.ask(Some(&person.token), SEND, input).await;
    let generation = sent["data"]["sendMessage"]["reply"]["generation"]["id"].as_str().unwrap();
    let ours = steps(&served.url(""), &person, generation).await;
    assert_eq!(ours.last().unwrap()["generation"]["generation"]["status"], "COMPLETED");
    // A reader that comes late may get what others got in pieces as one.
    let again = steps(&served.url(""), &person, generation).await;
    assert_eq!(again, steps(&url, &person, generation).await);

    let client = reqwest::Client::new();
    let variables = json!({ "here": person.id, "nowhere": generation.replace("gen_", "conv_") });
    let theirs = async |query: &str| -> Value {
        let body = json!({ "query": query, "variables": variables });
        client.post(format!("{url}/graphql")).json(&body).send().await.unwrap().json().await.unwrap()
    };
    for query in QUERIES {
        let ours = served.ask(Some(&person.token), query, variables.clone()).await;
        assert_eq!(ours, theirs(query).await, "{query}");
    }
    // The one thing that ours mend: the engine leaves a field that failed out of `data`, where the specification wants
    // null. Should it mend that itself, this fails, and our own mending can go.
    let mut partial = theirs(PARTIAL).await;
    assert_eq!(partial["data"].as_object_mut().unwrap().insert("gone".to_owned(), Value::Null), None);
    assert_eq!(served.ask(Some(&person.token), PARTIAL, variables.clone()).await, partial);
}
