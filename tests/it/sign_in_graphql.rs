//! Signing in and out as a client of the graph sees it.

use async_graphql::{EmptySubscription, Object, Request, Response, Schema, Variables};
use elenchus::domain::users::actor::Actor;
use elenchus::graphql::users::mutation::UsersMutation;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::support::people::{PASSWORD, World};

struct Nothing;

#[Object]
impl Nothing {
    async fn nothing(&self) -> bool {
        true
    }
}

async fn ask(world: &World, actor: Actor, query: &str, variables: Value) -> Value {
    let schema = Schema::build(Nothing, UsersMutation, EmptySubscription).finish();
    let request = Request::new(query).variables(Variables::from_json(variables)).data(world.app.clone()).data(actor);
    let response: Response = schema.execute(request).await;
    serde_json::to_value(response).unwrap()
}

const REGISTER: &str = "mutation ($input: RegisterInput!) { register(input: $input) {
    accessToken refreshToken expiresAt expiresInSeconds user { id email username fullName role isActive preferences timezone language } } }";
const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) { user { id } } }";
const REFRESH: &str =
    "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken } }";

#[tokio::test]
async fn a_client_registers_signs_in_refreshes_and_signs_out() {
    let world = World::new().await;
    let input = json!({"input": {"email": "ada@example.org", "username": "ada", "password": PASSWORD}});
    let registered = &ask(&world, Actor::nobody(), REGISTER, input).await["data"]["register"];
    let id = registered["user"]["id"].as_str().unwrap();
    assert!(id.starts_with("user_"), "{id}");
    let user = json!({
        "id": id, "email": "ada@example.org", "username": "ada", "fullName": null, "role": "MEMBER", "isActive": true,
        "preferences": {}, "timezone": "UTC", "language": "en",
    });
    assert_eq!(registered["user"], user);
    assert_eq!(registered["expiresAt"], "2026-03-01T12:15:00+00:00");
    assert_eq!(registered["expiresInSeconds"], 900);

    let login = json!({"input": {"identifier": "ADA", "password": PASSWORD}});
    assert_eq!(ask(&world, Actor::nobody(), LOGIN, login).await["data"]["login"]["user"]["id"], id);

    let refresh = json!({"input": {"refreshToken": registered["refreshToken"]}});
    let refreshed = ask(&world, Actor::nobody(), REFRESH, refresh).await;
    let token: SecretString = refreshed["data"]["refreshSession"]["accessToken"].as_str().unwrap().to_owned().into();
    let actor = world.authenticate(&token).await.unwrap();
    let logout = ask(&world, actor, "mutation { logout { user { id } } }", Value::Null).await;
    assert_eq!(logout["data"]["logout"]["user"]["id"], id);
    assert!(world.authenticate(&token).await.is_err());
}

#[tokio::test]
async fn a_refusal_has_a_code_and_the_fields_at_fault() {
    let world = World::new().await;
    let input = json!({"input": {"email": "ada", "password": "short", "role": "STUDENT"}});
    let refused = &ask(&world, Actor::nobody(), REGISTER, input).await["errors"][0];
    let extensions = json!({
        "code": "BAD_USER_INPUT",
        "fields": [
            {"path": "input.email", "message": "This is not an e-mail address."},
            {"path": "input.password", "message": "A password has at least 8 characters."},
        ],
    });
    assert_eq!((&refused["message"], &refused["extensions"]), (&json!("Some of the input was refused."), &extensions));

    let login = json!({"input": {"identifier": "nobody", "password": PASSWORD}});
    let refused = &ask(&world, Actor::nobody(), LOGIN, login).await["errors"][0];
    assert_eq!(refused["message"], "E-mail, username or password is wrong.");
    assert_eq!(refused["extensions"], json!({"code": "UNAUTHENTICATED"}));

    let _all_busy = world.app.hashing.clone().acquire_many_owned(2).await.unwrap();
    world.app.hashing.close();
    let input = json!({"input": {"email": "ada@example.org", "password": PASSWORD}});
    let broken = &ask(&world, Actor::nobody(), REGISTER, input).await["errors"][0];
    assert_eq!(broken["message"], "Something went wrong on our side.", "the cause is for the log alone");
    assert_eq!(broken["extensions"], json!({"code": "INTERNAL"}));
}

#[tokio::test]
async fn everything_in_the_graph_is_described() {
    let world = World::new().await;
    let query = "{ __schema { types { name kind description fields { name description args { name description } }
        inputFields { name description } enumValues { name description } } } }";
    let answer = ask(&world, Actor::nobody(), query, Value::Null).await;
    let names = ["User", "Role", "AuthPayload", "LogoutPayload", "UsersMutation", "RegisterInput", "LoginInput"];
    let types = answer["data"]["__schema"]["types"].as_array().unwrap();
    let ours: Vec<_> = types.iter().filter(|kind| names.iter().any(|name| kind["name"] == *name)).collect();
    assert_eq!(ours.len(), names.len());
    for kind in ours {
        assert!(kind["description"].is_string(), "{}", kind["name"]);
        for list in ["fields", "inputFields", "enumValues"] {
            for member in kind[list].as_array().into_iter().flatten() {
                assert!(member["description"].is_string(), "{}.{}", kind["name"], member["name"]);
                for argument in member["args"].as_array().into_iter().flatten() {
                    assert!(argument["description"].is_string(), "{}({})", member["name"], argument["name"]);
                }
            }
        }
    }
}
